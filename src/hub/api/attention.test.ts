import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';
import { addInterface, connectInTest, openScriptedAgent, reportOf, until } from '../runs/scripted-agent-in-test.ts';

const dayMs = 24 * 60 * 60_000;
const org = 'https://acme.my.salesforce.com';

async function hubWithAgent() {
  const hub = await openHubInTest();
  const agent = await openScriptedAgent(hub, 'Berlin');
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await connectInTest(hub, agent);
  await addInterface(hub);
  const matters = async () => (await hub.call('GET', '/attention')).json.matters;
  /** Kind and what is told of it. */
  const told = async () =>
    (await matters()).map(({ kind, name, count, detail }: Record<string, unknown>) => [kind, name, count, detail]);
  /** The session of before is over by then. */
  const kindsAfterADay = async (): Promise<string[]> => {
    hub.clock.forward(dayMs + 1);
    const { username = '', password = '' } = hub.hub.firstAdministrator ?? {};
    const { call } = await hub.logIn(username, password);
    return (await call('GET', '/attention')).json.matters.map(({ kind }: { kind: string }) => kind);
  };
  const usage = async () => (await hub.call('GET', '/connections')).json.rows[0].apiUsage;
  const report = (used: number, change: object = {}) =>
    agent.report({
      kind: 'apiUsage',
      at: 1,
      body: { myDomainUrl: org, used, allowed: 100, readAt: hub.clock.now(), ...change },
    });
  /** A run of shops that has begun. */
  const begin = async () => {
    const [run] = (await hub.call('POST', '/runs', { interfaces: ['shops'] })).json.runs;
    await until('the run is let begin', () => agent.inputsOf('confirmRun').some((one) => one.run === run.run));
    await agent.report(reportOf.started(run.run));
    return run as { id: number; run: string };
  };
  const close = async () => {
    await agent[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  };
  return { ...hub, agent, matters, told, kindsAfterADay, usage, report, begin, [Symbol.asyncDispose]: close };
}

const unverified = ['unverified', 'warehouse', null, null];

test('a hub with nothing in it says how to begin, and one that is set up what is not as it should be', async () => {
  await using empty = await openHubInTest();
  const { matters } = (await empty.call('GET', '/attention')).json;
  assert.deepEqual(
    matters.map(({ kind }: { kind: string }) => kind),
    ['noConnection'],
  );
  await using hub = await hubWithAgent();
  assert.deepEqual(await hub.told(), [unverified]);
  await hub.agent.away();
  hub.clock.forward(61_000);
  assert.deepEqual(await hub.told(), [['agentAway', 'Berlin', null, null], unverified]);
  hub.agent.back();
  await until('it is back', async () => (await hub.told()).length === 1);
  const [{ id, name, description, sequence, version }] = (await hub.call('GET', '/integrations')).json.rows;
  const change = { name, description, sequence, version, state: 'inactive' };
  assert.equal((await hub.call('PUT', `/integrations/${id}`, change)).status, 200);
  assert.deepEqual(await hub.told(), [['inactive', 'Retail', null, 'inactive'], unverified]);
});

test('messages that failed or are in doubt, and the run they are of, are to be seen to until they are mended', async () => {
  await using hub = await hubWithAgent();
  const { id, run } = await hub.begin();
  const refused = {
    outcome: 'rejected',
    created: null,
    salesforceId: null,
    rejectedBy: 'salesforce',
    code: 'X',
    reason: 'No.',
  };
  const report = reportOf.rows(run, ['S-1', 'S-2', 'S-3']);
  const [first, second, third] = report.body.rows;
  const doubted = { ...third, ...refused, outcome: 'unknown', rejectedBy: null };
  const body = { ...report.body, settledAt: hub.clock.now(), rows: [first, { ...second, ...refused }, doubted] };
  const rows = { read: 3, sent: 3, succeeded: 1, created: 1, updated: 0, rejected: 1, unknown: 1 };
  await hub.agent.report({ ...report, body }, reportOf.ended(run, { status: 'unknown rows', rows }));
  assert.deepEqual(await hub.told(), [
    ['unknownMessages', null, 1, null],
    ['failedMessages', null, 1, null],
    ['lastRun', 'shops', null, 'unknown rows'],
    unverified,
  ]);
  assert.equal((await hub.matters())[2].id, id);
  for (const query of ['?span=hour', '', '?span=week', '?interface=SHOPS', '?integration=retail']) {
    const { json } = await hub.call('GET', `/throughput${query}`);
    assert.deepEqual(json.total, { succeeded: 1, rejected: 1, unknown: 1 }, query);
  }
  const unknown = await hub.call('GET', '/throughput?interface=nobody');
  assert.deepEqual([unknown.status, unknown.errors[0]?.message], [400, 'There is no interface nobody.']);
  const next = await hub.begin();
  await hub.agent.report(reportOf.ended(next.run));
  assert.deepEqual(
    (await hub.told()).map(([kind]: string[]) => kind),
    ['unknownMessages', 'failedMessages', 'unverified'],
  );
});

test('scheduled runs that were left out are told of for a day', async () => {
  await using hub = await hubWithAgent();
  const missed = (reason: string) => ({
    kind: 'scheduleMissed',
    at: 6,
    body: { interface: 'shops', dueAt: 0, reason },
  });
  await hub.agent.report(missed('overlap'), missed('away'), missed('stopped'));
  assert.deepEqual(await hub.told(), [['schedulesMissed', 'shops', 2, null], unverified]);
  const [{ id }] = (await hub.call('GET', '/control-board/agents')).json.rows;
  assert.equal((await hub.matters())[0].id, id);
  assert.ok(!(await hub.kindsAfterADay()).includes('schedulesMissed'));
});

test('of an org the newest figure of its API calls is kept, and above four fifths it is to be seen to', async () => {
  await using hub = await hubWithAgent();
  assert.equal(await hub.usage(), null);
  const now = hub.clock.now();
  await hub.report(80);
  assert.deepEqual(await hub.usage(), { used: 80, allowed: 100, readAt: now });
  assert.deepEqual(await hub.told(), [unverified]);
  await hub.report(81, { readAt: now - 1 });
  assert.equal((await hub.usage()).used, 80, 'an older figure changes nothing');
  await hub.report(81, { readAt: now + 5_000, myDomainUrl: `${org}/` });
  assert.deepEqual(
    await hub.usage(),
    { used: 81, allowed: 100, readAt: now },
    'a clock that runs ahead does not keep later ones out',
  );
  const [matter] = await hub.matters();
  assert.deepEqual([matter.kind, matter.name, matter.count, matter.of], ['apiCalls', 'warehouse', 81, 100]);
  assert.ok(!(await hub.kindsAfterADay()).includes('apiCalls'));
});

test('an agent tells of the orgs of its own connections alone, and figures that are none are kept aside', async () => {
  await using hub = await hubWithAgent();
  await using other = await openScriptedAgent(hub, 'Rome');
  const body = { myDomainUrl: org, used: 99, allowed: 100, readAt: hub.clock.now() };
  assert.equal(await other.report({ kind: 'apiUsage', at: 1, body }), 1);
  assert.equal(await hub.report(99, { myDomainUrl: 'https://evil.example' }), 1);
  assert.equal(await hub.report(-1), 2);
  assert.equal(await hub.usage(), null);
});

test('a secret is old after half a year, by when it was entered and not by when its connection was changed', async () => {
  await using hub = await hubWithAgent();
  const made = await hub.call('POST', '/api-clients', { name: 'shop', scopes: ['messages'], interfaces: [] });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const file = `${hub.folder}/hub.sqlite`;
  const age = (days: number) => {
    using store = new DatabaseSync(file, { timeout: 10_000 });
    const at = hub.clock.now() - days * dayMs;
    store.prepare('UPDATE connection SET secret_entered_at = :at').run({ at });
    store.prepare('UPDATE client SET secret_made_at = :at').run({ at });
  };
  age(180);
  assert.deepEqual(await hub.told(), [unverified]);
  age(181);
  const old = [
    ['consumerSecret', 'warehouse', 181, null],
    ['clientSecret', 'shop', 181, null],
  ];
  assert.deepEqual(await hub.told(), [unverified, ...old]);
  const [kept] = (await hub.call('GET', '/connections')).json.rows;
  const given = {
    name: 'warehouse',
    type: 'agentDatabase',
    agent: { agentId: hub.agent.about.id },
    database: { database: 'sqlite', file: '/data/shops.sqlite' },
    salesforce: { environment: 'production', myDomainUrl: org, consumerKey: 'key' },
    withoutPing: true,
    version: kept.version,
  };
  const changed = await hub.call('PUT', `/connections/${kept.id}`, { ...given, description: 'Of the shops.' });
  assert.equal(changed.status, 200, JSON.stringify(changed.errors));
  assert.deepEqual(await hub.told(), [unverified, ...old]);
  const salesforce = { ...given.salesforce, consumerSecret: 'another' };
  const again = await hub.call('PUT', `/connections/${kept.id}`, { ...given, salesforce, version: kept.version + 1 });
  assert.equal(again.status, 200, JSON.stringify(again.errors));
  assert.deepEqual(await hub.told(), [unverified, old[1]]);
});
