/** All that an agent does in an org is done with one token for each key pair: what Login History of the org says of it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ClientCalls, countedSetup, endOfRun, type HubStage, openHubStage, until } from './hub-stage.ts';
import { openSetupCalls, type SetupCalls } from './setup-calls.ts';
import { writeAccounts } from './stage.ts';

const app = 'scopes: [api, id], clientCredentials: { enabled: true, runAs: integration@acme.example }';
const setupText = countedSetup.replace('\nobjects:', `\n  - { name: Second, ${app} }\nobjects:`);

let stage: HubStage;
let setup: SetupCalls;
let client: ClientCalls;
let first: { id: number; version: number };

const accounts = {
  integration: 'Shop',
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  source: { file: 'none.csv' },
  mapping: { Ext__c: 'key', Name: 'key', Batch__c: 'batch' },
};

before(async () => {
  stage = await openHubStage('one-sign-in', { setup: setupText });
  setup = await openSetupCalls(stage);
  await stage.addIntegration('Shop');
  first = await stage.connect('first', 'own');
  await stage.connect('second', 'own', undefined, await setup.pairOf('Second'));
  await stage.addInterface({ ...accounts, name: 'first', connection: 'first' });
  writeAccounts(join(stage.folder, 'files', 'long.csv'), { count: 900, prefix: 'long-' });
  await stage.addInterface({
    ...{ ...accounts, name: 'long', connection: 'first', source: { file: 'long.csv' }, mode: 'bulk' },
    ...{ mapping: { Ext__c: 'id', Name: 'name' }, chunk: { maxRows: 300 } },
  });
  client = await stage.addClient();
});

after(() => stage[Symbol.asyncDispose]());

/** How often each app has let its user in. */
async function logins(): Promise<Record<string, number>> {
  const { status, json } = await setup.call('GET', '/login-history?pageSize=100');
  assert.equal(status, 200, JSON.stringify(json));
  const counts: Record<string, number> = { Sluice: 0, Second: 0 };
  for (const { application } of json.rows) counts[application] = (counts[application] ?? 0) + 1;
  return counts;
}

/** What `act` adds to Login History. */
async function loginsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await logins();
  await act();
  const now = await logins();
  return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

/** A run for each record, and one after the other. */
async function sendEach(name: string, count: number, batch: string): Promise<void> {
  for (let row = 0; row < count; row += 1) {
    const body = JSON.stringify([{ key: `${batch}-${row}`, counter: row, batch }]);
    const { status, json, text } = await client.send({
      body,
      query: `integration=Shop&interface=${name}&mode=Synchronous`,
    });
    assert.deepEqual([status, json?.results?.[0]?.success], [200, true], text);
  }
}

const endedRuns = () => stage.read(`SELECT 1 FROM run WHERE state = 'ended'`).length;

test('fifty small runs of an agent make one login, whatever else is looked at meanwhile', async () => {
  const runsBefore = endedRuns();
  const made = await loginsOf(async () => {
    await sendEach('first', 50, 'one');
    for (const below of ['/objects', '/objects/Account'])
      assert.equal((await stage.call('GET', `/connections/${first.id}${below}`)).status, 200);
    await Promise.all([sendEach('first', 5, 'two'), sendEach('first', 5, 'three')]);
  });
  const runs = endedRuns() - runsBefore;
  assert.ok(runs >= 50, `${runs} runs`);
  assert.deepEqual(made, { Sluice: 1, Second: 0 });
});

test('connections with other key pairs do not share their token, and one that is new leaves those of others alone', async () => {
  const made = await loginsOf(async () => {
    await stage.addInterface({ ...accounts, name: 'second', connection: 'second' });
    for (const batch of ['a', 'b', 'c'])
      for (const name of ['first', 'second']) await sendEach(name, 2, `${name}-${batch}`);
  });
  assert.deepEqual(made, { Sluice: 0, Second: 1 });
});

test('a ping signs in anew, since that is what it is to try', async () => {
  const ping = async () => {
    const { json } = await stage.call('POST', `/connections/${first.id}/ping-salesforce`);
    assert.equal(json.ok, true, JSON.stringify(json));
  };
  assert.deepEqual(await loginsOf(ping), { Sluice: 1, Second: 0 });
});

test('a token that is revoked in mid-run is asked for once more, and everybody goes on with the new one', async () => {
  const made = await loginsOf(async () => {
    await stage.org.setFaults([{ path: '/services/data/*/jobs/ingest/*', method: 'GET', kind: 'unavailable' }], 1);
    const [{ id }] = (await stage.call('POST', '/runs', { interfaces: ['long'] })).json.runs;
    const look = async () => (await stage.call('GET', `/runs/${id}`)).json;
    await until('the run waits for its jobs', async () => (await look()).progress?.phase === 'sending');
    const { json } = await setup.call('DELETE', `/apps/${await setup.appId('Sluice')}/tokens`);
    assert.ok(json.revokedTokens > 0, JSON.stringify(json));
    const small = sendEach('first', 5, 'meanwhile');
    await stage.org.setFaults([], 1);
    const ended = await endOfRun(stage.call, id, 120_000);
    assert.deepEqual([ended.status, ended.rows.succeeded, ended.rows.unknown], ['completed', 900, 0]);
    await small;
    await sendEach('first', 5, 'after');
  });
  assert.deepEqual(made, { Sluice: 1, Second: 0 });
});

test('a key pair that was switched to is signed in with by the next run, though the token of the old one would still do', async () => {
  const path = `/apps/${await setup.appId('Sluice')}/staged-credentials`;
  const pair = setup.pairIn((await setup.call('POST', path)).json, 'staged');
  const below = `/connections/${first.id}/second-key-pair`;
  const { version } = (await stage.call('GET', `/connections/${first.id}`)).json;
  for (const [method, more, body] of [
    ['PUT', '', { ...pair, version }],
    ['POST', '/ping'],
    ['POST', '/switch'],
  ] as const) {
    const { status, json } = await stage.call(method, below + more, body);
    assert.equal(status, 200, JSON.stringify(json));
  }
  assert.deepEqual(await loginsOf(() => sendEach('first', 5, 'switched')), { Sluice: 1, Second: 0 });
  const applied = await setup.call('POST', `${path}/apply`, { revokeTokens: false });
  assert.equal(applied.status, 200, JSON.stringify(applied.json));
  assert.deepEqual(await loginsOf(() => sendEach('first', 5, 'applied')), { Sluice: 0, Second: 0 });
});
