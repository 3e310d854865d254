import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';
import { readBatchSize } from './query.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

type Page = { totalSize: number; done: boolean; nextRecordsUrl?: string; records: { Name: string }[] };

before(async () => {
  opened = await openOrgInTest();
  for (let from = 0; from < 600; from += 200) {
    const records = Array.from({ length: 200 }, (_, index) => ({
      attributes: { type: 'Account' },
      Name: `Row ${from + index}`,
    }));
    await call('POST', 'composite/sobjects', { json: { records } });
  }
});

after(() => opened.org.close());

test('the pages of a query follow each other, each with the size of the whole', async () => {
  const headers = { 'sforce-query-options': 'batchSize=250' };
  const first = (await call('GET', '/services/data/latest/query/?q=SELECT+Name+FROM+Account', { headers }))
    .json as Page;
  assert.deepEqual([first.totalSize, first.done, first.records.length], [600, false, 250]);
  assert.deepEqual(Object.keys(first), ['totalSize', 'done', 'nextRecordsUrl', 'records']);
  assert.match(first.nextRecordsUrl ?? '', /^\/services\/data\/v68\.0\/query\/[^/]+-250$/);
  const names = first.records.map(({ Name }) => Name);
  for (let page = first; page.nextRecordsUrl; ) {
    page = (await call('GET', page.nextRecordsUrl)).json as Page;
    assert.equal(page.totalSize, 600);
    names.push(...page.records.map(({ Name }) => Name));
  }
  assert.equal(new Set(names).size, 600);
});

test('a plus in the query is a space, a percent sign stands for what it says', async () => {
  const { json } = await call('GET', `query?q=SELECT+Name+FROM+Account+WHERE+Name+=%20'Row%207'`);
  assert.deepEqual(
    (json as Page).records.map(({ Name }) => Name),
    ['Row 7'],
  );
});

test('columns=true answers with a list of columns', async () => {
  const { json } = await call('GET', 'query?q=SELECT+Id,Name+FROM+Account&columns=true');
  assert.ok(Array.isArray((json as { columnMetadata: unknown }).columnMetadata));
});

test('a query without a query, and a locator that is none, are refused', async () => {
  assert.equal((await call('GET', 'query')).status, 400);
  assert.equal((await call('GET', 'query?q=')).status, 400);
  assert.match((await call('GET', 'query/01gnone-200')).body, /INVALID_QUERY_LOCATOR/);
});

test('the size of a page is kept within 200 and 2000', () => {
  assert.equal(readBatchSize(undefined), 2000);
  assert.equal(readBatchSize('batchSize=1'), 200);
  assert.equal(readBatchSize('BatchSize = 500'), 500);
  assert.equal(readBatchSize('x=1, batchSize=9999'), 2000);
  assert.equal(readBatchSize('batchSize=many'), 2000);
});
