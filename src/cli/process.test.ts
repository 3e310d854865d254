import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callHubInTest } from '../hub/hub-in-test.ts';
import { addInterface, connectInTest, openScriptedAgent, reportOf, until } from '../hub/runs/scripted-agent-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

async function hubWithAgent() {
  const listening = await openListeningHub();
  const hub = await callHubInTest(listening.hub, String(listening.environment.SLUICE_SECRET_HUB));
  const agent = await openScriptedAgent(hub, 'Berlin');
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await connectInTest(hub, agent);
  await addInterface(hub);
  await addInterface(hub, { name: 'goods' });
  const close = async () => {
    await agent[Symbol.asyncDispose]();
    await listening[Symbol.asyncDispose]();
  };
  const begun = (count: number) =>
    until('it is let begin', () => agent.inputsOf('confirmRun').length === count && agent.inputsOf('startRun').at(-1));
  return { ...listening, agent, begun, [Symbol.asyncDispose]: close };
}

const counts = { read: 3, sent: 3, succeeded: 2, created: 2, updated: 0, rejected: 1, unknown: 0 };

test('interfaces are followed to their end, one after the other, with the exit code of their outcome', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  const followed = hub.sluice('process', 'goods', 'shops', '--follow');
  const first = await hub.begun(1);
  assert.equal(first.interface, 'shops');
  await agent.report(reportOf.started(first.run), reportOf.ended(first.run));
  const second = await hub.begun(2);
  await agent.report(reportOf.started(second.run, { interface: 'goods' }));
  await agent.report(reportOf.ended(second.run, { status: 'completed with rejects', rows: counts, endedAt: 1_001 }));
  const { code, out } = await followed;
  assert.equal(code, 3);
  assert.match(out, /1 +shops +completed/);
  assert.match(out, /2 +goods +completed with rejects +3 +3 +2 +2 +0 +1 +0 +1\.0/);
  assert.match(out, /goods: 1 rejected\. "sluice messages --run 2" shows which and why\./);
  const listed = await hub.sluice('runs', '--hub', hub.address, '--interface', 'goods', '--limit', '1');
  assert.match(listed.out, /^run .*\n2 +goods +Berlin +manual +completed with rejects .* 3 +2 +1 +0\n$/);
});

test('what was not reached is said, and the JSON of the end is that of any run', async () => {
  await using hub = await hubWithAgent();
  const followed = hub.sluice('process', 'shops', 'goods', '--follow', '--json');
  const { run } = await hub.begun(1);
  const error = { code: 'SOURCE_UNREACHABLE', message: 'The database is down.', next: 'Start it.' };
  await hub.agent.report(reportOf.ended(run, { status: 'failed', error, nothingProcessed: true }));
  const { code, out, err } = await followed;
  const finished = JSON.parse(out);
  assert.deepEqual([code, finished.status, finished.notRun, finished.runs.length], [1, 'failed', ['goods'], 1]);
  assert.match(err, /shops: The database is down\.\nStart it\./);
});

test('what went wrong with a run that is followed goes to standard error, and the table of the runs to standard output', async () => {
  await using hub = await hubWithAgent();
  const followed = hub.sluice('process', 'shops', '--follow');
  const { run } = await hub.begun(1);
  const error = { code: 'SOURCE_UNREACHABLE', message: 'The database is down.', next: 'Start it.' };
  await hub.agent.report(reportOf.ended(run, { status: 'failed', error, nothingProcessed: true }));
  const { code, out, err } = await followed;
  assert.deepEqual([code, err], [1, 'shops: The database is down.\nStart it.\n(SOURCE_UNREACHABLE)\n']);
  assert.match(out, /shops +failed/);
  assert.doesNotMatch(out, /down|Start it/);
});

test('a run is started without being followed, listed, and cancelled', async () => {
  await using hub = await hubWithAgent();
  const { code, out } = await hub.sluice('process', 'shops', 'goods', '--together');
  assert.equal(code, 0);
  assert.match(out, /^Run 1 of shops: .*\nRun 2 of goods: .*\n$/);
  await hub.begun(2);
  assert.equal((await hub.sluice('cancel', '1')).out, 'Run 1 of shops is being stopped by its agent.\n');
  await until('the agent is asked', () => hub.agent.inputsOf('cancelRun').length === 1);
  const [line = ''] = (await hub.sluice('runs', '--hub', hub.address, '--json')).out.split('\n');
  assert.equal(JSON.parse(line).interface, 'goods');
});

test('what is wrong is said', async () => {
  await using hub = await openListeningHub();
  assert.equal((await hub.sluice('runs', '--hub', hub.address)).out, 'Nothing has run yet.\n');
  const unknown = await hub.sluice('process', 'shops');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /There is no interface shops\./);
  assert.match((await hub.sluice('cancel', '7')).err, /There is no such run\./);
});
