import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../base/index.ts';
import { openHub } from '../hub.ts';
import { openHubInTest } from '../hub-in-test.ts';
import {
  addInterface,
  connectEndpointInTest,
  connectInTest,
  moveInTest,
  openScriptedAgent,
  openScriptedEndpoint,
  reportOf,
  SaysNo,
  until,
} from './scripted-agent-in-test.ts';

type Hub = Awaited<ReturnType<typeof openHubInTest>>;

async function prepare(hub: Hub) {
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await addInterface(hub);
}

const start = async (hub: Hub) => (await hub.call('POST', '/runs', { interfaces: ['shops'] })).json.runs[0];
const endOf = (hub: Hub, id: number) =>
  until('its end', async () => {
    const { json } = await hub.call('GET', `/runs/${id}`);
    return json.state === 'ended' && json;
  });

test('a run that its agent does not answer for in time is given to the one its connection has by then; a late answer changes nothing', async () => {
  await using hub = await openHubInTest();
  const late = Promise.withResolvers<object>();
  await using first = await openScriptedAgent(hub, 'Berlin', { startRun: () => late.promise });
  await using second = await openScriptedAgent(hub, 'Rome');
  await connectInTest(hub, first);
  await prepare(hub);
  const { id, run } = await start(hub);
  await until('the first is asked', () => first.inputsOf('startRun').length === 1);
  await moveInTest(hub, second);
  assert.equal(second.inputsOf('startRun').length, 0, 'the lease is not over');
  hub.clock.forward(30_000);
  await until('the second lets it begin', () => second.inputsOf('confirmRun').length === 1);
  const [given] = second.inputsOf('startRun');
  assert.deepEqual(given, { run, lease: 2, interface: 'shops' });
  late.resolve({ state: 'taken' });
  await second.report(reportOf.started(run), reportOf.ended(run));
  assert.equal((await hub.call('GET', `/runs/${id}`)).json.agent.name, 'Rome');
  assert.deepEqual(first.inputsOf('confirmRun'), []);
  await first.report(reportOf.started(run), reportOf.ended(run, { status: 'failed' }));
  assert.equal((await endOf(hub, id)).status, 'completed', 'an agent that does not have it cannot end it');
});

test('what says nothing of the run itself leaves it waiting, and it is given again with a higher lease', async () => {
  await using hub = await openHubInTest();
  let asked = 0;
  await using agent = await openScriptedAgent(hub, 'Berlin', {
    startRun() {
      asked += 1;
      if (asked === 1) throw new SaysNo('STORE_FULL', 'The disk is full.');
      return { state: 'taken' };
    },
    confirmRun: () => ({ state: 'confirmed' }),
  });
  await connectInTest(hub, agent);
  await prepare(hub);
  const { id } = await start(hub);
  await until('it is said why', async () =>
    /disk is full/.test((await hub.call('GET', `/runs/${id}`)).json.waitsFor ?? ''),
  );
  await until('it is let begin', () => agent.inputsOf('confirmRun').length === 1);
  assert.deepEqual(
    agent.inputsOf('startRun').map(({ lease }) => lease),
    [1, 2],
  );
  await until('it has passed', async () => {
    const [onBoard] = (await hub.call('GET', '/control-board/agents')).json.rows;
    return onBoard.deployment.error === null;
  });
});

test('a run of which its agent knows nothing any more ends with unknown rows', async () => {
  await using hub = await openHubInTest();
  await using agent = await openScriptedAgent(hub, 'Berlin', { confirmRun: () => ({ state: 'unknown' }) });
  await connectInTest(hub, agent);
  await prepare(hub);
  const { id } = await start(hub);
  const { status, error } = await endOf(hub, id);
  assert.deepEqual([status, error.code], ['unknown rows', 'RUN_LOST']);
});

test('a run that was given when the hub was closed goes on after its start', async () => {
  await using hub = await openHubInTest();
  const never = Promise.withResolvers<object>();
  await using agent = await openScriptedAgent(hub, 'Berlin', { confirmRun: () => never.promise });
  await connectInTest(hub, agent);
  await prepare(hub);
  const { run } = await start(hub);
  await until('it is asked to begin', () => agent.inputsOf('confirmRun').length === 1);
  await agent.away();
  await hub.hub.close();
  hub.clock.forward(10_000);
  await using again = await openHub({ folder: hub.folder, clock: hub.clock, log: createLog({ level: 'silent' }) });
  hub.hub = again;
  agent.back();
  const asked = await until('it is asked again', () => agent.inputsOf('confirmRun')[1]);
  assert.deepEqual(asked, { run, lease: 1 });
  never.resolve({ state: 'confirmed' });
  await agent.away();
});

test('a hub that starts before its agents have dialled in has nothing to complain of', async () => {
  await using hub = await openHubInTest();
  await using agent = await openScriptedAgent(hub, 'Berlin');
  await connectInTest(hub, agent);
  await prepare(hub);
  await until('it has its interface', () => agent.inputsOf('deploy').length === 1);
  await agent.away();
  await hub.hub.close();
  hub.clock.forward(60_000);
  const complaints: object[] = [];
  const complain = (entry: object) => void complaints.push(entry);
  const log = { ...createLog({ level: 'silent' }), warn: complain, error: complain };
  await using again = await openHub({ folder: hub.folder, clock: hub.clock, log });
  hub.hub = again;
  const before = agent.inputsOf('about').length;
  await sleep(300);
  agent.back();
  await until('it is asked what it has', () => agent.inputsOf('about').length > before);
  await agent.away();
  assert.deepEqual(complaints, []);
});

test('a run whose agent will not be heard of again is given up by an administrator, and its late reports are taken all the same', async () => {
  await using hub = await openHubInTest();
  await using agent = await openScriptedAgent(hub, 'Berlin');
  await connectInTest(hub, agent);
  await prepare(hub);
  const { id, run } = await start(hub);
  await until('it is let begin', () => agent.inputsOf('confirmRun').length === 1);
  assert.match((await hub.call('POST', `/runs/${id}/give-up`)).errors[0]?.message ?? '', /Berlin is connected/);
  await agent.away();
  hub.clock.forward(61_000);
  const given = (await hub.call('POST', `/runs/${id}/give-up`)).json;
  assert.deepEqual([given.status, given.error.code], ['unknown rows', 'RUN_LOST']);
  await agent.report(reportOf.rows(run, ['S-1']), reportOf.ended(run));
  assert.deepEqual((await endOf(hub, id)).status, 'completed');
});

test('an agent with an endpoint is asked for its reports, and told with the next question what is on disk', async () => {
  await using hub = await openHubInTest();
  const reports = [reportOf.started('by-schedule', { trigger: 'schedule', dueAt: 1 }), reportOf.ended('by-schedule')];
  const batch = { journal: 'j', oldest: 1, from: 1, reports };
  const acknowledged: unknown[] = [];
  await using agent = await openScriptedEndpoint(hub, 'Berlin', {
    takeReports(input) {
      acknowledged.push(input.acknowledged);
      const done = input.acknowledged !== null;
      return { deployment: agent.state.deployment, batch: done || agent.state.deployment === 0 ? null : batch };
    },
  });
  await connectEndpointInTest(hub, agent);
  await prepare(hub);
  const [run] = await until('the run', async () => {
    const { rows } = (await hub.call('GET', '/runs?status=completed')).json;
    return rows.length > 0 && rows;
  });
  assert.deepEqual([run.run, run.status, run.trigger], ['by-schedule', 'completed', 'schedule']);
  await until('it is told', () => acknowledged.some((one) => Object(one).number === 2));
  const [onBoard] = (await hub.call('GET', '/control-board/agents')).json.rows;
  assert.deepEqual([onBoard.kind, onBoard.connected, onBoard.deployment.has], ['endpoint', true, 1]);
  const { run: started } = await start(hub);
  const asked = await until('it is let begin', () => agent.inputsOf('confirmRun')[0]);
  assert.equal(asked.run, started);
});

test('a hub that is closed while its agents are away or hang is closed at once', async () => {
  const hub = await openHubInTest();
  const never = Promise.withResolvers<object>();
  await using agent = await openScriptedEndpoint(hub, 'Berlin', {
    takeReports: () => never.promise,
    deploy: () => never.promise,
  });
  await connectEndpointInTest(hub, agent);
  await prepare(hub);
  await until('it is asked', () => agent.inputsOf('deploy').length === 1 && agent.inputsOf('takeReports').length > 0);
  const closingAt = performance.now();
  await hub[Symbol.asyncDispose]();
  assert.ok(
    performance.now() - closingAt < 20_000,
    'it waits for none of them, of which the shortest takes 30 seconds',
  );
});
