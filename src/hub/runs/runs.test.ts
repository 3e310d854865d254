import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHubInTest } from '../hub-in-test.ts';
import { addInterface, connectInTest, openScriptedAgent, reportOf, SaysNo, until } from './scripted-agent-in-test.ts';

type Script = Parameters<typeof openScriptedAgent>[2];

async function hubWithAgent(script: Script = {}) {
  const hub = await openHubInTest();
  const agent = await openScriptedAgent(hub, 'Berlin', script);
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await connectInTest(hub, agent);
  await addInterface(hub);
  const start = (...interfaces: string[]) => hub.call('POST', '/runs', { interfaces });
  const get = async (id: number) => (await hub.call('GET', `/runs/${id}`)).json;
  const close = async () => {
    await agent[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  };
  return { ...hub, agent, start, get, [Symbol.asyncDispose]: close };
}

test('a run is taken by its agent, let begin, reported, and ends as the agent says', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  const { status, json } = await hub.start('shops');
  assert.equal(status, 201);
  const [{ id, run }] = json.runs;
  await until('the run is let begin', () => agent.inputsOf('confirmRun').length === 1);
  assert.deepEqual(agent.inputsOf('startRun'), [{ run, lease: 1, interface: 'shops' }]);
  assert.deepEqual(agent.inputsOf('confirmRun'), [{ run, lease: 1 }]);
  await agent.report(reportOf.started(run));
  assert.equal((await hub.get(id)).state, 'running');
  const rows = { read: 2, sent: 2, succeeded: 2, created: 2, updated: 0, rejected: 0, unknown: 0 };
  await agent.report(reportOf.rows(run, ['S-1', 'S-2']), reportOf.ended(run, { rows, mode: 'collections' }));
  const ended = await hub.get(id);
  assert.deepEqual([ended.state, ended.status, ended.rows, ended.mode], ['ended', 'completed', rows, 'collections']);
  assert.equal((await hub.call('GET', `/runs/${run}`)).json.id, id, 'it is found by its UUID as well');
  const trail = (await hub.call('GET', '/audit-trail?search=startedRuns')).json.rows;
  assert.equal(trail[0].display, 'Started shops');
});

test('an agent is given its deployment before anything else, and a new one as soon as something in it changes', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  const first = await until('the deployment', () => agent.inputsOf('deploy')[0]);
  const { number, connections, interfaces } = first.deployment;
  assert.equal(number, 1);
  assert.deepEqual(
    [
      connections.map(({ name }) => name),
      interfaces.map(({ definition, version, state }) => [definition.name, version, state]),
    ],
    [['warehouse'], [['shops', 1, 'active']]],
  );
  assert.ok(!JSON.stringify(first).includes('secret-of-the-consumer'), 'the secret is sealed to the agent');
  const [integration] = (await hub.call('GET', '/integrations')).json.rows;
  await hub.call('PUT', `/integrations/${integration.id}`, { ...pick(integration), state: 'inactive' });
  const second = await until('the next deployment', () => agent.inputsOf('deploy')[1]);
  assert.deepEqual([second.deployment.number, second.deployment.interfaces[0]?.state], [2, 'inactive']);
  const board = async () => (await hub.call('GET', '/control-board/agents')).json.rows[0];
  await until('the board shows it', async () => (await board()).deployment.has === 2);
  const { agentId, name, connected, connections: names, deployment } = await board();
  assert.deepEqual(
    [agentId, name, connected, names, deployment.number, deployment.error],
    [agent.about.id, 'Berlin', true, ['warehouse'], 2, null],
  );
});

const pick = ({ name, description, sequence, version }: Record<string, unknown>) => ({
  name,
  description,
  sequence,
  version,
});

test('a run that is asked for right after its interface was saved waits until the agent has that', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await using hub = await hubWithAgent({ cancelRun: () => held.then(() => ({ state: 'confirmed' })) });
  const { agent } = hub;
  const [{ id }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => agent.inputsOf('confirmRun').length === 1);
  await hub.call('POST', `/runs/${id}/cancel`);
  await until('the hub waits for the agent', () => agent.inputsOf('cancelRun').length === 1);
  await addInterface(hub, { name: 'houses' });
  assert.equal((await hub.start('houses')).status, 201);
  await sleep(200);
  letGo();
  await until('the run is taken', () => agent.inputsOf('startRun').length === 2);
  const before = agent.asked.slice(
    0,
    agent.asked.findLastIndex(({ name }) => name === 'startRun'),
  );
  const last = before.findLast(({ name }) => name === 'deploy');
  assert.match(JSON.stringify(last?.input), /houses/);
});

test('an agent that has another deployment than it was sent is given a higher number', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  await until('the deployment', () => agent.inputsOf('deploy')[0]);
  agent.has(7);
  const second = await until('the next deployment', () => agent.inputsOf('deploy')[1]);
  assert.equal(second.deployment.number, 8);
});

test('an agent that refuses a run ends it with its own sentence', async () => {
  await using hub = await hubWithAgent({
    startRun: () => {
      throw new SaysNo('INTERFACE_UNDEPLOYED', 'shops is closed.');
    },
  });
  const [{ id }] = (await hub.start('shops')).json.runs;
  const run = await until('its end', async () => {
    const found = await hub.get(id);
    return found.state === 'ended' && found;
  });
  const error = { code: 'INTERFACE_UNDEPLOYED', message: 'shops is closed.', next: 'Do it otherwise.' };
  assert.deepEqual([run.status, run.error], ['failed', error]);
  assert.equal(hub.agent.inputsOf('confirmRun').length, 0);
});

test('a run whose agent is away waits for it, and the answer says so', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  await until('the deployment', () => agent.inputsOf('deploy')[0]);
  await agent.away();
  hub.clock.forward(61_000);
  const [{ id, state, waitsFor }] = (await hub.start('shops')).json.runs;
  assert.deepEqual([state, waitsFor], ['waiting', 'It waits until the agent Berlin is connected to the hub.']);
  agent.back();
  await until('the run is let begin', () => agent.inputsOf('confirmRun').length === 1);
  assert.equal((await hub.get(id)).state, 'confirmed');
});

test('a run whose agent went away in the middle of it says so, until the agent is heard of again', async () => {
  await using hub = await hubWithAgent();
  const { agent } = hub;
  const [{ id, run }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => agent.inputsOf('confirmRun').length === 1);
  await agent.report(reportOf.started(run));
  assert.equal((await hub.get(id)).waitsFor, null);
  await agent.away();
  hub.clock.forward(61_000);
  assert.equal((await hub.get(id)).waitsFor, 'Its agent Berlin has it, and is not connected to the hub now.');
  agent.back();
  await until('it goes on', async () => (await hub.get(id)).waitsFor === null);
});

test('a second run of an interface waits behind the first, and of many that are asked for most are refused', async () => {
  await using hub = await hubWithAgent();
  const [first] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  const [second] = (await hub.start('shops')).json.runs;
  assert.equal(second.waitsFor, 'It waits for another run of shops to end.');
  for (let count = 2; count < 10; count += 1) assert.equal((await hub.start('shops')).status, 201);
  const refused = await hub.start('shops');
  assert.deepEqual([refused.status, refused.errors[0]?.message], [409, '10 runs of shops have not ended yet.']);
  assert.equal(hub.agent.inputsOf('startRun').length, 1);
  await hub.agent.report(reportOf.ended(first.run));
  const next = await until('the second', () => hub.agent.inputsOf('startRun')[1]);
  assert.equal(next.run, second.run);
});

test('interfaces are run in the order of their integration, and none after one that did not go through', async () => {
  await using hub = await hubWithAgent();
  await addInterface(hub, { name: 'goods' });
  await addInterface(hub, { name: 'prices' });
  const { runs } = (await hub.start('prices', 'goods', 'shops')).json;
  assert.deepEqual(
    runs.map((run: { interface: string }) => run.interface),
    ['shops', 'goods', 'prices'],
  );
  assert.equal(runs[2].waitsFor, 'It begins when goods has ended well.');
  const startedNames = () => hub.agent.inputsOf('startRun').map((one) => one.interface);
  await until('the first', () => hub.agent.inputsOf('confirmRun').length === 1);
  assert.deepEqual(startedNames(), ['shops']);
  await hub.agent.report(reportOf.ended(runs[0].run, { status: 'completed with rejects' }));
  await until('the second', () => hub.agent.inputsOf('confirmRun').length === 2);
  const error = { code: 'X', message: 'No.', next: 'Do.' };
  await hub.agent.report(reportOf.ended(runs[1].run, { status: 'failed', error, nothingProcessed: true }));
  const last = await hub.get(runs[2].id);
  assert.deepEqual([last.status, last.error.code], ['cancelled', 'RUN_NOT_REACHED']);
  assert.match(last.error.message, /since goods, which comes before it, ended as "failed"/);
  assert.deepEqual(startedNames(), ['shops', 'goods']);
});

test('together means all at once', async () => {
  await using hub = await hubWithAgent();
  await addInterface(hub, { name: 'goods' });
  await hub.call('POST', '/runs', { interfaces: ['shops', 'goods'], order: 'together' });
  await until('both', () => hub.agent.inputsOf('confirmRun').length === 2);
});

test('a run that nobody has begun is cancelled at once, one that was begun by its agent', async () => {
  await using hub = await hubWithAgent();
  const [first] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  const [second] = (await hub.start('shops')).json.runs;
  const waiting = (await hub.call('POST', `/runs/${second.id}/cancel`)).json;
  assert.deepEqual([waiting.state, waiting.status, waiting.cancelAskedBy], ['ended', 'cancelled', 'admin']);
  assert.equal((await hub.call('POST', `/runs/${second.id}/cancel`)).status, 409);
  const begun = (await hub.call('POST', `/runs/${first.id}/cancel`)).json;
  assert.notEqual(begun.state, 'ended');
  const asked = await until('the agent is asked', () => hub.agent.inputsOf('cancelRun')[0]);
  assert.equal(asked.run, first.run);
  await hub.agent.report(reportOf.ended(first.run, { status: 'cancelled' }));
  assert.equal((await hub.get(first.id)).status, 'cancelled');
});

test('what a schedule began at an agent is a run here as soon as it is reported', async () => {
  await using hub = await hubWithAgent();
  await until('the deployment', () => hub.agent.inputsOf('deploy')[0]);
  await hub.agent.report(reportOf.started('by-schedule', { trigger: 'schedule', dueAt: 1 }));
  const { rows } = (await hub.call('GET', '/runs?trigger=schedule&state=open&interface=SHOPS')).json;
  assert.deepEqual(
    rows.map((run: Record<string, unknown>) => [run.run, run.state, run.dueAt, run.askedBy]),
    [['by-schedule', 'running', 1, 'schedule']],
  );
  const [onBoard] = (await hub.call('GET', '/control-board/interfaces')).json.rows;
  assert.deepEqual([onBoard.lastRun.run, onBoard.openRuns, onBoard.agent.name], ['by-schedule', 1, 'Berlin']);
  assert.equal(onBoard.schedule, null);
});

test('an agent cannot report on runs or interfaces of another, and what belongs nowhere holds up nothing', async () => {
  await using hub = await hubWithAgent();
  await using other = await openScriptedAgent(hub, 'Rome');
  const [{ id, run }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  const acknowledged = await other.report(
    reportOf.ended(run, { status: 'failed' }),
    reportOf.rows(run, ['S-1']),
    reportOf.started('forged', { trigger: 'schedule' }),
    { kind: 'runEnded', at: 1, body: { run } },
    { kind: 'weather', at: 1, body: 'rain' },
    'nothing',
  );
  assert.equal(acknowledged, 6);
  const found = await hub.get(id);
  assert.deepEqual([found.state, found.rows.succeeded], ['confirmed', 0]);
  assert.equal((await hub.call('GET', '/runs')).json.total, 1);
  await hub.agent.report(
    { kind: 'agentStarted', at: 5, body: { version: '1.2.3' } },
    { kind: 'scheduleMissed', at: 6, body: { interface: 'shops', dueAt: 0, reason: 'overlap' } },
  );
  const berlin = (await hub.call('GET', '/control-board/agents?search=Berlin')).json.rows[0];
  const log = (await hub.call('GET', `/control-board/reports?agent=${berlin.id}`)).json;
  assert.deepEqual(
    log.rows.map(({ kind, said }: Record<string, string>) => `${kind}: ${said}`),
    [
      'scheduleMissed: The run of shops that was due at 1970-01-01T00:00:00.000Z was left out, since the run before it had not ended.',
      'agentStarted: The agent started; it is of version 1.2.3.',
    ],
  );
  assert.equal((await hub.call('GET', '/control-board/reports?agent=99')).status, 404);
  await other[Symbol.asyncDispose]();
  await hub.agent[Symbol.asyncDispose]();
  await hub.hub.close();
  const { DatabaseSync } = await import('node:sqlite');
  using kept = new DatabaseSync(`${hub.folder}/hub.sqlite`, { readOnly: true, timeout: 10_000 });
  const rows = kept.prepare('SELECT number, kind FROM agent_report ORDER BY id').all();
  assert.deepEqual(
    rows.map(({ number, kind }) => [number, kind]),
    [
      [1, 'runEnded'],
      [2, 'rows'],
      [3, 'runStarted'],
      [4, 'runEnded'],
      [5, 'weather'],
      [6, ''],
      [1, 'agentStarted'],
      [2, 'scheduleMissed'],
    ],
  );
  assert.equal(kept.prepare('SELECT count(*) AS n FROM message').get()?.n, 0);
});

test('operators start and cancel, viewers look', async () => {
  await using hub = await hubWithAgent();
  const [{ id }] = (await hub.start('shops')).json.runs;
  const viewer = await hub.logInAs('viewer');
  const operator = await hub.logInAs('operator');
  assert.equal((await viewer.call('GET', `/runs/${id}`)).status, 200);
  assert.equal((await viewer.call('GET', '/control-board/interfaces')).json.total, 1);
  assert.equal((await viewer.call('POST', '/runs', { interfaces: ['shops'] })).status, 403);
  assert.equal((await viewer.call('POST', `/runs/${id}/cancel`)).status, 403);
  assert.equal((await operator.call('POST', '/runs', { interfaces: ['shops'] })).status, 201);
  assert.equal((await operator.call('POST', `/runs/${id}/cancel`)).status, 200);
  assert.equal((await operator.call('POST', `/runs/${id}/give-up`)).status, 403);
});

test('a run is refused where it cannot be, and waits where it may be later', async () => {
  await using hub = await hubWithAgent();
  await addInterface(hub, { name: 'goods', status: 'undeployed' });
  const refusals: [string[], number, RegExp][] = [
    [['nobody'], 400, /no interface nobody/],
    [['shops', 'SHOPS'], 400, /named twice/],
    [['goods'], 409, /goods is not deployed/],
  ];
  for (const [names, status, words] of refusals) {
    const answer = await hub.start(...names);
    assert.equal(answer.status, status);
    assert.match(answer.errors[0]?.message ?? '', words);
  }
  const [integration] = (await hub.call('GET', '/integrations')).json.rows;
  const path = `/integrations/${integration.id}`;
  await hub.call('PUT', path, { ...pick(integration), state: 'inactive' });
  const [{ id, waitsFor }] = (await hub.start('shops')).json.runs;
  assert.equal(waitsFor, 'It waits until the integration Retail is active again.');
  await hub.call('PUT', path, { ...pick(integration), version: 2, state: 'stopped' });
  assert.match((await hub.start('shops')).errors[0]?.message ?? '', /Retail is stopped/);
  const ended = await until('its end', async () => {
    const found = await hub.get(id);
    return found.state === 'ended' && found;
  });
  assert.deepEqual([ended.status, ended.error.code], ['cancelled', 'INTEGRATION_STOPPED']);
});

test('how far a run is comes from its agent, with rows a second and the time that is left', async () => {
  const rows = { read: 1_000, sent: 500, succeeded: 400, created: 400, updated: 0, rejected: 0, unknown: 0 };
  await using hub = await hubWithAgent({
    lookAtRuns: ({ runs }) => runs.map((run) => ({ run, state: 'confirmed', phase: 'sending', rows, processed: 500 })),
  });
  const [{ id, run }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  await hub.agent.report(reportOf.started(run, { startedAt: hub.clock.now() - 10_000 }));
  const { progress } = await hub.get(id);
  assert.deepEqual(progress, { phase: 'sending', rows, processed: 500, rowsPerSecond: 50, secondsLeft: 10 });
  await hub.get(id);
  assert.equal(hub.agent.inputsOf('lookAtRuns').length, 1, 'who looks twice within a second is shown the same');
});

test('an agent that takes its time to say how far a run is is asked once, however many look meanwhile', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const rows = { read: 9, sent: 9, succeeded: 9, created: 9, updated: 0, rejected: 0, unknown: 0 };
  await using hub = await hubWithAgent({
    async lookAtRuns({ runs }) {
      await held;
      return runs.map((run) => ({ run, state: 'confirmed', phase: 'sending', rows, processed: 9 }));
    },
  });
  const [{ id, run }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  await hub.agent.report(reportOf.started(run, { startedAt: hub.clock.now() }));
  const first = hub.get(id);
  await until('the agent is asked', () => hub.agent.inputsOf('lookAtRuns').length === 1);
  await sleep(1_200);
  const second = hub.get(id);
  await hub.call('GET', '/session');
  letGo();
  for (const { progress } of await Promise.all([first, second])) assert.equal(progress.processed, 9);
  assert.equal(hub.agent.inputsOf('lookAtRuns').length, 1);
});

test('who waits for a run hears of its end at once', async () => {
  await using hub = await hubWithAgent();
  const [{ id, run }] = (await hub.start('shops')).json.runs;
  await until('the run is let begin', () => hub.agent.inputsOf('confirmRun').length === 1);
  const answer = hub.call('GET', `/runs/${id}?wait=25`);
  await hub.agent.report(reportOf.ended(run));
  assert.equal((await answer).json.status, 'completed');
});
