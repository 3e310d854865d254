import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'how-to', 'set-up-over-the-api.md');
const folder = mkdtempSync(join(tmpdir(), 'sluice-setup-page-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the page on setting up over the API goes as it stands, from the first password to a refusal', async (t) => {
  const words = ['org', 'start', '--port', '0', '--json'];
  const child = spawn(process.execPath, [join(root, 'bin', 'sluice.js'), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await gone;
  });
  const [ready] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => assert.fail('the org ended before it was ready')),
  ]);
  const { url } = JSON.parse(String(ready)) as { url: string };
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  assert.equal(blocks.length, 5);
  const script = blocks
    .join('\necho\n')
    .replaceAll(/^(?=setup (?:GET|POST))/gm, 'echo; ')
    .replace('http://127.0.0.1:8080', url);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder, timeout: 60_000 });
  const answers = stdout.split('\n').filter((line) => line.startsWith('{'));
  const [app, , , details, refused] = answers.map((line) => JSON.parse(line));
  assert.equal(app.readiness.ready, true);
  assert.match(details.pairs[0].consumerKey, /^3MVG9/);
  const shown = /^```json\n(.*?)\n```$/ms.exec(text)![1]!;
  assert.deepEqual(refused, JSON.parse(shown));
});
