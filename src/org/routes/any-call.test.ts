import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openOrgInTest } from './org-in-test.ts';

const words = [
  ...[
    'sobjects',
    'Account',
    'City__c',
    'User',
    'describe',
    'query',
    'queryAll',
    'composite',
    'jobs',
    'ingest',
    'results',
    'resultPages',
    'limits',
  ],
  ...[
    'Code__c',
    'Id',
    'Account__r',
    '001Sb0000000001IAA',
    'a00Sb0000000001',
    '750Sb0000000001IAA',
    'batches',
    'successfulResults',
    '',
  ],
];

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.string().map(encodeURIComponent) },
);

const parameter = fc.tuple(
  fc.constantFrom(
    'q',
    'fields',
    'ids',
    'allOrNone',
    'columns',
    'sObjects',
    '_HttpMethod',
    'updateOnly',
    'queryLocator',
    'locator',
    'maxRecords',
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom('SELECT Id FROM Account', 'true', 'Name', '001Sb0000000001IAA', 'PATCH', 'DELETE'),
  ),
);

const key = fc.constantFrom(
  'Name',
  'Id',
  'Code__c',
  'Account__c',
  'Account__r',
  'attributes',
  'records',
  'object',
  'operation',
  'state',
  'query',
  'ids',
  'fields',
  '__proto__',
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('insert', 'upsert', 'query', 'SELECT Id FROM Account', 'City__c', 'Aborted', 'UploadComplete'),
);
const object = fc.dictionary(key, value);
const body = fc.oneof(
  object,
  fc.record({
    records: fc.array(
      fc.oneof(object, fc.record({ attributes: fc.record({ type: fc.constantFrom('Account', 'City__c') }) })),
    ),
  }),
  fc.jsonValue(),
);

test('whatever is asked, the answer is one of Salesforce, never a server error or a stack trace', async () => {
  await using opened = await openOrgInTest();
  const method = fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD');
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.array(segment, { maxLength: 5 }),
      fc.array(parameter, { maxLength: 2 }),
      body,
      async (verb, path, parameters, json) => {
        const url = `/services/data/v68.0/${path.join('/')}?${new URLSearchParams(parameters)}`;
        const answer = await opened.call(verb, url, verb === 'GET' || verb === 'HEAD' ? {} : { json });
        assert.ok(answer.status < 500, `${answer.status} ${answer.body}`);
        if (answer.status < 400 || verb === 'HEAD') return;
        for (const error of answer.json as { message: unknown; errorCode: unknown }[]) {
          assert.equal(typeof error.errorCode, 'string');
          assert.equal(typeof error.message, 'string');
          assert.doesNotMatch(String(error.message), /\.ts:\d+|\bat \w+ \(/);
        }
      },
    ),
    { numRuns: 600 },
  );
});

test('JSON nested without end is refused', async () => {
  await using opened = await openOrgInTest();
  for (const depth of [1_000, 100_000]) {
    const nested = `{"Name":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const headers = { 'content-type': 'application/json' };
    const { status } = await opened.call('POST', 'sobjects/Account', { payload: nested, headers });
    assert.equal(status, 400);
  }
});
