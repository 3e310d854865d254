import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCurl } from './curl.ts';
import { openSluiceShell } from './sluice-shell.ts';
import { until } from './whole/dial-out-stage.ts';
import { createHubCalls } from './whole/hub-calls.ts';
import { end, startReady } from './whole/ready-program.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'how-to', 'first-real-org.md'), 'utf8');

/** The fenced blocks of this language, each without the first line that names a file. */
function blocksOf(language: string): { text: string; file: string | undefined }[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , text = '']) => ({ text, file: /^# (\S+\.\w+)\n/.exec(text)?.[1] }));
}

test('the page on the first real org goes as it says, from the check to the connection in the hub', async (t) => {
  if (!hasCurl(t, 'the lines of the page on the first real org')) return;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-first-real-org-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shell = openSluiceShell(folder);
  const org = await startReady(folder, ['org', 'start', '--memory', '--port', '0']);
  t.after(() => org.child.kill('SIGKILL'));
  mkdirSync(join(folder, 'interfaces'));
  const { url, consumerKey, consumerSecret } = org.ready as unknown as Record<string, string>;
  writeFileSync(join(folder, 'consumer-secret'), `${consumerSecret}\n`, { mode: 0o600 });
  for (const { file, text } of [...blocksOf('csv'), ...blocksOf('yaml')])
    writeFileSync(join(folder, file!), text.replace(/^# .*\n/, ''));
  const environment = { ORG: url!, KEY: consumerKey!, SLUICE_SECRETS: '.' };
  const named = { SLUICE_MY_DOMAIN: url!, SLUICE_CONSUMER_KEY: consumerKey! };
  const [check, run, connect, processed] = blocksOf('sh').map(({ text }) => text);

  const checked = await shell(check!, environment);
  assert.match(checked, /✓ Token .*\n[\s\S]*✓ Run-as user/);
  assert.doesNotMatch(checked, /✗/);

  const ran = await shell(run!, environment);
  assert.match(ran, /✓ Object and field rights/);
  assert.match(ran, /accounts +completed +2 /);

  const up = await startReady(folder, ['up', '--files', '.', '--port', '0', '--allow-host', new URL(url!).host]);
  t.after(() => up.child.kill('SIGKILL'));
  const [username, password = ''] = readFileSync(join(folder, '.sluice', 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(up.ready.url);
  await call('POST', '/session', { username, password });
  await until(
    async () => (await call('GET', '/agents')).json.rows,
    ([first]) => first?.connected,
  );
  const connected = await shell(connect!, { ...environment, HUB: up.ready.url, SLUICE_SECRET_HUB: password });
  assert.match(connected, /acme/);
  assert.match(connected, /✓ Token/);
  assert.doesNotMatch(connected, /✗/);
  assert.equal(JSON.parse(readFileSync(join(folder, 'connection.json'), 'utf8')).verified, true);

  const through = await shell(processed!, { ...environment, HUB: up.ready.url, SLUICE_SECRET_HUB: password, ...named });
  assert.match(through, /\+ interface accounts/);
  assert.match(through, /accounts +completed +2 /);
  assert.equal([...through.matchAll(/ accounts +\S+ +Completed +succeeded /g)].length, 2, through);
  assert.equal(await end(up, 'SIGTERM'), 0);
  assert.equal(await end(org, 'SIGTERM'), 0);
});
