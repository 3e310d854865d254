/** The client reads large sets out of the org in a box: every row once, whatever goes wrong on the way. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { afterEach, before, test } from 'node:test';
import { openOrgStage } from './org-stage.ts';

const rows = 25_000;

const {
  reachable: { url },
  salesforce,
} = await openOrgStage();

const nameOf = (n: number) => `Account "${n}",\nof many`;

before(async () => {
  const lines = Array.from({ length: rows }, (_, n) => `E-${n},"${nameOf(n).replaceAll('"', '""')}"\n`);
  const bytes = Buffer.from(`Ext__c,Name\n${lines.join('')}`);
  const { id } = await salesforce.bulk.createJob({ object: 'Account', operation: 'insert' });
  await salesforce.bulk.upload(id, { open: () => Readable.from([bytes]), bytes: bytes.length });
  await salesforce.bulk.close(id);
  assert.equal((await salesforce.bulk.wait(id)).numberRecordsFailed, 0);
});

afterEach(async () => {
  await fetch(`${url}/box/faults`, { method: 'DELETE' });
});

async function ask(soql: string, all = false): Promise<string> {
  const { id } = await salesforce.bulkQuery.createJob({ soql, all });
  const job = await salesforce.bulkQuery.wait(id);
  assert.equal(job.state, 'JobComplete', job.errorMessage);
  return id;
}

async function textOf(blocks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all).toString('utf8');
}

test('a query job gives every record once, as rows and as CSV, in pages of any size', async () => {
  const id = await ask('SELECT Ext__c, Name, Owner.Name, CreatedDate, Tag__c FROM Account ORDER BY Id');
  for (const [maxRecords, pagesAtOnce] of [
    [1_000, 4],
    [7_777, 2],
    [100_000, 1],
  ] as const) {
    let count = 0;
    for await (const row of salesforce.bulkQuery.rows(id, { maxRecords, pagesAtOnce })) {
      assert.deepEqual([row.Ext__c, row.Name, row.Tag__c], [`E-${count}`, nameOf(count), null]);
      assert.equal(row['Owner.Name'], 'Integration');
      assert.match(row.CreatedDate ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
      count += 1;
    }
    assert.equal(count, rows);
  }
  const one = await textOf(salesforce.bulkQuery.csv(id, { maxRecords: 100_000 }));
  assert.equal(await textOf(salesforce.bulkQuery.csv(id, { maxRecords: 999 })), one);
  await salesforce.bulkQuery.delete(id);
  await assert.rejects(salesforce.bulkQuery.get(id), { code: 'JOB_NOT_FOUND' });
});

test('with answers lost, tokens ended and the org away now and then, the rows are the same', async () => {
  const soql = 'SELECT Id, Ext__c, Name FROM Account ORDER BY Id';
  const path = '/services/data/**';
  const kinds = ['drop-before', 'drop-after', 'unavailable'];
  const id = await ask(soql);
  const expected = await textOf(salesforce.bulkQuery.csv(id));
  // A token that ends twice in a row is a refusal, so this happens once.
  const rules = [
    ...kinds.map((kind) => ({ path, kind, share: 0.08 })),
    { path: `${path}/results`, kind: 'expired-token', share: 0.3, times: 1 },
  ];
  const put = await fetch(`${url}/box/faults`, { method: 'PUT', body: JSON.stringify({ seed: 11, rules }) });
  assert.equal(put.status, 200, await put.text());
  const again = await ask(soql);
  assert.equal(await textOf(salesforce.bulkQuery.csv(again, { maxRecords: 1_000 })), expected);
  const { injected } = (await (await fetch(`${url}/box/faults`)).json()) as { injected: number };
  assert.ok(injected > 5, `${injected} faults`);
});

test('changes are read in their order, page by page behind the last one, by query and by job, deleted ones too', async () => {
  const byKeyset = async (all: boolean) => {
    const seen: string[] = [];
    let from = '';
    for (;;) {
      const soql = `SELECT Id, SystemModstamp, IsDeleted FROM Account ${from} ORDER BY SystemModstamp, Id LIMIT 4000`;
      const found: Record<string, unknown>[] = [];
      for await (const record of salesforce.query(soql, { all })) found.push(record);
      seen.push(...found.map(({ Id }) => String(Id)));
      const last = found.at(-1);
      if (last === undefined) return seen;
      const stamp = String(last.SystemModstamp).replace('+0000', 'Z');
      from = `WHERE SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > '${last.Id}')`;
    }
  };
  const live = await byKeyset(false);
  assert.deepEqual([live.length, new Set(live).size], [rows, rows]);
  const gone = live.slice(0, 100);
  await salesforce.saveCollection({
    operation: 'delete',
    object: 'Account',
    records: gone.map((Id) => ({ Id })),
    allOrNone: true,
  });
  assert.equal((await byKeyset(false)).length, rows - 100);
  const all = await byKeyset(true);
  assert.deepEqual([all.length, new Set(all).size], [rows, rows]);
  assert.deepEqual(new Set(all.slice(-100)), new Set(gone));
  const deleted: unknown[] = [];
  const id = await ask('SELECT Id FROM Account WHERE IsDeleted = true', true);
  for await (const { Id } of salesforce.bulkQuery.rows(id)) deleted.push(Id);
  assert.deepEqual(new Set(deleted), new Set(gone));
});

test('what Bulk query does not know is refused at once, in the words of the org', async () => {
  await assert.rejects(salesforce.bulkQuery.createJob({ soql: 'SELECT COUNT() FROM Account' }), {
    code: 'SALESFORCE_REFUSED',
    inDoubt: false,
    message: /FEATURENOTENABLED: Aggregate Relationships not supported/,
  });
});
