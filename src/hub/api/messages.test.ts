import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';
import { addRun, openBesideInTest, refusedRow, reportRows, sentRow, unknownRow } from '../store/messages-in-test.ts';

/** A hub with one run: 1 went through, 2 and 3 were refused, of 4 nobody knows. */
async function hubWithMessages() {
  const hub = await openHubInTest();
  const store = await openBesideInTest(hub.folder, hub.clock);
  const run = await addRun(store);
  const formula = { ...refusedRow('=2+3'), rejectedBy: 'sluice' as const, reason: '=HYPERLINK("x"), "quoted"' };
  await reportRows(store, run, [{ ...sentRow, key: '1' }, refusedRow('2'), formula, unknownRow('4')]);
  const close = async () => {
    await store[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  };
  return { ...hub, beside: store, run, [Symbol.asyncDispose]: close };
}

const keysOf = ({ json }: { json: { rows: { key: string }[] } }) => json.rows.map(({ key }) => key);

test('messages are found by each of their sides, page by page', async () => {
  await using hub = await hubWithMessages();
  const find = async (query: string) => keysOf(await hub.call('GET', `/messages?${query}`));
  assert.deepEqual(await find(''), ['4', '=2+3', '2', '1']);
  assert.deepEqual(await find('status=Failed&interface=CITIES'), ['=2+3', '2']);
  assert.deepEqual(await find('rejectedBy=sluice'), ['=2+3']);
  assert.deepEqual(await find(`run=${hub.run.run}&outcome=unknown`), ['4']);
  assert.deepEqual(await find(`salesforceId=${sentRow.salesforceId?.slice(0, 15)}`), ['1']);
  assert.deepEqual(await find('text=hyperlink'), ['=2+3']);
  assert.deepEqual(await find(`from=${hub.clock.now() + 1}`), []);
  const first = await hub.call('GET', '/messages?pageSize=3');
  assert.deepEqual([first.json.rows.length, first.json.total], [3, null]);
  assert.deepEqual(await find(`pageSize=3&cursor=${first.json.next}`), ['1']);
  const { json } = await hub.call('GET', '/messages/counts?integration=places');
  assert.deepEqual([json.Failed.count, json.Completed.count, json.Processing.count], [2, 1, 1]);
});

test('a filter that cannot mean anything is answered at its field', async () => {
  await using hub = await hubWithMessages();
  const cases: [string, string, RegExp][] = [
    ['interface=citys', 'interface', /no interface citys/],
    ['integration=x', 'integration', /no integration x/],
    ['run=4711', 'run', /no run 4711/],
    ['run=of-yesterday', 'run', /no run of-yesterday/],
    ['status=Done', 'status', /none of the values/],
    ['salesforceId=001', 'salesforceId', /right form/],
    ['cursor=abc', 'cursor', /not where a page begins/],
    ['colour=red', 'colour', /no field colour/],
  ];
  for (const [query, field, message] of cases) {
    const { status, errors } = await hub.call('GET', `/messages?${query}`);
    assert.deepEqual([status, errors[0]?.field], [400, field], query);
    assert.match(errors[0]?.message ?? '', message);
  }
});

test('one message is shown with its values, its history and why values are not there', async () => {
  await using hub = await hubWithMessages();
  const [through, refused] = [await hub.call('GET', '/messages/1'), await hub.call('GET', '/messages/2')];
  assert.deepEqual(refused.json.payload, { Geoname_Id__c: '2', Name: '' });
  assert.deepEqual([refused.json.run, refused.json.runId], [hub.run.run, hub.run.id]);
  assert.equal(refused.json.history.at(-1).comment, 'REQUIRED_FIELD_MISSING: Required fields are missing: [Name]');
  assert.match(through.json.whyNoPayload, /read from the source, and went through/);
  for (const id of ['99', 'x', '1e3', '-1']) assert.equal((await hub.call('GET', `/messages/${id}`)).status, 404, id);
});

test('ticked messages are reprocessed and cancelled; what does not fit is left out, and it is said why', async () => {
  await using hub = await hubWithMessages();
  const { json } = await hub.call('POST', '/messages/reprocess', { ids: [2, 1, 4, 2] });
  assert.equal(json.done, 1);
  assert.deepEqual(json.leftOut.length, 2);
  assert.equal((await hub.call('POST', '/messages/cancel', { ids: [2, 3] })).json.done, 2);
  assert.equal((await hub.call('GET', '/messages/2')).json.status, 'Cancelled');
  const cases: [object, string][] = [
    [{}, 'ids'],
    [{ ids: [1], filter: { status: 'Failed' } }, 'ids'],
    [{ filter: {} }, 'filter'],
    [{ filter: { interface: 'x' } }, 'filter.interface'],
    [{ ids: [] }, 'ids'],
  ];
  for (const [body, field] of cases)
    assert.equal((await hub.call('POST', '/messages/cancel', body)).errors[0]?.field, field, JSON.stringify(body));
});

test('all that a filter finds is reprocessed in the background, after a look at how many that are', async () => {
  await using hub = await hubWithMessages();
  const filter = { status: 'Failed', from: 0 };
  const { json: preview } = await hub.call('POST', '/messages/preview', { act: 'reprocess', filter });
  assert.deepEqual(preview, { found: { count: 2, more: false }, possible: 2 });
  const asked = await hub.call('POST', '/messages/reprocess', { filter });
  const { json: ended } = await hub.call('GET', `/message-tasks/${asked.json.task.id}?waitMs=20000`);
  assert.deepEqual([ended.done, ended.leftOut, ended.askedBy], [2, [], 'admin']);
  assert.ok(ended.endedAt);
  assert.deepEqual(keysOf(await hub.call('GET', '/messages?status=Pending')), ['=2+3', '2']);
  assert.equal((await hub.call('GET', '/message-tasks/99')).status, 404);
});

test('an edited message goes with its own values, once; what its interface does not take is refused', async () => {
  await using hub = await hubWithMessages();
  const edit = (payload: object, attempt = 1) => hub.call('POST', '/messages/2/edit', { payload, attempt });
  const wrong: [object, string, RegExp][] = [
    [{ Geoname_Id__c: '2', Nam: 'Rome' }, 'payload.Nam', /takes no Nam/],
    [{ Name: 'Rome' }, 'payload.Geoname_Id__c', /Geoname_Id__c is required/],
    [{}, 'payload', /no value left/],
  ];
  for (const [payload, field, message] of wrong) {
    const { status, errors } = await edit(payload);
    assert.deepEqual([status, errors[0]?.field], [400, field]);
    assert.match(errors[0]?.message ?? '', message);
  }
  const [one, other] = await Promise.all([1, 2].map((n) => edit({ Geoname_Id__c: `2${n}`, Name: 'Rome' })));
  assert.deepEqual([one?.status, other?.status].sort(), [201, 409]);
  const { json } = one?.status === 201 ? one : (other ?? { json: undefined });
  assert.deepEqual([json.status, json.original.id, json.key.slice(0, 1)], ['Pending', 2, '2']);
  assert.match(
    (await hub.call('POST', '/messages/1/edit', { payload: { a: 'b' }, attempt: 1 })).errors[0]?.message ?? '',
    /no values of it/,
  );
});

test('what became of an unknown message is said once, by an operator, and stands in the audit trail', async () => {
  await using hub = await hubWithMessages();
  const resolve = (body: object) => hub.call('POST', '/messages/4/resolve', body);
  assert.equal((await resolve({ isThere: true })).errors[0]?.field, 'salesforceId');
  assert.equal(
    (await resolve({ isThere: false, salesforceId: sentRow.salesforceId })).errors[0]?.field,
    'salesforceId',
  );
  const { json } = await resolve({ isThere: true, salesforceId: '0015g00000Dx4Ab', comment: 'by its name' });
  assert.deepEqual([json.status, json.salesforceId], ['Completed', '0015g00000Dx4AbAAJ']);
  assert.match((await resolve({ isThere: false })).errors[0]?.message ?? '', /is known: it is Completed/);
  const trail = await hub.call('GET', '/audit-trail?search=resolvedMessage');
  assert.equal(trail.json.rows[0].display, 'Said of message 4 that it is in the org as 0015g00000Dx4Ab');
});

test('a viewer sees messages, and changes none', async () => {
  await using hub = await hubWithMessages();
  const { call } = await hub.logInAs('viewer');
  assert.equal((await call('GET', '/messages/1')).status, 200);
  assert.equal((await call('GET', '/messages/export')).status, 200);
  const bodies = {
    reprocess: { ids: [2] },
    cancel: { ids: [2] },
    '2/edit': { payload: {}, attempt: 1 },
    '4/resolve': { isThere: false },
  };
  for (const [path, body] of Object.entries(bodies))
    assert.equal((await call('POST', `/messages/${path}`, body)).status, 403, path);
});

test('the export has all that a filter finds; for spreadsheets no cell of it is a formula', async () => {
  await using hub = await hubWithMessages();
  const csv = await hub.call('GET', '/messages/export?status=Failed');
  assert.match(String(csv.headers['content-type']), /^text\/csv/);
  assert.match(String(csv.headers['content-disposition']), /^attachment; filename="messages-2026-11-22.csv"$/);
  const lines = csv.text.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^id,integration,interface,key,/);
  assert.match(
    lines[1] ?? '',
    /^3,Places,cities,=2\+3,Failed,rejected,,sluice,REQUIRED_FIELD_MISSING,"=HYPERLINK\(""x""\)/,
  );
  const safe = await hub.call('GET', '/messages/export?status=Failed&spreadsheet=true');
  assert.match(safe.text, /^3,Places,cities,'=2\+3,.*"'=HYPERLINK/m);
  const json = await hub.call('GET', '/messages/export?format=jsonl&payload=true&key=2');
  const { payload, arrivedAt } = JSON.parse(json.text);
  assert.deepEqual([payload, arrivedAt], [{ Geoname_Id__c: '2', Name: '' }, hub.clock.now()]);
});

test('retention is on from the beginning, changed by an administrator, and shown before it is done', async () => {
  await using hub = await hubWithMessages();
  const { json: kept } = await hub.call('GET', '/retention');
  const { changedAt, changedBy, version, bytes, ...rules } = kept;
  assert.deepEqual([rules.completedDays, rules.failedDays, version], [30, 90, 0]);
  assert.equal(bytes, (await hub.call('POST', '/retention/preview', rules)).json.bytes);
  assert.ok(bytes > 10_000);
  const operator = await hub.logInAs('operator');
  assert.equal((await operator.call('PUT', '/retention', { ...rules, version })).status, 403);
  const put = await hub.call('PUT', '/retention', { ...rules, completedDays: null, version });
  assert.deepEqual([put.json.completedDays, put.json.changedBy, put.json.version], [null, 'admin', 1]);
  assert.equal((await hub.call('PUT', '/retention', { ...rules, version })).status, 409);

  hub.clock.forward(31 * 24 * 60 * 60_000);
  const { username = '', password = '' } = hub.hub.firstAdministrator ?? {};
  const { call } = await hub.logIn(username, password);
  const { json: preview } = await call('POST', '/retention/preview', rules);
  assert.deepEqual([preview.completed.count, preview.failed.count, preview.messages], [1, 0, 4]);
  await call('PUT', '/retention', { ...rules, version: 1 });
  hub.clock.forward(11 * 60_000);
  while ((await call('GET', '/messages/1')).status === 200) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(keysOf(await call('GET', '/messages')), ['4', '=2+3', '2']);
});
