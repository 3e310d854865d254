import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog } from '../../base/index.ts';
import { dialOutPaths, heartbeatMs, longestWaitMs } from '../../protocol/index.ts';
import { copyDataFolder } from '../../store/index.ts';
import { openHub } from '../hub.ts';
import { openHubInTest } from '../hub-in-test.ts';
import { aboutInTest, type HubInTest, newCode, pollInTest, post, registerInTest, tokenFor } from './agent-in-test.ts';

const { register, requests, answers, reports } = dialOutPaths;

const started = (version = '1') => ({ kind: 'agentStarted', at: 1, body: { version } });
const batch = (from: number, count: number, oldest = 1) => ({
  journal: 'j',
  oldest,
  from,
  reports: Array.from({ length: count }, (_, index) => started(String(from + index))),
});

/** Asks the agent through the hub, and plays the agent until it has the request. */
async function askAndFetch(hub: HubInTest, { id, token }: { id: number; token: string }) {
  await post(hub, requests, pollInTest, token);
  const asked = hub.call('POST', `/agents/${id}/ping`);
  const polled = await post(hub, requests, { ...pollInTest, waitMs: 20_000 }, token);
  const [request] = polled.json.requests;
  return { asked, request };
}

test('a registration code is shown once, good for one agent, and for an hour', async () => {
  await using hub = await openHubInTest();
  const code = await newCode(hub);
  const first = await post(hub, register, { code, about: aboutInTest() });
  assert.equal(first.status, 201);
  const again = await post(hub, register, { code, about: aboutInTest('Other') });
  assert.equal(again.status, 401);
  assert.match(again.json.errors[0].message, /wrong, was used before, or has ended/);
  const late = await newCode(hub);
  hub.clock.forward(60 * 60_000);
  assert.equal((await post(hub, register, { code: late, about: aboutInTest('Late') })).status, 401);
  assert.equal((await hub.call('GET', '/agents')).json.total, 1);
  const told = JSON.stringify((await hub.call('GET', '/audit-trail')).json);
  await hub.hub.close();
  const files = readdirSync(hub.folder).map((name) => readFileSync(`${hub.folder}/${name}`, 'latin1'));
  for (const secret of [code, late, first.json.clientSecret])
    assert.ok(!told.includes(secret) && files.every((text) => !text.includes(secret)));
});

test('wrong registration codes in a row make their sender wait', async () => {
  await using hub = await openHubInTest();
  const about = aboutInTest();
  for (let round = 0; round < 6; round += 1)
    assert.equal((await post(hub, register, { code: `wrong ${round}`, about })).status, 401);
  const slowed = await post(hub, register, { code: await newCode(hub), about });
  assert.deepEqual([slowed.status, slowed.headers['retry-after']], [429, '30']);
});

test('two agents of one name are told apart, and one that registers again stays the same agent with new credentials', async () => {
  await using hub = await openHubInTest();
  const first = await registerInTest(hub);
  const second = await registerInTest(hub);
  const again = await registerInTest(hub, first.about);
  const { rows } = (await hub.call('GET', '/agents')).json;
  assert.deepEqual(
    rows.map(({ id, name }: { id: number; name: string }) => [id, name]),
    [
      [first.id, 'Berlin'],
      [second.id, 'Berlin 2'],
    ],
  );
  assert.equal(again.id, first.id);
  assert.equal((await post(hub, requests, pollInTest, first.token)).status, 401);
  assert.equal((await post(hub, requests, pollInTest, again.token)).status, 200);
  const otherKey = { ...first.about, publicKey: { ...first.about.publicKey, x: 'B'.repeat(43) } };
  const refused = await post(hub, register, { code: await newCode(hub), about: otherKey });
  assert.deepEqual([refused.status, (await post(hub, requests, pollInTest, again.token)).status], [409, 200]);
});

test('a question for requests waits until the agent is asked something, and the answer reaches who asked', async () => {
  await using hub = await openHubInTest();
  const agent = await registerInTest(hub);
  const { asked, request } = await askAndFetch(hub, agent);
  assert.deepEqual([request.name, request.input, request.withinMs], ['about', {}, 10_000]);
  const given = await post(hub, requests, pollInTest, agent.token);
  assert.deepEqual(given.json.requests, [request], 'what is not answered is given again');
  const having = await post(hub, requests, { ...pollInTest, having: [request.id] }, agent.token);
  assert.deepEqual(having.json.requests, []);
  const answer = { status: 200, json: agent.about };
  assert.equal((await post(hub, `${answers}/${request.id}`, answer, agent.token)).status, 204);
  const { json } = await asked;
  assert.deepEqual([json.ok, json.about.version], [true, '1.2.3']);
  assert.equal((await post(hub, `${answers}/${request.id}`, answer, agent.token)).status, 404, 'it was answered');
});

test('what the agent refuses, and what is no answer of the protocol, are told with sentence and next step', async () => {
  await using hub = await openHubInTest();
  const agent = await registerInTest(hub);
  const errors = [{ field: null, message: 'It is closed today.', next: 'Come back tomorrow.' }];
  for (const [answer, code, detail] of [
    [{ status: 422, json: { errors }, errorCode: 'STORE_FULL' }, 'AGENT_REFUSED', 'It is closed today.'],
    [{ status: 200, json: { x: 1 } }, 'AGENT_ANSWER_INVALID', /does not have the form/],
    [{ status: 500, json: null }, 'AGENT_ANSWER_INVALID', /status 500/],
  ] as const) {
    const { asked, request } = await askAndFetch(hub, agent);
    await post(hub, `${answers}/${request.id}`, answer, agent.token);
    const [step] = (await asked).json.steps;
    assert.deepEqual([step.status, step.code], ['failed', code]);
    assert.match(step.detail, new RegExp(detail));
  }
});

test('an agent cannot answer what another was asked, and is not given it', async () => {
  await using hub = await openHubInTest();
  const [agent, other] = [await registerInTest(hub), await registerInTest(hub)];
  const { asked, request } = await askAndFetch(hub, agent);
  assert.deepEqual((await post(hub, requests, pollInTest, other.token)).json.requests, []);
  const forged = await post(hub, `${answers}/${request.id}`, { status: 200, json: other.about }, other.token);
  assert.equal(forged.status, 404);
  await post(hub, `${answers}/${request.id}`, { status: 200, json: agent.about }, agent.token);
  assert.equal((await asked).json.about.name, 'Berlin');
});

test('a request outlives the end of a hub that was killed, and is given to its agent by the next', async (t) => {
  await using hub = await openHubInTest();
  const agent = await registerInTest(hub);
  const { asked, request } = await askAndFetch(hub, agent);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hub-as-it-was-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await copyDataFolder(hub.folder, folder);
  await using again = await openHub({ folder, clock: hub.clock, log: createLog({ level: 'silent' }) });
  const restarted = { ...hub, hub: again };
  assert.deepEqual((await post(restarted, requests, pollInTest, agent.token)).json.requests, [request]);
  const answer = { status: 200, json: agent.about };
  assert.equal((await post(restarted, `${answers}/${request.id}`, answer, agent.token)).status, 204);
  assert.deepEqual((await post(restarted, requests, pollInTest, agent.token)).json.requests, []);
  await hub.hub.close();
  assert.equal((await asked).status, 503);
});

test('an agent that has not been heard of is away, and is said to be', async () => {
  await using hub = await openHubInTest();
  const { id, token } = await registerInTest(hub);
  const connected = async () => (await hub.call('GET', `/agents/${id}`)).json.connected;
  assert.equal(await connected(), false);
  await post(hub, requests, { ...pollInTest, deployment: 7 }, token);
  assert.equal(await connected(), true);
  hub.clock.forward(4 * heartbeatMs - 1);
  assert.equal(await connected(), true);
  hub.clock.forward(1);
  assert.equal(await connected(), false);
  const [step] = (await hub.call('POST', `/agents/${id}/ping`)).json.steps;
  assert.deepEqual([step.code, step.detail], ['AGENT_AWAY', 'The agent Berlin is not connected to the hub.']);
  assert.equal((await hub.call('GET', `/agents/${id}`)).json.deployment, 7);
});

test('an agent that said that it is stopping is away, whatever it asked before comes to its end later, until it calls again', async () => {
  await using hub = await openHubInTest();
  const { id, token } = await registerInTest(hub);
  const connected = async () => (await hub.call('GET', `/agents/${id}`)).json.connected;
  await post(hub, requests, pollInTest, token);
  const asked = post(hub, requests, { ...pollInTest, waitMs: 1_000 }, token);
  const stopping = { kind: 'agentStopping', at: 1, body: {} };
  await post(hub, reports, { journal: 'j', oldest: 1, from: 1, reports: [stopping] }, token);
  assert.equal(await connected(), false);
  assert.equal((await asked).status, 200);
  assert.equal(await connected(), false);
  await post(hub, requests, pollInTest, token);
  assert.equal(await connected(), true);
});

test('a question for requests is answered after a heartbeat, however long it would wait', {
  timeout: 20_000,
}, async () => {
  await using hub = await openHubInTest();
  const { token } = await registerInTest(hub);
  const answer = await post(hub, requests, { ...pollInTest, waitMs: longestWaitMs }, token);
  assert.deepEqual([answer.status, answer.json.requests], [200, []]);
});

test('an agent without room says that it is there, and is given nothing', async () => {
  await using hub = await openHubInTest();
  const { id, token } = await registerInTest(hub);
  await post(hub, requests, pollInTest, token);
  const asked = hub.call('POST', `/agents/${id}/ping`);
  while ((await post(hub, requests, pollInTest, token)).json.requests.length === 0);
  const full = await post(hub, requests, { ...pollInTest, room: 0 }, token);
  assert.deepEqual([full.status, full.json.requests], [200, []]);
  await hub.hub.close();
  await asked;
});

test('reports are kept once each, acknowledged again when they come again, and refused behind a gap', async () => {
  await using hub = await openHubInTest();
  const { token } = await registerInTest(hub);
  const send = async (sent: object) => (await post(hub, reports, sent, token)).json;
  assert.deepEqual(await send(batch(1, 3)), { acknowledged: 3 });
  assert.deepEqual(await send(batch(1, 3)), { acknowledged: 3 });
  assert.deepEqual(await send(batch(2, 4)), { acknowledged: 5 });
  assert.equal((await send(batch(8, 1))).wanted, 6);
  assert.equal((await post(hub, reports, batch(8, 1), token)).status, 409);
  assert.deepEqual(await send({ ...batch(1, 1), journal: 'another' }), { acknowledged: 1 });
  assert.deepEqual(await send(batch(8, 1, 8)), { acknowledged: 8 }, 'what the agent has no more cannot be wanted');
  await hub.hub.close();
  const { DatabaseSync } = await import('node:sqlite');
  using kept = new DatabaseSync(`${hub.folder}/hub.sqlite`, { readOnly: true, timeout: 10_000 });
  const rows = kept.prepare(`SELECT number, body FROM agent_report WHERE journal = 'j' ORDER BY id`).all();
  assert.deepEqual(
    rows.map(({ number, body }) => [number, JSON.parse(String(body)).version]),
    [1, 2, 3, 4, 5, 8].map((number) => [number, String(number)]),
  );
});

test('a token of an API client is refused at the agent API, and that of an agent everywhere else', async () => {
  await using hub = await openHubInTest();
  const agent = await registerInTest(hub);
  const client = (await hub.call('POST', '/api-clients', { name: 'Shop', scopes: ['integrate', 'messages'] })).json;
  const { access_token } = (await tokenFor(hub, client.clientId, client.clientSecret)).json;
  for (const [path, body] of [
    [requests, pollInTest],
    [`${answers}/x`, { status: 200, json: {} }],
    [reports, batch(1, 1)],
  ] as const) {
    assert.equal((await post(hub, path, body, access_token)).status, 403);
    assert.equal((await post(hub, path, body)).status, 401);
    assert.equal((await post(hub, path, body, `${agent.token}x`)).status, 401);
  }
  assert.equal((await tokenFor(hub, client.clientId, client.clientSecret, 'agent')).json.error, 'invalid_scope');
  assert.equal((await tokenFor(hub, agent.clientId, agent.clientSecret, 'integrate')).json.error, 'invalid_scope');
  const asPerson = await hub.inject('GET', '/agents', { headers: { authorization: `Bearer ${agent.token}` } });
  assert.equal(asPerson.status, 401);
  assert.equal((await hub.call('GET', '/api-clients')).json.total, 1, 'an agent is no API client');
});

test('an agent is renamed, and once revoked is out at once, with its credentials', async () => {
  await using hub = await openHubInTest();
  const [agent, other] = [await registerInTest(hub), await registerInTest(hub)];
  const path = `/agents/${agent.id}`;
  const renamed = await hub.call('PUT', path, { name: 'Warehouse', version: 1 });
  assert.equal(renamed.json.name, 'Warehouse');
  const [noted] = (await hub.call('GET', '/audit-trail?search=Changed')).json.rows;
  assert.equal(noted.display, 'Changed client Warehouse, before Berlin');
  assert.equal((await hub.call('PUT', path, { name: 'Warehouse 2', version: 1 })).status, 409);
  assert.match((await hub.call('PUT', path, { name: 'BERLIN 2', version: 2 })).errors[0]?.message ?? '', /already/);
  assert.equal((await hub.call('POST', `${path}/revoke`)).json.active, false);
  assert.equal((await post(hub, requests, pollInTest, agent.token)).status, 401);
  assert.equal((await tokenFor(hub, agent.clientId, agent.clientSecret)).json.error, 'invalid_client');
  assert.equal((await post(hub, requests, pollInTest, other.token)).status, 200);
  const back = await registerInTest(hub, agent.about);
  const { name, active } = (await hub.call('GET', path)).json;
  assert.deepEqual([back.id, name, active], [agent.id, 'Warehouse', true]);
});

test('whatever is sent to the agent API, signed in or not, it is answered without a failure of the hub', async () => {
  await using hub = await openHubInTest();
  const { token } = await registerInTest(hub);
  const paths = [register, requests, `${answers}/1`, `${answers}/%00`, reports];
  const long = 'x'.repeat(300);
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record({
      waitMs: fc.constant(0),
      deployment: fc.oneof(fc.nat(), fc.double()),
      room: fc.integer({ min: 0, max: 17 }),
      having: fc.array(fc.string()),
    }),
    fc.record({ status: fc.integer(), json: fc.jsonValue(), errorCode: fc.string() }, { requiredKeys: ['status'] }),
    fc.record({
      journal: fc.string(),
      oldest: fc.oneof(fc.constant(1), fc.double()),
      from: fc.oneof(fc.constantFrom(1, 2, 1e300, 9e15, 0, -1), fc.maxSafeNat()),
      reports: fc.array(fc.oneof(fc.constant(started()), fc.constant(started(long)), fc.jsonValue())),
    }),
    { weight: 3, arbitrary: fc.constantFrom(batch(1, 2), pollInTest) },
    fc.record({ code: fc.string(), about: fc.oneof(fc.constant(aboutInTest()), fc.jsonValue()) }),
  );
  const text = fc.oneof({ weight: 5, arbitrary: value.map((one) => JSON.stringify(one)) }, fc.string());
  let good = 0;
  const signedMostly = fc.constantFrom(true, true, false);
  const property = fc.asyncProperty(fc.constantFrom(...paths), text, signedMostly, async (path, body, signed) => {
    const { status } = await post(hub, path, body, signed ? token : undefined);
    assert.ok(status < 500, `${path} answered ${status}`);
    if (status < 300) good += 1;
  });
  await fc.assert(property, { numRuns: 500 });
  assert.ok(good > 3, `${good} good`);
  const large = JSON.stringify({ ...pollInTest, having: [long.repeat(100)] });
  assert.equal((await post(hub, requests, large, token)).status, 413);
  assert.equal((await post(hub, register, '['.repeat(5_000))).status, 400);
});

test('of many questions that an agent leaves open the oldest are answered at once, with nothing', async () => {
  await using hub = await openHubInTest();
  const { token } = await registerInTest(hub);
  const done: number[] = [];
  const asked = Array.from({ length: 50 }, async (_, index) => {
    const { status, json } = await post(hub, requests, { ...pollInTest, waitMs: 3_000 }, token);
    done.push(index);
    assert.deepEqual([status, json.requests], [200, []]);
  });
  await Promise.all(asked.slice(0, 46));
  assert.equal(done.length, 46, 'four wait still');
  await Promise.all(asked);
  assert.deepEqual(done.slice(46).toSorted(), [46, 47, 48, 49]);
});

test('an agent that is revoked while it waits for requests is given none', async () => {
  await using hub = await openHubInTest();
  const agent = await registerInTest(hub);
  await post(hub, requests, pollInTest, agent.token);
  const waiting = post(hub, requests, { ...pollInTest, waitMs: 20_000 }, agent.token);
  const revoked = await hub.call('POST', `/agents/${agent.id}/revoke`);
  assert.equal(revoked.status, 200);
  assert.equal((await waiting).status, 401);
});
