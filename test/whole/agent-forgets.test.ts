/** An agent that runs for months: what it was told to run is forgotten by age, and the next run goes on as ever. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../../src/ledger/index.ts';
import { accounts, deploymentFor, playHub, type Reached, startAgent } from './agent-stage.ts';
import { openOrgStage } from './org-stage.ts';
import { createFolder, fastClock, writeAccounts } from './stage.ts';

const monthMs = 31 * 24 * 3_600_000;

test('an agent whose hub has all reports of a run forgets it a month later, and runs its interface again', async (t) => {
  const { reachable } = await openOrgStage();
  const stage = { folder: createFolder(t, 'forgets'), org: reachable };
  let reached: Reached = { url: '', username: '', password: '' };
  const hub = playHub(() => reached);
  async function start(now: () => number) {
    const { sleep: pause } = fastClock(20);
    const agent = await startAgent(stage, 'agent', { clock: { now, sleep: pause } });
    reached = { url: agent.url ?? '', username: agent.username, password: agent.firstPassword ?? reached.password };
    return agent;
  }
  const runsIn = async () => {
    await using ledger = openLedger(join(stage.folder, 'agent'));
    return ledger.listRuns().map(({ hubRun }) => hubRun);
  };
  for (const run of ['r0', 'r1']) {
    await using _ = await start(Date.now);
    writeAccounts(join(stage.folder, 'files', 'people.csv'), { count: 300, prefix: 'forgets-' });
    const deployment = await deploymentFor(hub, stage, 1, [{ definition: accounts('people', { check: 'off' }) }]);
    await hub.ask('deploy', { deployment });
    await hub.start(run, { interface: 'people' });
    await hub.until('runEnded', (ended) => ended.run === run);
  }
  assert.deepEqual(await runsIn(), ['r1', 'r0']);
  {
    await using _ = await start(() => Date.now() + monthMs);
    // Until it has looked once: what the hub acknowledges after that is heeded an hour later.
    while ((await runsIn()).includes('r0')) await sleep(20);
    await hub.until('agentStarted', () => hub.of('agentStarted').length === 3);
    assert.deepEqual(await runsIn(), ['r1'], 'the hub had not acknowledged its last reports yet');
    await hub.start('r2', { interface: 'people' });
    await hub.until('runEnded', ({ run }) => run === 'r2');
    assert.equal(hub.rowsOf('r2').size, 300);
  }
  await using _ = await start(() => Date.now() + 2 * monthMs);
  while ((await runsIn()).includes('r1')) await sleep(20);
  assert.deepEqual(await runsIn(), ['r2'], 'the end of the second was not acknowledged yet');
});
