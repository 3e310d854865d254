import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDialOut } from '../../src/agent/dial-out/open-dial-out.ts';
import { openReportJournal } from '../../src/agent/report-journal/report-journal.ts';
import { createLog, systemClock } from '../../src/base/index.ts';
import { openHubInTest } from '../../src/hub/hub-in-test.ts';
import type { AgentHandlers } from '../../src/protocol/index.ts';
import { until } from './dial-out-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-at-once-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const log = createLog({ level: 'silent' });
const about = {
  id: 'a',
  name: 'A',
  version: '1',
  publicKey: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } as const,
  deployment: 0,
};

/** A hub that listens, and an agent whose work waits behind a gate. */
async function openGated() {
  const hub = await openHubInTest({ clock: systemClock });
  const url = await hub.hub.listen();
  const { code } = (await hub.call('POST', '/agents/registration-codes')).json;
  const gate = Promise.withResolvers<void>();
  const seen = { running: 0, most: 0, done: 0 };
  // Nothing but this is asked here.
  const handlers = {
    async about() {
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await gate.promise;
      seen.running -= 1;
      seen.done += 1;
      return about;
    },
  } as unknown as AgentHandlers;
  const agentFolder = mkdtempSync(join(folder, 'agent-'));
  const journal = openReportJournal(agentFolder);
  const deployment = () => 0;
  const clock = systemClock;
  const settings = { folder: agentFolder, version: '1', about, handlers, journal, deployment, clock, log };
  const agent = await openDialOut({ ...settings, hub: { url, code } });
  await until(
    () => hub.call('GET', '/agents/1'),
    ({ json }) => json.connected,
  );
  return { hub, agent, gate, seen, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() };
}

test('an agent works on sixteen requests at once, says meanwhile that it is there, and works on the others after them', async () => {
  await using stage = await openGated();
  const { hub, agent, gate, seen } = stage;
  const asked = Array.from({ length: 24 }, () => hub.call('POST', '/agents/1/ping'));
  await until(
    () => seen.running,
    (running) => running === 16,
  );
  const heardAt = async () => Number((await hub.call('GET', '/agents/1')).json.lastSeenAt);
  const before = await heardAt();
  await until(heardAt, (at) => at > before);
  gate.resolve();
  const reports = await Promise.all(asked);
  assert.deepEqual(
    reports.map(({ json }) => json.ok),
    Array(24).fill(true),
  );
  assert.deepEqual([seen.most, seen.done], [16, 24]);
  await agent[Symbol.asyncDispose]();
});

test('an agent that is told to stop takes nothing more, answers what it has, and has reported all', async () => {
  await using stage = await openGated();
  const { hub, agent, gate, seen } = stage;
  const asked = hub.call('POST', '/agents/1/ping');
  await until(
    () => seen.running,
    (running) => running === 1,
  );
  const stopped = agent[Symbol.asyncDispose]();
  const late = hub.call('POST', '/agents/1/ping');
  gate.resolve();
  assert.equal((await asked).json.ok, true);
  await stopped;
  assert.equal((await late).json.steps[0].code, 'AGENT_AWAY');
  assert.equal((await hub.call('GET', '/agents/1')).json.connected, false);
  assert.equal(seen.done, 1);
  await hub.hub.close();
  const { DatabaseSync } = await import('node:sqlite');
  using store = new DatabaseSync(join(hub.folder, 'hub.sqlite'), { readOnly: true, timeout: 10_000 });
  const kinds = store.prepare('SELECT kind FROM agent_report ORDER BY number').all();
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['agentStarted', 'agentStopping'],
  );
});
