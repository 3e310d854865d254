import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', '');
const folder = mkdtempSync(join(tmpdir(), 'sluice-tarball-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const [checkout, tarball, app] = ['checkout', 'tarball', 'app'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

/** The one line of the image that begins so, with the places of the image put elsewhere. */
function lineOf(beginning: string): string {
  const lines = dockerfile.split('\n').filter((line) => line.startsWith(`RUN ${beginning}`));
  assert.equal(lines.length, 1, `one line RUN ${beginning}`);
  return lines[0]!.slice('RUN '.length).replaceAll('/tarball', tarball);
}

async function shell(script: string, cwd: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    npm_config_prefer_offline: 'true',
  };
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd, env, timeout: 300_000 });
  return stdout;
}

/** What git has of this checkout and the image takes in, with the packages that are installed here. */
function copyCheckout(): void {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const name of listed.trim().split('\n')) {
    if (ignored.includes(name.split('/')[0]!) || !existsSync(join(root, name))) continue;
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    cpSync(join(root, name), join(checkout, name));
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
}

test('the package that the image is made of starts in an empty folder, with no source beside it, and stops well', async () => {
  copyCheckout();
  mkdirSync(app);
  await shell(lineOf('mkdir'), checkout);
  await shell(lineOf('npm install'), app);
  const installed = join(app, 'node_modules', 'sluice');
  assert.deepEqual(
    readdirSync(installed).filter((name) => /^(src|test|bench|console)$/.test(name)),
    [],
  );
  for (const name of ['pg', 'pg-copy-streams', 'mysql2']) assert.ok(existsSync(join(app, 'node_modules', name)), name);

  const words = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  const args = (JSON.parse(words) as string[]).map((word) =>
    word.replace('/data', join(folder, 'data')).replace('0.0.0.0', '127.0.0.1'),
  );
  const program = [join(installed, 'bin', 'sluice.js'), ...args, '--port', '0', '--json'];
  const child = spawn(process.execPath, program, {
    cwd: app,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  let complaints = '';
  child.stderr.on('data', (piece) => {
    complaints += piece;
  });
  const gone = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => assert.fail(`it did not start: ${complaints}`)),
  ]);
  const { event, url } = JSON.parse(String(line)) as { event: string; url: string };
  assert.equal(event, 'ready');
  const ready = await fetch(`${url}/readyz`);
  assert.deepEqual([ready.status, await ready.text()], [200, 'ready\n']);
  child.kill('SIGTERM');
  assert.deepEqual(await gone, [0, null]);
  assert.equal(complaints, '');
});

test('the image runs as nobody in particular, on the Node and with the drivers that the tests run with', () => {
  const { engines, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  assert.deepEqual(new Set(bases), new Set([`node:${/\d+/.exec(engines.node)?.[0]}-slim`]));
  for (const name of ['pg', 'pg-copy-streams', 'mysql2'])
    assert.match(lineOf('npm install'), new RegExp(` ${name}@${devDependencies[name].replaceAll('.', '\\.')}( |$)`));
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  assert.match(last, /^USER node$[\s\S]*^VOLUME \/data$[\s\S]*^HEALTHCHECK .*\/readyz/m);
});
