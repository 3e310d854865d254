import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageStatus } from './message-states.ts';
import { messageStatuses } from './message-states.ts';
import { openStoreInTest, type StoreInTest } from './messages-in-test.ts';
import { defaultRules, type RetentionRules } from './retention-rules.ts';

const dayMs = 24 * 60 * 60_000;

type Planted = { id: number; status: MessageStatus; days: number; parent: number | null };
type PlantedRun = {
  id: number;
  days: number;
  isEnded: boolean;
  status: 'completed' | 'failed';
  message: number | null;
};

const anyMessage = fc.record({
  status: fc.constantFrom(...messageStatuses),
  days: fc.integer({ min: 0, max: 12 }),
  parent: fc.option(fc.integer({ min: 1, max: 8 })),
});
const anyRun = fc.record({
  days: fc.integer({ min: 0, max: 12 }),
  isEnded: fc.boolean(),
  status: fc.constantFrom('completed' as const, 'failed' as const),
  message: fc.option(fc.integer({ min: 1, max: 20 })),
});
const limit = (max: number) => fc.option(fc.integer({ min: 1, max }));
const anyRules = fc.record({
  completedDays: limit(10),
  failedDays: limit(10),
  mostMessages: limit(25),
  mostBytes: fc.constant(null),
});

async function plant(
  { file, clock, interfaceId }: StoreInTest,
  messages: Planted[],
  runs: PlantedRun[],
): Promise<void> {
  const now = clock.now();
  await file.write(() => {
    for (const { id, status, days, parent } of messages) {
      const hasEnded = ['Completed', 'Failed', 'Cancelled'].includes(status);
      const values = { id, status, parent, interfaceId, now, settledAt: hasEnded ? now - days * dayMs - 1 : null };
      file.run(
        `INSERT INTO message (id, interface_id, key, status, arrived_at, settled_at, parent_id)
          VALUES (:id, :interfaceId, 'k', :status, :now, :settledAt, :parent)`,
        values,
      );
      file.run(`INSERT INTO message_event (message_id, at, status, by, comment) VALUES (:id, 0, 'New', 'x', 'x')`, {
        id,
      });
    }
    for (const { id, days, isEnded, status, message } of runs) {
      file.run(
        `INSERT INTO run (id, run, interface_id, direction, agent_row, trigger, state, asked_at, asked_by, ended_at, status)
          VALUES (:id, :run, 1, 'inbound', 1, 'manual', :state, 0, 'x', :endedAt, :status)`,
        {
          id,
          run: `r${id}`,
          state: isEnded ? 'ended' : 'running',
          endedAt: isEnded ? now - days * dayMs - 1 : null,
          status: isEnded ? status : null,
        },
      );
      if (message !== null) file.run('UPDATE message SET run_id = :id WHERE id = :message', { id, message });
    }
  });
}

/** What is to be left, said without SQL. */
function leftOf(messages: readonly Planted[], rules: RetentionRules): Planted[] {
  const waiting = new Set(
    messages.filter(({ status }) => ['New', 'Pending', 'Processing'].includes(status)).map(({ parent }) => parent),
  );
  const mayGo = ({ id, status }: Planted) => ['Completed', 'Cancelled', 'Failed'].includes(status) && !waiting.has(id);
  const limitOf = ({ status }: Planted) =>
    (status === 'Failed' ? rules.failedDays : rules.completedDays) ?? Number.POSITIVE_INFINITY;
  const young = messages.filter((one) => !mayGo(one) || one.days < limitOf(one));
  const surplus = Math.max(0, young.length - (rules.mostMessages ?? Number.POSITIVE_INFINITY));
  const oldestFirst = young
    .filter(mayGo)
    .sort((a, b) => Number(a.status === 'Failed') - Number(b.status === 'Failed') || b.days - a.days || a.id - b.id);
  const gone = new Set(oldestFirst.slice(0, surplus));
  return young.filter((one) => !gone.has(one));
}

test('retention forgets what its rules say and nothing else, whatever there is; the dry run says the same before', async () => {
  const lists = fc.record({
    messages: fc.array(anyMessage, { maxLength: 40 }),
    runs: fc.array(anyRun, { maxLength: 6 }),
    rules: anyRules,
  });
  const property = fc.asyncProperty(lists, async ({ messages: drawn, runs: drawnRuns, rules }) => {
    await using hub = await openStoreInTest();
    const messages = drawn.map((one, index) => ({ ...one, id: index + 1 }));
    const runs = drawnRuns.map((one, index) => ({ ...one, id: index + 1 }));
    await plant(hub, messages, runs);
    await hub.retention.change('ann', rules, 0);
    const { completed, failed, tooMany, tooLarge } = hub.retention.preview(rules);
    const { messages: forgotten } = await hub.retention.forget(async () => true);
    const left = leftOf(messages, rules).map(({ id }) => id);
    assert.deepEqual(
      hub.file.all('SELECT id FROM message ORDER BY id').map(({ id }) => id),
      left,
    );
    assert.deepEqual(
      hub.file.all('SELECT message_id AS id FROM message_event ORDER BY id').map(({ id }) => id),
      left,
    );
    assert.equal(forgotten, messages.length - left.length);
    assert.equal(completed.count + failed.count + tooMany + tooLarge, forgotten);
    checkRuns(hub, runs, rules);
  });
  await fc.assert(property, { numRuns: 80 });
});

function checkRuns({ file }: StoreInTest, runs: readonly PlantedRun[], rules: RetentionRules): void {
  const used = new Set(file.all('SELECT run_id AS id FROM message WHERE run_id IS NOT NULL').map(({ id }) => id));
  const limitOf = ({ status }: PlantedRun) =>
    (status === 'failed' ? rules.failedDays : rules.completedDays) ?? Number.POSITIVE_INFINITY;
  const left = runs.filter((run) => !run.isEnded || used.has(run.id) || run.days < limitOf(run)).map(({ id }) => id);
  assert.deepEqual(
    file.all('SELECT id FROM run ORDER BY id').map(({ id }) => id),
    left,
  );
}

test('a store that is too large forgets its oldest ended messages, as many as it takes, failed ones last', async () => {
  await using hub = await openStoreInTest();
  const sql = `INSERT INTO message (interface_id, key, status, arrived_at, settled_at, payload) VALUES (1, 'k', :status, 0, :at, :payload)`;
  await hub.file.write(() => {
    for (let at = 0; at < 6_000; at += 1)
      hub.file.run(sql, { at, status: at < 2_000 ? 'Failed' : 'Completed', payload: 'x'.repeat(1_000) });
  });
  const { bytes } = hub.retention.preview(defaultRules);
  const rules = { ...defaultRules, completedDays: null, failedDays: null, mostBytes: Math.round(bytes * 0.65) };
  const { tooLarge } = hub.retention.preview(rules);
  assert.ok(tooLarge >= 2_000 && tooLarge <= 2_200, `${tooLarge}`);
  await hub.retention.change('ann', rules, 0);
  const { messages } = await hub.retention.forget(async () => true);
  assert.ok(messages >= 2_000 && messages <= 3_000, `${messages}`);
  assert.ok(hub.retention.preview(rules).bytes <= rules.mostBytes);
  assert.equal(hub.file.get(`SELECT count(*) AS n FROM message WHERE status = 'Failed'`)?.n, 2_000);
  assert.equal(
    hub.file.get(`SELECT min(settled_at) AS at FROM message WHERE status = 'Completed'`)?.at,
    2_000 + messages,
  );
});

test('of several hubs one forgets each time, and it stops between slices when it is told to', async () => {
  await using hub = await openStoreInTest();
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => hub.retention.begin(60_000))), [true, false, false]);
  hub.clock.forward(60_000);
  assert.equal(await hub.retention.begin(60_000), true);
  const messages = Array.from(
    { length: 1_500 },
    (_, n) => ({ id: n + 1, status: 'Completed', days: 40, parent: null }) as const,
  );
  await plant(hub, messages, []);
  assert.deepEqual(await hub.retention.forget(async () => false), {
    messages: 1_000,
    calls: 0,
    runs: 0,
    reports: 0,
    buckets: 0,
  });
});

const kinds = ['agentStarted', 'agentStopping', 'scheduleMissed', 'rows', ''] as const;
const anyReport = fc.record({ kind: fc.constantFrom(...kinds), days: fc.integer({ min: 0, max: 12 }) });

test('reports of agents go as old as messages do: that an agent came and went as what completed, all others as what failed', async () => {
  const lists = fc.record({ drawn: fc.array(anyReport, { maxLength: 30 }), rules: anyRules });
  const property = fc.asyncProperty(lists, async ({ drawn, rules }) => {
    await using hub = await openStoreInTest();
    const reports = drawn.map((one, index) => ({ ...one, id: index + 1 }));
    await hub.file.write(() => {
      for (const { id, kind, days } of reports)
        hub.file.run(
          `INSERT INTO agent_report (id, agent_id, journal, number, kind, at, body, received_at) VALUES (:id, 'a', 'j', :id, :kind, 0, '{}', :at)`,
          { id, kind, at: hub.clock.now() - days * dayMs - 1 },
        );
    });
    await hub.retention.change('ann', rules, 0);
    const limitOf = (kind: string) =>
      (kind.startsWith('agent') ? rules.completedDays : rules.failedDays) ?? Number.POSITIVE_INFINITY;
    const left = reports.filter(({ kind, days }) => days < limitOf(kind)).map(({ id }) => id);
    assert.equal(hub.retention.preview(rules).reports, reports.length - left.length);
    assert.equal((await hub.retention.forget(async () => true)).reports, reports.length - left.length);
    assert.deepEqual(
      hub.file.all('SELECT id FROM agent_report ORDER BY id').map(({ id }) => id),
      left,
    );
  });
  await fc.assert(property, { numRuns: 40 });
});

test('a report that comes again after it was forgotten is acknowledged, and changes nothing', async () => {
  await using hub = await openStoreInTest();
  const told = { kind: 'agentStarted', at: 1, body: { version: '1' } } as const;
  const batch = { journal: 'j', oldest: 1, from: 1, reports: [told, told] };
  await hub.reports.keep('agent', batch);
  hub.clock.forward(40 * dayMs);
  assert.equal((await hub.retention.forget(async () => true)).reports, 2);
  const again = await hub.reports.keep('agent', batch);
  assert.deepEqual(again, { acknowledged: 2, added: 0, missing: 0, runs: [], refused: [] });
  const next = await hub.reports.keep('agent', { ...batch, reports: [told, told, told] });
  assert.deepEqual(
    [(next as { added: number }).added, hub.file.all('SELECT number FROM agent_report').map((row) => row.number)],
    [1, [3]],
  );
});

test('the rules are changed by one at a time, and kept', async () => {
  await using hub = await openStoreInTest();
  assert.deepEqual(hub.retention.rules(), { ...defaultRules, changedAt: null, changedBy: null, version: 0 });
  const changed = await hub.retention.change('ann', { ...defaultRules, failedDays: null }, 0);
  assert.deepEqual([changed.failedDays, changed.changedBy, changed.version], [null, 'ann', 1]);
  await assert.rejects(hub.retention.change('bob', defaultRules, 0), /Somebody else changed this/);
  await hub.retention.change('ann', defaultRules, 1);
  assert.equal(hub.retention.rules().version, 2);
});
