/** A program that sends records in: every mode by the true programs, its wrong turns, and what stands in the org afterwards. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type ClientCalls, type HubStage, openHubStage, until } from './hub-stage.ts';

const many = process.env.SLUICE_LONG === '1' ? 1_000_000 : 10_000;
const bad = many / 100;

let stage: HubStage;
let client: ClientCalls & { id: number; clientId: string; clientSecret: string };
let narrow: ClientCalls & { clientId: string };

const accounts = {
  name: 'accounts',
  integration: 'Shop',
  connection: 'own',
  source: { file: 'none.csv' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mapping: { Ext__c: 'key', Name: 'name', Counter__c: 'counter', Batch__c: 'batch' },
};
const contacts = {
  ...accounts,
  name: 'contacts',
  object: 'Contact',
  mapping: {
    Ext__c: { formula: 'parent.key & "-" & line' },
    LastName: 'name',
    AccountId: { parent: 'Account', externalId: 'Ext__c', column: 'parent.key' },
  },
};

before(async () => {
  stage = await openHubStage('integrate', { leaseSeconds: 5 });
  await stage.addIntegration('Shop');
  await stage.connect('own', 'own');
  await stage.connect('dialled', 'dialled');
  await stage.addInterface(accounts);
  await stage.addInterface(contacts);
  await stage.addInterface({ ...accounts, name: 'far', connection: 'dialled' });
  client = await stage.addClient();
  narrow = await stage.addClient({ name: 'Narrow', interfaces: ['Shop/far'] });
  await stage.addClient({ name: 'Reader', scopes: ['messages'] });
});

after(() => stage[Symbol.asyncDispose]());

const query = (mode: string, name = 'accounts') => `integration=Shop&interface=${name}&mode=${mode}`;
const records = (batch: string, count: number, isBad: (row: number) => boolean = () => false) =>
  Array.from({ length: count }, (_, row) => ({
    key: `${batch}-${row}`,
    name: isBad(row) ? 'x'.repeat(300) : `Name ${row}`,
    counter: row,
    batch,
  }));

async function heldOf(batch: string): Promise<number> {
  const found = stage.salesforce.query(`SELECT Id FROM Account WHERE Batch__c = '${batch}'`);
  return (await Array.fromAsync(found)).length;
}

type Result = { status: string; success: boolean; id: string; errors: { statusCode: string }[] };

/** The results of a call, when each of its records has one; page after page. */
async function settledResults(url: string, count: number): Promise<Result[]> {
  return await until(
    `${count} records of ${url} are settled`,
    async () => {
      const results: Result[] = [];
      for (let next: string | undefined = `${url}?limit=1000`; next !== undefined; ) {
        const { json } = await client.ask(next);
        results.push(...json.results);
        next = json.next;
      }
      return results.length === count && results.every(({ success }) => success !== null) && results;
    },
    process.env.SLUICE_LONG === '1' ? 1_800_000 : 90_000,
  );
}

test('Synchronous: the outcome of each record is answered, by either way to an agent', async () => {
  for (const name of ['accounts', 'far']) {
    const body = JSON.stringify(records(`sync-${name}`, 5, (row) => row === 3));
    const { status, json } = await client.send({ body, query: query('Synchronous', name) });
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(
      json.results.map((one: Result) => [one.status, one.success, one.errors[0]?.statusCode]),
      [0, 1, 2, 3, 4].map((row) => (row === 3 ? ['Failed', false, 'STRING_TOO_LONG'] : ['Completed', true, undefined])),
    );
    assert.equal(await heldOf(`sync-${name}`), 4);
    // The caller heard of it at once, the hub does with the reports of the agent.
    const message = await until('the message has its outcome', async () => {
      const { json: seen } = await stage.call('GET', `/messages/${json.results[3].message}`);
      return seen.status !== 'Processing' && seen;
    });
    assert.deepEqual([message.status, message.payload.key], ['Failed', `sync-${name}-3`]);
  }
});

test('Asynchronous, Batch and Auto: accepted with message ids, and carried; the answer says which mode was taken', async () => {
  const taken: [string, number, string][] = [
    ['Asynchronous', 3, 'Asynchronous'],
    ['Batch', 450, 'Batch'],
    ['Auto', 10, 'Asynchronous'],
    ['Auto', 300, 'Batch'],
  ];
  for (const [mode, count, became] of taken) {
    const batch = `${mode}-${count}`;
    const answer = await client.send({ body: JSON.stringify(records(batch, count)), query: query(mode, 'far') });
    assert.deepEqual([answer.status, answer.json.mode, answer.json.messages], [202, became, count], answer.text);
    const results = await settledResults(answer.json.url, count);
    assert.ok(results.every(({ success, id }) => success && id));
    assert.equal(await heldOf(batch), count);
  }
});

test(`Bulk: ${bad} bad records among ${many - bad} good ones, as CSV: each has its outcome, and the good ones are in the org`, async () => {
  const lines = records('bulk', many, (row) => row % 100 === 7).map(
    ({ key, name, counter, batch }) => `${key},${name},${counter},${batch}`,
  );
  const body = `key,name,counter,batch\n${lines.join('\n')}\n`;
  const answer = await client.send({ body, query: query('Bulk'), headers: { 'content-type': 'text/csv' } });
  assert.deepEqual([answer.status, answer.json.records], [202, many], answer.text);
  const results = await settledResults(answer.json.url, many);
  const failed = results.filter(({ success }) => !success);
  assert.equal(failed.length, bad);
  assert.ok(failed.every(({ errors }) => errors[0]?.statusCode === 'STRING_TOO_LONG'));
  assert.equal(await heldOf('bulk'), many - bad);
});

test('nested records follow their parent, and go with it when it is refused', async () => {
  const nested = [
    {
      ...records('nested', 1)[0],
      contacts: [
        { line: 1, name: 'Ada' },
        { line: 2, name: 'Ben' },
      ],
    },
    { ...records('nested', 2, () => true)[1], contacts: [{ line: 1, name: 'Cid' }] },
  ];
  const answer = await client.send({ body: JSON.stringify(nested), query: query('Asynchronous') });
  assert.deepEqual([answer.status, answer.json.messages], [202, 5], answer.text);
  const results = await settledResults(answer.json.url, 5);
  assert.deepEqual(results.map(({ status, errors }) => [status, errors[0]?.statusCode]).sort(), [
    ['Completed', undefined],
    ['Completed', undefined],
    ['Completed', undefined],
    ['Failed', 'PARENT_REFUSED'],
    ['Failed', 'STRING_TOO_LONG'],
  ]);
  const found = stage.salesforce.query(`SELECT LastName FROM Contact WHERE Account.Ext__c = 'nested-0'`);
  assert.deepEqual((await Array.fromAsync(found)).map(({ LastName }) => LastName).sort(), ['Ada', 'Ben']);
});

test('a call that is repeated with its Idempotency-Key is taken once; another body with it is refused', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const body = JSON.stringify(records('again', 3));
  const first = await client.send({ body, query: query('Asynchronous'), headers });
  const second = await client.send({ body, query: query('Asynchronous'), headers });
  assert.deepEqual([first.status, second.status, second.text], [202, 202, first.text]);
  await settledResults(first.json.url, 3);
  assert.equal(stage.history('again').length, 3);
  const other = await client.send({ body: JSON.stringify(records('other', 3)), query: query('Asynchronous'), headers });
  assert.equal(other.status, 422, other.text);
});

test('each wrong turn on the way to a token has its error', async () => {
  const turns: [Record<string, string>, number, string][] = [
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ scope: 'messages' }, 400, 'invalid_scope'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ];
  for (const [fields, status, error] of turns) {
    const answer = await client.askToken(fields);
    assert.deepEqual([answer.status, answer.json.error], [status, error], answer.text);
    assert.ok(!answer.text.includes(client.clientSecret));
  }
});

test('each wrong turn of a call has its status and its sentence, and leaves no message', async () => {
  const token = await client.token();
  const narrowToken = await narrow.token();
  const { accessToken } = await stage.salesforce.accessToken();
  const before = stage.read('SELECT count(*) AS n FROM message')[0]?.n;
  const body = JSON.stringify(records('wrong', 1));
  const good = { body, query: query('Asynchronous') };
  const turns: [
    string,
    string | undefined,
    { body: string; query: string; headers?: Record<string, string> },
    number,
    RegExp,
  ][] = [
    ['no token', undefined, good, 401, /token/i],
    ['a token of nobody', 'x'.repeat(40), good, 401, /token/i],
    ['a token of another server', accessToken, good, 401, /token/i],
    ['an interface that is not allowed', narrowToken, good, 403, /accounts/],
    ['no such interface', token, { ...good, query: query('Asynchronous', 'nothing') }, 404, /nothing/],
    ['no such mode', token, { ...good, query: query('Sometimes') }, 400, /mode/i],
    ['a malformed body', token, { ...good, body: '[{"key":"a",}]' }, 400, /1:|line|character/i],
    [
      'too many records',
      token,
      { ...good, body: JSON.stringify(records('wrong', 201)), query: query('Synchronous') },
      413,
      /200/,
    ],
    [
      'a body too large',
      token,
      { ...good, body: JSON.stringify([{ key: 'k', name: 'x'.repeat(51_000_000) }]) },
      413,
      /large|bytes|MB/i,
    ],
    ['another format', token, { ...good, headers: { 'content-type': 'text/xml' } }, 415, /JSON/],
  ];
  for (const [name, bearer, call, status, words] of turns) {
    const answer = await client.sendWith(bearer, call);
    const [error] = answer.json?.errors ?? [];
    assert.equal(answer.status, status, `${name}: ${answer.text}`);
    assert.match(error?.message ?? '', words, name);
    assert.ok(error.next.length > 5, name);
    if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/, name);
  }
  assert.equal(stage.read('SELECT count(*) AS n FROM message')[0]?.n, before);
});

test('with the agent away a Synchronous call is refused and nothing is kept, while an asynchronous one waits', async () => {
  await stage.dialled.stop();
  await until('the hub sees that it is away', async () => {
    const { rows } = (await stage.call('GET', '/agents')).json;
    return rows.some(({ kind, connected }: { kind: string; connected: boolean }) => kind === 'dialled' && !connected);
  });
  const away = await client.send({ body: JSON.stringify(records('away', 1)), query: query('Synchronous', 'far') });
  assert.equal(away.status, 503, away.text);
  assert.ok(Number(away.headers.get('retry-after')) > 0);
  const kept = await client.send({ body: JSON.stringify(records('later', 2)), query: query('Asynchronous', 'far') });
  assert.equal(kept.status, 202, kept.text);
  await stage.dialled.start();
  await settledResults(kept.json.url, 2);
  assert.deepEqual([await heldOf('away'), await heldOf('later')], [0, 2]);
});

test('a rotated secret: both are good for a while, and then the old one is refused', async () => {
  const path = `/api-clients/${client.id}/secret`;
  const { status, json } = await stage.call('POST', path, { keepOldForHours: 1 });
  assert.equal(status, 200, JSON.stringify(json));
  for (const secret of [client.clientSecret, json.clientSecret])
    assert.equal((await client.askToken({ client_secret: secret })).status, 200);
  const again = await stage.call('POST', path, { keepOldForHours: 0, revokeTokens: true });
  assert.equal(again.status, 200, JSON.stringify(again.json));
  for (const secret of [client.clientSecret, json.clientSecret])
    assert.equal((await client.askToken({ client_secret: secret })).json.error, 'invalid_client');
  const late = await client.send({ body: '[]', query: query('Asynchronous') });
  assert.equal(late.status, 401, 'the tokens of before have ended');
  assert.equal((await client.askToken({ client_secret: again.json.clientSecret })).status, 200);
});
