import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from './dial-out-stage.ts';
import { createHubCalls } from './hub-calls.ts';
import { end, startReady } from './ready-program.ts';
import { startSluice } from './sluice-program.ts';

test('what a running hub and agent keep is copied, and started from the copy they are the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-data-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const up = await startReady(folder, ['up', '--port', '0', '--files', '.']);
  t.after(() => up.child.kill('SIGKILL'));
  const [username, password] = readFileSync(join(folder, '.sluice', 'hub', 'administrator'), 'utf8').split('\n');
  const logIn = async (url: string) => {
    const call = createHubCalls(url);
    assert.equal((await call('POST', '/session', { username, password })).status, 201);
    const [agent] = await until(
      async () => (await call('GET', '/agents')).json.rows,
      ([first]) => first?.connected,
    );
    return { call, agentId: agent.agentId as string };
  };
  const { call, agentId } = await logIn(up.ready.url);
  const site = { name: 'kept', url: 'https://127.0.0.1:9055' };
  assert.equal((await call('POST', '/remote-sites', site)).status, 201);
  // Made just now, so that it stands in no main file of a store yet.
  const run = (...args: string[]) => startSluice({ args: ['data', 'backup', ...args], folder, secret: '' }).ended;
  const made = await run('.sluice', 'copy');
  assert.equal(made.code, 0, made.err);
  assert.match(
    made.out,
    /copy holds 3 stores, checked \(agent\/ledger\.sqlite, agent\/reports\.sqlite, hub\/hub\.sqlite\), and \d+ other files\./,
  );
  assert.equal((await call('POST', '/remote-sites', { name: 'later', url: 'https://127.0.0.1:9056' })).status, 201);
  const again = await run('.sluice', 'copy');
  assert.deepEqual([again.code, /DATA_COPY_REFUSED/.test(again.err)], [1, true], again.err);
  assert.equal(await end(up, 'SIGTERM'), 0);
  for (const name of ['hub/hub.key', 'agent/agent.json', 'agent/hub.json'])
    assert.deepEqual(readFileSync(join(folder, 'copy', name)), readFileSync(join(folder, '.sluice', name)), name);
  assert.equal(existsSync(join(folder, 'copy', 'hub', 'in-use.sqlite')), false);

  const restored = await startReady(folder, ['up', '--port', '0', '--data', 'copy']);
  t.after(() => restored.child.kill('SIGKILL'));
  const there = await logIn(restored.ready.url);
  assert.equal(there.agentId, agentId);
  const names = (await there.call('GET', '/remote-sites')).json.rows.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ['kept']);
  assert.equal(await end(restored, 'SIGTERM'), 0);
});
