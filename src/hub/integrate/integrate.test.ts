import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HubInTest, tokenFor } from '../agent-api/agent-in-test.ts';
import { lines, openIntegrateInTest } from './integrate-in-test.ts';

const order = (number: number, more: object = {}) => ({ number, total: 9.5, ...more });
const query = (mode: string, more = '') => `integration=Shop&interface=orders&mode=${mode}${more}`;

test('records are taken, and are on the disk as messages with key and payload when they are', async () => {
  await using stage = await openIntegrateInTest();
  const body = '[{"number":1,"total":9.50},{"number":"2","total":null,"other":true}]';
  const taken = await stage.send({ body, query: query('Asynchronous') });
  assert.equal(taken.status, 202, taken.text);
  const { call, url, mode, modeReason, records, messages, results } = taken.json;
  assert.deepEqual([mode, modeReason, records, messages], ['Asynchronous', 'as the call asks', 2, 2]);
  assert.deepEqual(
    results.map(({ record, status, success }: Record<string, unknown>) => [record, status, success]),
    [
      [1, 'New', null],
      [2, 'New', null],
    ],
  );
  const rows = stage.sql('SELECT id, key, form, payload, interface_version, interface_id FROM message ORDER BY id');
  assert.deepEqual(
    rows.map(({ id, key, form, payload }) => [id, key, form, JSON.parse(String(payload))]),
    [
      [results[0].message, '1', 'source', { number: '1', total: '9.50' }],
      [results[1].message, '2', 'source', { number: '2', total: null, other: 'true' }],
    ],
  );
  const shown = await stage.ask(url);
  assert.equal(shown.status, 200, shown.text);
  assert.deepEqual([shown.json.call, shown.json.results.length], [call, 2]);
});

test('JSON in each form and CSV bring the same messages, and answers come as JSON or CSV', async () => {
  await using stage = await openIntegrateInTest();
  for (const [body, headers] of [
    ['{"records":[{"number":7}]}', {}],
    ['{"number":7}', {}],
    ['{"number":7}\n', { 'content-type': 'application/x-ndjson' }],
    ['number\n7\n', { 'content-type': 'text/csv; charset=utf-8' }],
  ] as const) {
    const taken = await stage.send({ body, headers, query: query('asynchronous', '&response-format=csv') });
    assert.equal(taken.status, 202, taken.text);
    assert.match(String(taken.headers['content-type']), /^text\/csv/);
    assert.match(
      taken.text,
      /^record,interface,message,status,success,id,created,statusCode,errorMessage\n1,,\d+,New,,,,,\n$/,
    );
  }
  const distinct = stage.sql('SELECT DISTINCT key, payload FROM message');
  assert.deepEqual(
    distinct.map(({ key, payload }) => [key, payload]),
    [['7', '{"number":"7"}']],
  );
});

test('who reads CSV is told in headers where to ask for the call, in which mode it was taken, and what follows', async () => {
  await using stage = await openIntegrateInTest();
  const csv = { headers: { 'content-type': 'text/csv' }, body: 'number\n1\n2\n3\n' };
  const repeated = { ...csv, headers: { ...csv.headers, 'idempotency-key': 'one' } };
  const bulk = query('Bulk', '&response-format=csv');
  const [taken, again] = [
    await stage.send({ ...repeated, query: bulk }),
    await stage.send({ ...repeated, query: bulk }),
  ];
  const { location, 'sluice-mode': mode } = taken.headers;
  assert.deepEqual([taken.status, mode, again.headers.location], [202, 'Bulk', location], taken.text);
  const first = await stage.ask(`${location}?response-format=csv&limit=2`);
  assert.deepEqual([first.status, first.text.split('\n').length], [200, 4], first.text);
  const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? '';
  const second = await stage.ask(next);
  assert.match(second.text, /^record,[^\n]*\n3,[^\n]*\n$/);
  assert.equal(second.headers.link, undefined);
  const auto = await stage.send({ ...csv, query: query('Auto', '&response-format=csv') });
  assert.equal(auto.headers['sluice-mode'], 'Asynchronous');
});

test('names are trimmed, modes go in any case, and one that is left out is that of the interface', async () => {
  await using stage = await openIntegrateInTest();
  const body = JSON.stringify(order(1));
  const trimmed = await stage.send({ body, query: 'integration=%20shop%20&interface=Orders%20&mode=BATCH%20' });
  assert.deepEqual([trimmed.status, trimmed.json.mode], [202, 'Batch']);
  const auto = await stage.send({ body });
  assert.deepEqual([auto.json.mode, auto.json.modeReason], ['Asynchronous', 'Auto, as the interface has it: 1 record']);
  await stage.addInterface({ name: 'bulky', mode: 'bulk' });
  const bulk = await stage.send({ body, query: 'integration=Shop&interface=bulky' });
  assert.deepEqual(
    [bulk.json.mode, bulk.json.modeReason, bulk.json.results],
    ['Bulk', 'as the interface has it', undefined],
  );
  for (const [count, mode] of [
    [200, 'Asynchronous'],
    [201, 'Batch'],
    [5_000, 'Batch'],
    [5_001, 'Bulk'],
  ] as const) {
    const many = JSON.stringify(Array.from({ length: count }, (_, number) => order(number)));
    assert.equal((await stage.send({ body: many, query: query('Auto') })).json.mode, mode, `${count}`);
  }
});

test('a record without a key, and one whose formula fails, are Failed at once with their reason, the others go on', async () => {
  await using stage = await openIntegrateInTest();
  await stage.addInterface({
    name: 'failing',
    mapping: { Number__c: 'number', Total__c: { formula: 'VALUE(total)' } },
  });
  const body = JSON.stringify([
    { number: 1, total: 'x' },
    { number: '', total: 1 },
    { nmuber: 3 },
    { number: 4, total: 4 },
  ]);
  const { json } = await stage.send({ body, query: 'integration=Shop&interface=failing&mode=asynchronous' });
  assert.deepEqual(
    json.results.map(({ status, errors: [error] }: { status: string; errors: { statusCode: string }[] }) => [
      status,
      error?.statusCode,
    ]),
    [
      ['Failed', 'FORMULA_FAILED'],
      ['Failed', 'KEY_MISSING'],
      ['Failed', 'COLUMNS_MISSING'],
      ['New', undefined],
    ],
  );
  const rows = stage.sql('SELECT outcome, rejected_by, settled_at FROM message ORDER BY id');
  assert.deepEqual(
    rows.slice(0, 3).map(({ outcome, rejected_by }) => [outcome, rejected_by]),
    Array(3).fill(['rejected', 'sluice']),
  );
});

test('a mistake in the body is told with its place, and nothing of the call is kept', async () => {
  await using stage = await openIntegrateInTest();
  for (const mode of ['Asynchronous', 'Bulk', 'Auto']) {
    const good = Array.from({ length: 3_000 }, (_, number) => JSON.stringify(order(number))).join(',\n');
    const broken = await stage.send({ body: `[${good},\n{"number":1,"number":2}]`, query: query(mode) });
    assert.equal(broken.status, 400);
    assert.equal(broken.message, 'Record 3001 (line 3001) has the column number twice.');
  }
  for (const table of ['message', 'call', 'call_slice'])
    assert.deepEqual(stage.sql(`SELECT * FROM ${table}`), [], table);
});

test('Bulk takes a large body in slices, and its messages come in the order of its records, before those of later calls', async () => {
  await using stage = await openIntegrateInTest();
  const body = JSON.stringify(Array.from({ length: 12_345 }, (_, number) => order(number)));
  const taken = await stage.send({ body, query: query('Bulk') });
  assert.deepEqual([taken.status, taken.json.messages, taken.json.records], [202, 12_345, 12_345], taken.text);
  await stage.send({ body: JSON.stringify(order(5, { total: 1 })), query: query('Asynchronous') });
  await until(() => stage.sql('SELECT count(*) AS n FROM message')[0]?.n === 12_346);
  const keys = stage.sql('SELECT key FROM message ORDER BY id').map(({ key }) => Number(key));
  assert.deepEqual(keys, [...Array.from({ length: 12_345 }, (_, number) => number), 5]);
  await until(() => stage.sql(`SELECT count(*) AS n FROM call_slice`)[0]?.n === 0);
  const page = await stage.ask(`${taken.json.url}?limit=3`);
  assert.deepEqual(
    page.json.results.map(({ record }: { record: number }) => record),
    [1, 2, 3],
  );
  const next = await stage.ask(page.json.next);
  assert.deepEqual(
    next.json.results.map(({ record }: { record: number }) => record),
    [4, 5, 6],
  );
});

test('small calls are messages a moment later, in the order they were accepted, and whoever asks after one sees them at once', async () => {
  await using stage = await openIntegrateInTest();
  const sending = Array.from({ length: 300 }, (_, number) =>
    stage.sendOnly({ body: JSON.stringify([order(number), order(number + 0.5)]), query: query('Asynchronous') }),
  );
  const taken = await Promise.all(sending);
  const shown = await stage.ask(taken.at(-1)?.json.url);
  assert.deepEqual(
    shown.json.results.map(({ message }: { message: number }) => message),
    taken.at(-1)?.json.results.map(({ message }: { message: number }) => message),
  );
  await until(() => stage.sql('SELECT 1 FROM call WHERE folded IS NOT NULL').length === 0);
  const said = taken.flatMap(({ json }, number) =>
    json.results.map(({ message }: { message: number }, place: number) => [message, String(number + place / 2)]),
  );
  const rows = stage.sql('SELECT id, key FROM message ORDER BY id').map(({ id, key }) => [id, key]);
  assert.deepEqual(
    rows,
    said.toSorted(([one], [other]) => one - other),
  );
});

test('nested records are messages of their own interface, and see the columns of their parent', async () => {
  await using stage = await openIntegrateInTest();
  await stage.addInterface(lines);
  const body = JSON.stringify([order(1, { lines: [{ line: 10 }, { line: 20 }] }), { total: 1, lines: { line: 1 } }]);
  const taken = await stage.send({ body, query: query('Asynchronous') });
  assert.equal(taken.status, 202, taken.text);
  const rows = stage.sql('SELECT id, key, parent_id, code FROM message ORDER BY id');
  const [first, , , fourth] = rows;
  assert.deepEqual(
    rows.map(({ key, parent_id, code }) => [key, parent_id, code]),
    [
      ['1', null, null],
      ['1-10', first?.id, null],
      ['1-20', first?.id, null],
      [null, null, 'KEY_MISSING'],
      ['-1', fourth?.id, 'PARENT_REFUSED'],
    ],
  );
  const unknown = await stage.send({
    body: JSON.stringify(order(1, { address: { city: 'x' } })),
    query: query('Asynchronous'),
  });
  assert.match(unknown.message, /^Record 1 has an object or a list in address; only records of an interface/);
});

test('a call with an Idempotency-Key is taken once, and answered again with the same answer', async () => {
  await using stage = await openIntegrateInTest({ integrate: { keepAnswersMs: 10 * 60_000 } });
  const headers = { 'idempotency-key': '"8e03978e-40d5-43e8-bc93-6894a57f9324"' };
  const body = JSON.stringify(order(1));
  const send = (more: object = {}) => stage.send({ body, headers, query: query('Asynchronous'), ...more });
  const answers = await Promise.all([send(), send(), send()]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202],
  );
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(stage.sql('SELECT * FROM message').length, 1);
  const other = await send({ body: JSON.stringify(order(2)) });
  assert.deepEqual([other.status, other.message], [422, 'This Idempotency-Key came before with another call.']);
  assert.equal((await send({ query: query('Batch') })).status, 422);
  const stranger = await stage.addClient({ name: 'Other' });
  assert.equal((await send({ token: stranger.token, body: JSON.stringify(order(2)) })).status, 202);
  stage.clock.forward(10 * 60_000 + 1);
  assert.notEqual((await send()).text, answers[0]?.text, 'it is forgotten after its time');
  assert.equal((await stage.send({ body, headers: { 'idempotency-key': 'é' } })).status, 400);
});

test('a token ends when the minutes of its client are over, and a new one is good', async () => {
  await using stage = await openIntegrateInTest();
  const client = await stage.addClient({ name: 'Brief', tokenMinutes: 1 });
  const statusOf = async (token: string) => (await stage.send({ body: JSON.stringify(order(1)), token })).status;
  stage.clock.forward(59_000);
  assert.equal(await statusOf(client.token), 202);
  stage.clock.forward(2_000);
  const late = await stage.send({ body: '[]', token: client.token });
  assert.equal(late.status, 401);
  assert.match(String(late.headers['www-authenticate']), /error="invalid_token"/);
  const { json } = await tokenFor(stage as unknown as HubInTest, client.clientId, client.clientSecret);
  assert.equal(await statusOf(json.access_token), 202);
});

test('who may not use the API is told so, in the words of RFC 6750', async () => {
  await using stage = await openIntegrateInTest();
  const body = JSON.stringify(order(1));
  const reading = await stage.addClient({ name: 'Reader', scopes: ['messages'] });
  const bound = await stage.addClient({ name: 'Bound', interfaces: ['shop/lines'] });
  const cases: [string, number, RegExp | undefined][] = [
    ['', 401, /^Bearer realm="sluice-hub", error="invalid_token"/],
    ['nonsense', 401, /error="invalid_token"/],
    [stage.agent.token, 403, /error="insufficient_scope", scope="integrate"/],
    [reading.token, 403, /error="insufficient_scope"/],
    [bound.token, 403, undefined],
  ];
  for (const [token, status, challenge] of cases) {
    const refused = await stage.send({ body, token });
    assert.equal(refused.status, status, refused.text);
    if (challenge) assert.match(String(refused.headers['www-authenticate']), challenge);
    assert.ok(refused.json.errors[0].next);
  }
  const none = await stage.hub.app.inject({ method: 'POST', url: '/V4/integrate', payload: body });
  assert.deepEqual([none.statusCode, none.headers['www-authenticate']], [401, 'Bearer realm="sluice-hub"']);
  assert.deepEqual(stage.sql('SELECT * FROM message'), []);
  const taken = await stage.send({ body });
  assert.equal((await stage.ask(taken.json.url, bound.token)).status, 404, 'calls of others are not shown');
  assert.equal((await stage.ask(taken.json.url, 'x')).status, 401);
});

test('interfaces that are not there, not deployed or stopped take nothing, and one that is inactive keeps what comes', async () => {
  await using stage = await openIntegrateInTest();
  const body = JSON.stringify(order(1));
  const refused = async (search: string) => {
    const { status, message, json } = await stage.send({ body, query: search });
    return `${status} ${message} ${json.errors[0].next}`;
  };
  assert.match(
    await refused('integration=Shops&interface=orders'),
    /^404 There is no integration Shops\. Is Shop meant/,
  );
  assert.match(await refused('integration=Shop&interface=oders'), /^404 .* has no interface oders\. Is orders meant/);
  assert.match(await refused('integration=Shop'), /^400 The parameter interface is missing/);
  assert.match(await refused('integration=Shop&interface=orders&mode=fast'), /^400 .*mode.*Synchronous, Async/);
  assert.match(
    await refused('integration=Shop&interface=orders&mod=Bulk'),
    /^400 There is no parameter mod\. Is mode meant/,
  );
  assert.match(await refused('integration=Shop&interface=orders&wait=121'), /^400 .*wait.*Use 0 to 120/);
  assert.match(await refused('integration=Shop&integration=Shop&interface=orders'), /^400 .* twice/);
  await stage.addInterface({ name: 'draft', status: 'undeployed' });
  assert.match(await refused('integration=Shop&interface=draft'), /^409 The interface draft is not deployed/);
  await stage.addInterface({
    name: 'timely',
    operation: 'insert',
    externalId: undefined,
    mapping: { Name: { formula: 'TEXT(NOW())' } },
  });
  assert.match(await refused('integration=Shop&interface=timely'), /^409 .*change with the time of day/);
  const { rows } = (await stage.call('GET', '/integrations')).json;
  const change = (state: string, version: number) =>
    stage.call('PUT', `/integrations/${rows[0].id}`, { name: 'Shop', description: null, sequence: 1, state, version });
  assert.equal((await change('stopped', 1)).status, 200);
  assert.match(await refused('integration=Shop&interface=orders'), /^409 The integration Shop is stopped/);
  assert.equal((await change('inactive', 2)).status, 200);
  assert.equal((await stage.send({ body })).status, 202);
});

test('bodies that are too large, of too many records, of other types or compressed are refused', async () => {
  await using stage = await openIntegrateInTest({
    integrate: { maxBodyBytes: 100_000, maxBulkBytes: 300_000, maxBytesInMemory: 400_000 },
  });
  const many = (count: number) => JSON.stringify(Array.from({ length: count }, (_, number) => order(number)));
  const status = async (mode: string, body: string, headers = {}) => {
    const answer = await stage.send({ body, query: query(mode), headers });
    return `${answer.status} ${answer.message}`;
  };
  assert.match(await status('Synchronous', many(201)), /^413 .*more than the 200 records that Synchronous takes/);
  assert.match(await status('Asynchronous', many(5_001)), /^413 The body is larger than the 100000 bytes/);
  assert.match(await status('Bulk', many(20_000)), /^413 The body is larger than the 300000 bytes/);
  assert.match(await status('Asynchronous', 'x', { 'content-type': 'text/xml' }), /^415/);
  assert.match(await status('Asynchronous', 'x', { 'content-encoding': 'gzip' }), /^415/);
  assert.match(await status('Asynchronous', ''), /^400 The body holds no record/);
  assert.equal((await stage.hub.app.inject({ url: '/V4/integrate' })).statusCode, 405);
  assert.deepEqual(stage.sql('SELECT * FROM message'), []);
});

test('above the high water of waiting messages calls are put off', async () => {
  await using stage = await openIntegrateInTest({ integrate: { maxWaitingMessages: 3 } });
  const body = JSON.stringify([1, 2, 3].map((number) => order(number)));
  assert.equal((await stage.send({ body })).status, 202);
  await until(async () => {
    const refused = await stage.send({ body });
    return refused.status === 429 && refused.headers['retry-after'] === '30' && /messages wait/.test(refused.message);
  });
});

async function until(look: () => unknown, withinMs = 10_000): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!(await look())) {
    assert.ok(performance.now() < endsAt, 'it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
