import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addRun, openStoreInTest, refusedRow, reportRows, sentRow, unknownRow } from './messages-in-test.ts';
import { countRows, countRun, type ThroughputSpan, throughputSpans } from './throughput.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

type Buckets = ReturnType<Awaited<ReturnType<typeof openStoreInTest>>['throughput']['read']>;

const filled = ({ buckets }: Buckets) =>
  buckets.filter(({ succeeded, rejected, unknown }) => succeeded + rejected + unknown > 0);

test('rows count in the bucket in which they came to their outcome, in each span, without a gap between buckets', async () => {
  await using hub = await openStoreInTest();
  const now = hub.clock.now();
  const run = await addRun(hub);
  await reportRows(hub, run, [sentRow, refusedRow('2'), unknownRow('3')], { settledAt: now - 5 * minuteMs });
  await reportRows(hub, run, [{ ...sentRow, key: '4' }], { chunk: 1, settledAt: now - 3 * hourMs });
  const total = (span: ThroughputSpan) => hub.throughput.read(span).total;
  assert.deepEqual(total('hour'), { succeeded: 1, rejected: 1, unknown: 1 });
  for (const span of ['day', 'week'] as const) assert.deepEqual(total(span), { succeeded: 2, rejected: 1, unknown: 1 });
  const hour = hub.throughput.read('hour');
  assert.deepEqual([hour.bucketMs, hour.buckets.length, hour.buckets.at(-1)?.at], [minuteMs, 60, floor(now, minuteMs)]);
  for (const [place, { at }] of hour.buckets.entries()) assert.equal(at, (hour.buckets[0]?.at ?? 0) + place * minuteMs);
  assert.deepEqual(
    filled(hour).map(({ at }) => at),
    [floor(now - 5 * minuteMs, minuteMs)],
  );
  assert.deepEqual(
    throughputSpans.map((span) => hub.throughput.read(span).buckets.length),
    [60, 144, 168],
  );
});

const floor = (at: number, size: number) => Math.floor(at / size) * size;

test('a row that is reported again counts no second time, and one whose doubt is settled counts as what it became', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  const settledAt = hub.clock.now();
  for (let times = 0; times < 3; times += 1) await reportRows(hub, run, [sentRow, refusedRow('2')], { settledAt });
  assert.deepEqual(hub.throughput.read('hour').total, { succeeded: 1, rejected: 1, unknown: 0 });
  const other = await addRun(hub);
  await reportRows(hub, other, [unknownRow('5')], { settledAt });
  await reportRows(hub, other, [{ ...sentRow, key: '5' }], { settledAt });
  assert.deepEqual(hub.throughput.read('hour').total, { succeeded: 2, rejected: 1, unknown: 1 });
});

test('what is counted is what was counted in, whenever it came and whose it was', async () => {
  const row = fc.record({
    interfaceId: fc.integer({ min: 1, max: 3 }),
    agoMs: fc.integer({ min: -hourMs, max: 9 * dayMs }),
    succeeded: fc.integer({ min: 0, max: 5 }),
    rejected: fc.integer({ min: 0, max: 5 }),
    unknown: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (counted) => {
      await using hub = await openStoreInTest();
      const now = hub.clock.now();
      await hub.file.write(() => {
        for (const { interfaceId, agoMs, ...rows } of counted)
          countRows(hub.file, { interfaceId, at: now - agoMs, now, rows });
      });
      for (const [span, bucketMs] of [
        ['hour', minuteMs],
        ['day', 10 * minuteMs],
        ['week', hourMs],
      ] as const)
        for (const ids of [undefined, [1], [2, 3]]) {
          const { buckets, total } = hub.throughput.read(span, ids);
          const from = buckets[0]?.at ?? 0;
          const mine = counted.filter(
            ({ interfaceId, agoMs }) => (ids?.includes(interfaceId) ?? true) && now - Math.max(0, agoMs) >= from,
          );
          for (const outcome of ['succeeded', 'rejected', 'unknown'] as const) {
            const sum = mine.reduce((all, one) => all + one[outcome], 0);
            assert.equal(total[outcome], sum, `${span} ${ids}`);
            assert.equal(
              buckets.reduce((all, one) => all + one[outcome], 0),
              sum,
            );
          }
          assert.ok(buckets.every(({ at }) => at % bucketMs === 0 && at <= now));
        }
    }),
    { numRuns: 40 },
  );
});

test('rows out of Salesforce count when their run has ended well', async () => {
  await using hub = await openStoreInTest();
  const now = hub.clock.now();
  const none = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };
  const ended = { status: 'completed', endedAt: now, rows: { ...none, read: 7 }, now } as const;
  await hub.file.write(() => {
    countRun(hub.file, { interfaceId: 1, direction: 'outbound' }, ended);
    countRun(hub.file, { interfaceId: 1, direction: 'outbound' }, { ...ended, status: 'failed' });
    countRun(hub.file, { interfaceId: 1, direction: 'inbound' }, ended);
  });
  assert.deepEqual(hub.throughput.read('hour').total, { succeeded: 7, rejected: 0, unknown: 0 });
});

test('buckets that no chart shows any more are forgotten with retention, and no others', async () => {
  await using hub = await openStoreInTest();
  const count = async () =>
    await hub.file.write(() => {
      const now = hub.clock.now();
      countRows(hub.file, { interfaceId: 1, at: now, now, rows: { succeeded: 1, rejected: 0, unknown: 0 } });
    });
  const kept = () => Number(hub.file.get('SELECT count(*) AS n FROM throughput')?.n);
  const forget = () => hub.retention.forget(async () => true);
  await count();
  assert.equal(kept(), 3);
  assert.equal((await forget()).buckets, 0);
  hub.clock.forward(2 * hourMs);
  await count();
  assert.equal((await forget()).buckets, 1);
  hub.clock.forward(2 * dayMs);
  assert.equal((await forget()).buckets, 3);
  assert.equal(hub.throughput.read('week').total.succeeded, 2);
  hub.clock.forward(8 * dayMs);
  await forget();
  assert.equal(kept(), 0);
});
