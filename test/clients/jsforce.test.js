/** jsforce as it is on npm, unchanged, against the org in a box. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import jsforce from 'jsforce';
import { startOrg } from './start-org.js';

let org;
let connection;

before(async () => {
  org = await startOrg();
  connection = new jsforce.Connection({
    version: '68.0',
    oauth2: { loginUrl: org.url, clientId: org.consumerKey, clientSecret: org.consumerSecret },
  });
  await connection.authorize({ grant_type: 'client_credentials' });
});

after(() => org?.stop());

test('authorize with client credentials gives a token, the instance and who it acts for', async () => {
  assert.equal(connection.instanceUrl, org.url);
  assert.match(connection.accessToken, /^00D\w{12}![\w.]{96}$/);
  assert.match(connection.userInfo.id, /^005\w{15}$/);
  const identity = await connection.identity();
  assert.equal(identity.user_id, connection.userInfo.id);
  assert.equal(identity.username, org.runAs);
});

test('the answer that carries the token is signed with the consumer secret, and the token is good for a query', async () => {
  const answer = await connection.oauth2.requestToken({ grant_type: 'client_credentials' });
  assert.deepEqual(Object.keys(answer).sort(), [
    'access_token',
    'id',
    'instance_url',
    'issued_at',
    'scope',
    'signature',
    'token_type',
  ]);
  const signature = createHmac('sha256', org.consumerSecret)
    .update(answer.id + answer.issued_at)
    .digest('base64');
  assert.equal(answer.signature, signature);
  const other = new jsforce.Connection({ instanceUrl: answer.instance_url, accessToken: answer.access_token });
  assert.deepEqual(await other.query('SELECT Id, Name FROM Account'), { totalSize: 0, done: true, records: [] });
});

test('a wrong secret is refused with the words of Salesforce', async () => {
  const other = new jsforce.Connection({
    oauth2: { loginUrl: org.url, clientId: org.consumerKey, clientSecret: 'no' },
  });
  await assert.rejects(other.authorize({ grant_type: 'client_credentials' }), {
    name: 'invalid_client',
    message: 'invalid client credentials',
  });
});

test('a record is created, read, changed and deleted', async () => {
  const accounts = connection.sobject('Account');
  const created = await accounts.create({ Name: 'Acme', NumberOfEmployees: 300 });
  assert.equal(created.success, true);
  assert.match(created.id, /^001\w{15}$/);
  const read = await accounts.retrieve(created.id);
  assert.deepEqual([read.attributes.type, read.Name, read.NumberOfEmployees], ['Account', 'Acme', 300]);
  assert.deepEqual(await accounts.update({ Id: created.id, Name: 'Acme & Söhne' }), {
    id: created.id,
    success: true,
    errors: [],
  });
  assert.equal((await accounts.retrieve(created.id)).Name, 'Acme & Söhne');
  assert.equal((await accounts.destroy(created.id)).success, true);
  await assert.rejects(accounts.retrieve(created.id), { errorCode: 'NOT_FOUND' });
});

test('a record without a required field is refused with its code and field', async () => {
  await assert.rejects(connection.sobject('Account').create({ Website: 'https://example.com' }), (error) => {
    assert.equal(error.errorCode, 'REQUIRED_FIELD_MISSING');
    assert.match(error.message, /\[Name\]/);
    return true;
  });
});

test('upsert by an external id first creates, then updates', async () => {
  const accounts = connection.sobject('Account');
  const first = await accounts.upsert({ Ext__c: 'U-1', Name: 'First' }, 'Ext__c');
  assert.deepEqual([first.success, first.created], [true, true]);
  const second = await accounts.upsert({ Ext__c: 'U-1', Name: 'Second' }, 'Ext__c');
  assert.deepEqual([second.success, second.created, second.id], [true, false, first.id]);
  assert.equal((await accounts.retrieve(first.id)).Name, 'Second');
});

test('two hundred records go in one call each way, and each has its own outcome', async () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    Ext__c: `C-${index}`,
    Name: index === 7 ? null : `Row ${index}`,
  }));
  const created = await connection.sobject('Account').create(rows);
  assert.equal(created.filter(({ success }) => success).length, 199);
  assert.equal(created[7].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  const upserted = await connection.sobject('Account').upsert(
    rows.map(({ Ext__c }) => ({ Ext__c, Name: `Again ${Ext__c}` })),
    'Ext__c',
  );
  assert.deepEqual(upserted.filter(({ created: isNew }) => isNew).length, 1);
  const ids = upserted.map(({ id }) => id);
  const read = await connection.sobject('Account').retrieve(ids);
  assert.deepEqual(
    read.map(({ Ext__c }) => Ext__c),
    rows.map(({ Ext__c }) => Ext__c),
  );
  const deleted = await connection.sobject('Account').destroy(ids);
  assert.ok(deleted.every(({ success }) => success));
  assert.deepEqual(await connection.sobject('Account').retrieve([ids[0]]), [null]);
});

test('all or none: one bad row takes the others back', async () => {
  const results = await connection
    .sobject('Account')
    .create([{ Name: 'Good' }, { Ext__c: 'bad' }], { allOrNone: true });
  assert.deepEqual(
    results.map(({ errors }) => errors[0].statusCode),
    ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING'],
  );
});

test('describe lists objects and fields', async () => {
  const global = await connection.describeGlobal();
  assert.ok(global.sobjects.some(({ name }) => name === 'City__c'));
  const { fields, keyPrefix } = await connection.describe('Account');
  assert.equal(keyPrefix, '001');
  assert.equal(fields.find(({ name }) => name === 'Ext__c').externalId, true);
});

test('limits say how many calls are left, and every call counts', async () => {
  const before = await connection.limits();
  const after = await connection.limits();
  assert.equal(before.DailyApiRequests.Remaining - after.DailyApiRequests.Remaining, 1);
  assert.ok(connection.limitInfo.apiUsage.used > 0);
});

test('bulk2 ingests 20,000 rows of which some are refused, and every row is accounted for; a query pages through them', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => ({
    Name: `City "${index}",\nline two`,
    Code__c: index % 100 === 99 ? '' : `C-${index}`,
    Population__c: index,
    Size__c: index % 1000 === 500 ? 'Huge' : 'Large',
  }));
  const results = await connection.bulk2.loadAndWaitForResults({
    object: 'City__c',
    operation: 'insert',
    input: rows,
    pollInterval: 100,
    pollTimeout: 120_000,
  });
  assert.equal(results.failedResults.length, 220);
  assert.equal(results.successfulResults.length, 19_780);
  assert.equal(results.unprocessedRecords.length, 0);
  const reasons = new Set(results.failedResults.map((row) => row.sf__Error.split(':')[0]));
  assert.deepEqual([...reasons].sort(), ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'REQUIRED_FIELD_MISSING']);
  assert.equal(results.successfulResults[0].sf__Created, 'true');
  assert.match(results.successfulResults[0].sf__Id, /^a\w{17}$/);

  const counted = await connection.query('SELECT COUNT() FROM City__c');
  assert.equal(counted.totalSize, 19_780);
  const first = await connection.query('SELECT Id, Name, Code__c, Population__c FROM City__c ORDER BY Population__c');
  assert.deepEqual([first.records.length, first.done, first.totalSize], [2000, false, 19_780]);
  const all = [...first.records];
  let page = first;
  while (!page.done) {
    page = await connection.queryMore(page.nextRecordsUrl);
    all.push(...page.records);
  }
  const expected = rows.filter(({ Code__c, Size__c }) => Code__c !== '' && Size__c !== 'Huge');
  assert.deepEqual(
    all.map(({ Name, Code__c, Population__c }) => ({ Name, Code__c, Population__c })),
    expected.map(({ Name, Code__c, Population__c }) => ({ Name, Code__c, Population__c })),
  );
});

test('bulk2 upserts, updates and deletes by what it was given', async () => {
  const load = (operation, input, more = {}) =>
    connection.bulk2.loadAndWaitForResults({ object: 'City__c', operation, input, pollInterval: 100, ...more });
  const upserted = await load(
    'upsert',
    [
      { Code__c: 'U-1', Name: 'New' },
      { Code__c: 'C-1', Name: 'Known' },
    ],
    { externalIdFieldName: 'Code__c' },
  );
  assert.deepEqual(upserted.successfulResults.map((row) => row.sf__Created).sort(), ['false', 'true']);
  const ids = upserted.successfulResults.map((row) => row.sf__Id);
  const updated = await load(
    'update',
    ids.map((Id) => ({ Id, Population__c: null })),
  );
  assert.deepEqual(
    updated.successfulResults.map((row) => row.sf__Created),
    ['false', 'false'],
  );
  const deleted = await load(
    'delete',
    ids.map((Id) => ({ Id })),
  );
  assert.equal(deleted.successfulResults.length, 2);
  const left = await connection.query(`SELECT Id FROM City__c WHERE Code__c IN ('U-1', 'C-1')`);
  assert.equal(left.totalSize, 0);
});

/** Of more pages than one jsforce takes the headers for records, or ends in an error of its own: jsforce issue 1546. */
test('bulk2 queries what fits in one page', async () => {
  const stream = await connection.bulk2.query(
    'SELECT Name, Code__c, Population__c FROM City__c WHERE Population__c < 9000',
  );
  const records = await stream.toArray();
  const { totalSize } = await connection.query('SELECT COUNT() FROM City__c WHERE Population__c < 9000');
  assert.ok(totalSize > 5000 && totalSize < 10_000, `${totalSize} records`);
  assert.equal(records.length, totalSize);
  const { Name, Code__c, Population__c } = records.find((record) => record.Code__c === 'C-10');
  assert.deepEqual([Name, Code__c, Population__c], ['City "10",\nline two', 'C-10', '10']);
});

test('bulk2 is told what Bulk query does not know', async () => {
  await assert.rejects(connection.bulk2.query('SELECT COUNT() FROM City__c'), /Aggregate Relationships not supported/);
});

test('a query that is wrong is answered with the place of the mistake', async () => {
  await assert.rejects(connection.query('SELECT Id, Foo FROM Account'), (error) => {
    assert.equal(error.errorCode, 'INVALID_FIELD');
    assert.match(error.message, /ERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Account'/);
    return true;
  });
});

test('after logout the token is refused', async () => {
  const other = new jsforce.Connection({
    oauth2: { loginUrl: org.url, clientId: org.consumerKey, clientSecret: org.consumerSecret },
  });
  await other.authorize({ grant_type: 'client_credentials' });
  const { accessToken } = other;
  await other.logout();
  const late = new jsforce.Connection({ instanceUrl: org.url, accessToken });
  await assert.rejects(late.query('SELECT Id FROM Account'), { errorCode: 'INVALID_SESSION_ID' });
});
