/** A schedule came due while the agent was busy, and its integration is stopped before its run had its turn. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  accounts,
  createSetClock,
  deploymentFor,
  playHub,
  type Reached,
  setFaults,
  startAgent,
  untilScheduled,
} from './agent-stage.ts';
import { openOrgStage } from './org-stage.ts';
import { createFolder, writeAccounts } from './stage.ts';

const hour = 3_600_000;

test('a scheduled run that waits for its turn when its integration is stopped is cancelled, and says so', async (t) => {
  const { reachable } = await openOrgStage();
  const stage = { folder: createFolder(t, 'stopped'), org: reachable };
  const clock = createSetClock();
  await using agent = await startAgent(stage, 'agent', { runsAtOnce: 1, clock });
  const way: Reached = { url: agent.url ?? '', username: agent.username, password: agent.firstPassword ?? '' };
  const hub = playHub(() => way);
  const deploy = async (number: number, state: 'active' | 'stopped') => {
    const due = accounts('due', { integration: 'Nightly', schedule: { every: '1h' } });
    const all = [{ definition: accounts('busy') }, { definition: due, state }];
    await hub.ask('deploy', { deployment: await deploymentFor(hub, stage, number, all) });
  };
  for (const name of ['busy', 'due'])
    writeAccounts(join(stage.folder, 'files', `${name}.csv`), { count: 20, prefix: `${name}-` });
  await deploy(1, 'active');
  await setFaults(reachable, [{ path: '/services/data/**', kind: 'latency', latencyMs: 20_000 }]);
  await hub.start('b', { interface: 'busy' });
  await hub.until('runStarted', ({ run }) => run === 'b');
  await untilScheduled(stage.folder);
  clock.toNext(hour);
  const queued = () => {
    using store = new DatabaseSync(join(stage.folder, 'agent', 'reports.sqlite'), { readOnly: true, timeout: 10_000 });
    return store.prepare(`SELECT run FROM run WHERE trigger = 'schedule'`).get()?.run as string | undefined;
  };
  while (queued() === undefined) await sleep(20);
  await deploy(2, 'stopped');
  const ended = await hub.until('runEnded', ({ run }) => run === queued());
  assert.deepEqual(
    [ended.status, ended.nothingProcessed, ended.error?.code],
    ['cancelled', true, 'INTEGRATION_STOPPED'],
  );
  assert.equal(ended.error?.message, 'The integration Nightly is stopped.');
  const [, begun] = hub.of('runStarted');
  assert.deepEqual([begun?.run, begun?.trigger], [queued(), 'schedule'], 'the hub hears of it at all');
  assert.equal(hub.of('runEnded').length, 1, 'the one before it still goes on');
});
