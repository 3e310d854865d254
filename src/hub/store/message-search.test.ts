import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MessageFilter, planSearch } from './message-filter.ts';
import type { ListedMessage } from './message-listed.ts';
import { pageSql, searchMessages } from './message-search.ts';
import { placesSql } from './message-search-by-key.ts';
import {
  addRun,
  openStoreInTest,
  refusedRow,
  reportRows,
  type StoreInTest,
  sentRow,
  unknownRow,
} from './messages-in-test.ts';

const id = (n: number) => `0010000000${String(n).padStart(5, '0')}AAA`;

/** The last two are in another order by UTF-16 than by the bytes that SQLite compares. */
const keys = [0, 1, 2, 3, 4, 5, 6, 7, '\u{1f600}', '\uffee'].map((end) => `key-${end}`);

/** Ids before those of each round: the second ends in another block of messages than it begins, and the third leaves a block empty. */
const idsBefore = [0, 2 ** 19 - 5, 3 * 2 ** 19];

/** Three runs over ten keys each, every third refused, every seventh unknown; an hour between them. */
async function fill(hub: StoreInTest): Promise<string[]> {
  const runs: string[] = [];
  for (const [round, before] of idsBefore.entries()) {
    await goOnBehind(hub, before);
    const run = await addRun(hub);
    const rows = keys.map((key, n) => {
      if (n % 3 === 0)
        return { ...refusedRow(key), rejectedBy: n % 2 === 0 ? ('salesforce' as const) : ('sluice' as const) };
      return n % 7 === 1 ? unknownRow(key) : { ...sentRow, key, salesforceId: id(round * 10 + n) };
    });
    await reportRows(hub, run, rows);
    hub.clock.forward(3_600_000);
    runs.push(run.run);
  }
  return runs;
}

async function goOnBehind({ file }: StoreInTest, seq: number): Promise<void> {
  const sql = `UPDATE sqlite_sequence SET seq = :seq WHERE name = 'message'`;
  if (seq > 0) await file.write(() => file.run(sql, { seq }));
}

const start = Date.UTC(2026, 10, 22);

const filters = (runs: readonly string[]): readonly MessageFilter[] => [
  { status: 'Failed' },
  { status: 'Completed' },
  { status: 'Processing' },
  { outcome: 'rejected' },
  { outcome: 'succeeded' },
  { outcome: 'unknown' },
  { rejectedBy: 'sluice' },
  { rejectedBy: 'salesforce' },
  { interface: 'CITIES' },
  { integration: 'places' },
  { run: runs[1] },
  { run: 'none' },
  { key: 'key-3' },
  { keyPrefix: 'key-' },
  { keyPrefix: 'key-3' },
  { salesforceId: id(12) },
  { text: 'required FIELDS' },
  { text: '100%' },
  { from: start + 1 },
  { before: start + 3_600_001 },
  { parent: 1 },
  { call: 1 },
  { attempt: 2 },
];

const pairs = (all: readonly MessageFilter[]) => all.flatMap((one) => all.map((other) => ({ ...one, ...other })));

test('no filter, alone or with another, makes the store read or sort more than the page', async () => {
  await using hub = await openStoreInTest();
  const runs = await fill(hub);
  const all = pairs(filters(runs));
  assert.ok(all.length > 400);
  for (const filter of [{}, ...all]) {
    const search = planSearch(hub.file, filter);
    const sql = search.isByKey ? placesSql(search, 51) : pageSql(search, 51);
    const plan = hub.file.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => String(detail));
    assert.match(plan[0] ?? '', /^SEARCH message USING/, `${JSON.stringify(filter)}: ${plan.join('; ')}`);
    assert.ok(
      !plan.some((line) => /SCAN message|TEMP B-TREE/.test(line)),
      `${JSON.stringify(filter)}: ${plan.join('; ')}`,
    );
  }
});

/** What a filter means, said without SQL. */
function isMeant(message: ListedMessage, filter: MessageFilter): boolean {
  const { from, before, keyPrefix, text, attempt, interface: name, integration, parent, call, ...equal } = filter;
  return (
    Object.entries(equal).every(
      ([field, value]) => value === undefined || message[field as keyof ListedMessage] === value,
    ) &&
    (from === undefined || message.arrivedAt >= from) &&
    (before === undefined || message.arrivedAt < before) &&
    (keyPrefix === undefined || message.key?.startsWith(keyPrefix) === true) &&
    (text === undefined || `${message.reason} ${message.code}`.toLowerCase().includes(text.toLowerCase())) &&
    (attempt === undefined || message.attempt >= attempt) &&
    (name === undefined || message.interface.toLowerCase() === name.toLowerCase()) &&
    (integration === undefined || message.integration.toLowerCase() === integration.toLowerCase()) &&
    parent === undefined &&
    call === undefined
  );
}

function readAll(hub: StoreInTest, filter: MessageFilter, { limit, examined }: { limit: number; examined: number }) {
  const found: ListedMessage[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 200; page += 1) {
    const answer = searchMessages(hub.file, { filter, limit, cursor, examined });
    assert.ok(answer.rows.length <= limit);
    found.push(...answer.rows);
    if (answer.next === null) return found;
    cursor = answer.next;
  }
  throw new Error('the pages do not end');
}

/** As SQLite has keys in order: by the bytes of UTF-8. */
function idsByKey(whole: readonly ListedMessage[], ids: readonly number[]): number[] {
  const meant = whole.filter(({ id }) => ids.includes(id));
  const bytesOf = ({ key }: ListedMessage) => Buffer.from(key ?? '');
  return meant.sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)) || a.id - b.id).map(({ id }) => id);
}

test('page after page, a filter finds just what it means, the newest first, however little is looked at for a page', async () => {
  await using hub = await openStoreInTest();
  const runs = await fill(hub);
  const whole = readAll(hub, {}, { limit: 200, examined: 10_000 });
  assert.equal(whole.length, 30);
  const wishes = fc.record({
    filter: fc.constantFrom(...filters(runs), ...pairs(filters(runs))),
    limit: fc.integer({ min: 1, max: 8 }),
    examined: fc.integer({ min: 1, max: 12 }),
  });
  const property = fc.property(wishes, ({ filter, ...bounds }) => {
    const read = readAll(hub, filter, bounds);
    const found = read.map(({ id }) => id);
    const meant = whole.filter((message) => isMeant(message, filter)).map(({ id }) => id);
    if (planSearch(hub.file, filter).isByKey) assert.deepEqual(found, idsByKey(whole, meant));
    else assert.deepEqual(found, meant);
  });
  fc.assert(property, { numRuns: 400 });
});

test('a page says how many there are where all of them are on it, and that it stopped looking where it did', async () => {
  await using hub = await openStoreInTest();
  await fill(hub);
  assert.equal(searchMessages(hub.file, { filter: { key: 'key-3' }, limit: 50 }).total, 3);
  assert.equal(searchMessages(hub.file, { filter: {}, limit: 10 }).total, null);
  const page = searchMessages(hub.file, { filter: { text: 'nothing of that' }, limit: 10, examined: 5 });
  assert.deepEqual([page.rows.length, page.stoppedEarly, page.total, typeof page.next], [0, true, null, 'string']);
});

test('a Salesforce id is found by 15 characters as by 18', async () => {
  await using hub = await openStoreInTest();
  await fill(hub);
  for (const salesforceId of [id(12), id(12).slice(0, 15)]) {
    const { rows } = searchMessages(hub.file, { filter: { salesforceId }, limit: 10 });
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['key-2'],
      salesforceId,
    );
  }
});

test('what is no cursor is refused', async () => {
  await using hub = await openStoreInTest();
  for (const filter of [{}, { keyPrefix: 'a' }])
    assert.throws(() => searchMessages(hub.file, { filter, limit: 1, cursor: 'x' }), /not where a page begins/);
});

test('a run is meant by its id at the hub as by its UUID', async () => {
  await using hub = await openStoreInTest();
  const [, second = ''] = await fill(hub);
  const found = (run: string) => hub.messages.search({ filter: { run }, limit: 50 }).rows.map((row) => row.id);
  const id = String(hub.file.get('SELECT id FROM run WHERE run = :second', { second })?.id);
  assert.equal(found(second).length, 10);
  assert.deepEqual(found(id), found(second));
  assert.deepEqual(found('9999'), []);
});
