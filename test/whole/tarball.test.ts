import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { RunReport } from '../../src/agent/index.ts';

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

type Ready = { event: string; url: string; demo: { database: string; environmentFile: string } };
type Installed = { ready: Ready; stop(): Promise<void> };

/** The program of the installed package, with no Node and no packages but its own. */
async function startInstalled(t: TestContext, words: readonly string[]): Promise<Installed> {
  const program = [join(app, 'node_modules', 'sluice', 'bin', 'sluice.js'), ...words, '--port', '0', '--json'];
  const child = spawn(process.execPath, program, {
    cwd: app,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  t.after(() => child.kill('SIGKILL'));
  let complaints = '';
  child.stderr.on('data', (piece) => {
    complaints += piece;
  });
  const gone = once(child, 'close');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => assert.fail(`it did not start: ${complaints}`)),
  ]);
  const ready = JSON.parse(String(line)) as Ready;
  assert.equal(ready.event, 'ready');
  const stop = async () => {
    child.kill('SIGTERM');
    assert.deepEqual(await gone, [0, null]);
    assert.equal(complaints, '');
  };
  return { ready, stop };
}

type Report = Pick<RunReport, 'status' | 'rows' | 'loaded'>;

const inDemo = ({ ready }: Installed, line: string) => shell(`. '${ready.demo.environmentFile}'; ${line}`, app);

async function runInDemo(demo: Installed, ...names: string[]): Promise<Report[]> {
  const said = await inDemo(demo, `node_modules/.bin/sluice process ${names.join(' ')} --follow --json`);
  const { runs } = JSON.parse(said.trim().split('\n').at(-1)!) as { runs: Report[] };
  assert.deepEqual(
    runs.map(({ status }) => status),
    names.map(() => 'completed'),
    said,
  );
  return runs;
}

test('the package that the image is made of starts in an empty folder, with no source beside it, and stops well', async (t) => {
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
  const { ready, stop } = await startInstalled(t, args);
  const answer = await fetch(`${ready.url}/readyz`);
  assert.deepEqual([answer.status, await answer.text()], [200, 'ready\n']);
  await stop();
});

test('the demo of the package needs no PostgreSQL: records go in and come out by SQLite, and all is there at the next start', async (t) => {
  const words = ['up', '--demo', '--data', join(folder, 'demo')];
  const demo = await startInstalled(t, words);
  assert.match(demo.ready.demo.database, /^SQLite in /);
  const [countries, cities] = await runInDemo(demo, 'countries', 'cities');
  const places = cities!.rows.read;
  assert.ok(countries!.rows.created > 200 && places > 10_000, JSON.stringify([countries, cities]));
  assert.equal(cities!.rows.created, places);
  const [back] = await runInDemo(demo, 'cities-back');
  assert.equal(back!.loaded!.inserted, places);
  await demo.stop();

  const again = await startInstalled(t, words);
  const [anew] = await runInDemo(again, 'cities');
  assert.deepEqual([anew!.rows.created, anew!.rows.updated], [0, places], 'the org has its records');
  const [onward] = await runInDemo(again, 'cities-back');
  const { inserted, updated, unchanged } = onward!.loaded!;
  assert.deepEqual([inserted, updated, unchanged], [0, 0, places], 'the database has what was brought back');
  const listed = await inDemo(again, 'node_modules/.bin/sluice runs --hub $SLUICE_HUB --json');
  assert.equal(listed.trim().split('\n').length, 5, 'the hub has the runs of both');
  const count = places.toLocaleString('en-US');
  const table = await inDemo(again, 'node_modules/.bin/sluice runs --hub $SLUICE_HUB');
  assert.match(table, new RegExp(`cities-back .* ${count} +${count} +0 +0`), 'what came back is told as succeeded');
  await again.stop();
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
