import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedServer } from './scripted-server.test.ts';

const base = '/services/data/v68.0';

function page(first: number, next: string | null) {
  const records = [first, first + 1].map((n) => ({ attributes: { type: 'Account' }, Id: `001${n}` }));
  return { json: { totalSize: 6, done: next === null, ...(next && { nextRecordsUrl: next }), records } };
}

async function idsOf(records: AsyncIterable<Record<string, unknown>>): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const { Id } of records) ids.push(Id);
  return ids;
}

test('a query of many pages gives every record once, and asks for a page only when it is needed', async () => {
  await using server = await startScriptedServer({
    rest({ path }) {
      if (path.startsWith('/query?q=')) return page(1, '/services/data/v68.0/query/01g-2');
      return path === '/query/01g-2' ? page(3, '/services/data/v68.0/query/01g-4') : page(5, null);
    },
  });
  await using org = server.open();
  assert.deepEqual(await idsOf(org.query('SELECT Id FROM Account', { batchSize: 200 })), [
    '0011',
    '0012',
    '0013',
    '0014',
    '0015',
    '0016',
  ]);
  assert.equal(server.asked.length, 3);
  assert.equal(server.asked[0]!.headers['sforce-query-options'], 'batchSize=200');
  assert.equal(new URL(server.asked[0]!.path, 'http://x').searchParams.get('q'), 'SELECT Id FROM Account');
  for await (const _ of org.query('SELECT Id FROM Account')) break;
  assert.equal(server.asked.length, 4);
});

test('a next page on another host, or a page with no next one, is an invalid answer', async () => {
  for (const next of ['https://evil.example/services/data', '//evil.example/', '/elsewhere']) {
    await using server = await startScriptedServer({ rest: () => page(1, next) });
    await using org = server.open();
    await assert.rejects(idsOf(org.query('SELECT Id FROM Account')), { code: 'ANSWER_INVALID' });
  }
  await using server = await startScriptedServer({ rest: () => ({ json: { done: false, records: [] } }) });
  await using org = server.open();
  await assert.rejects(idsOf(org.query('SELECT Id FROM Account')), { code: 'ANSWER_INVALID' });
});

test('a query goes on from the page that the last one named, and may ask for deleted records too', async () => {
  await using server = await startScriptedServer({
    rest: ({ path }) =>
      path === '/query/01g-4'
        ? page(5, null)
        : page(path === '/query/01g-2' ? 3 : 1, `${base}/query/01g-${path === '/query/01g-2' ? 4 : 2}`),
  });
  await using org = server.open();
  const seen: (string | null)[] = [];
  for await (const { nextRecordsUrl, totalSize, records } of org.queryPages('SELECT Id FROM Account', { all: true })) {
    seen.push(nextRecordsUrl);
    assert.deepEqual([totalSize, records.length], [6, 2]);
  }
  assert.deepEqual(seen, [`${base}/query/01g-2`, `${base}/query/01g-4`, null]);
  assert.match(server.asked[0]!.path, /^\/queryAll\?q=SELECT/);
  const nextRecordsUrl = seen[0] ?? '';
  assert.deepEqual(await idsOf(org.query('', { nextRecordsUrl })), ['0013', '0014', '0015', '0016']);
  assert.equal(server.asked.length, 5);
});
