import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MessageStatus, messageActs } from './message-states.ts';
import {
  addRun,
  addWaiting,
  confirmRun,
  endRun,
  openStoreInTest,
  refusedRow,
  reportRows,
  type StoreInTest,
  sentRow,
  unknownRow,
} from './messages-in-test.ts';

const statusOf = ({ messages }: StoreInTest, id: number) => messages.find(id)?.status;
const historyOf = ({ messages }: StoreInTest, id: number) =>
  messages.find(id)?.history.map(({ attempt, status, by }) => `${attempt} ${status} by ${by}`);

test('a refused message is reprocessed, and its history says how each try went', async () => {
  await using hub = await openStoreInTest();
  const first = await addRun(hub);
  await reportRows(hub, first, [refusedRow('1')]);
  hub.clock.forward(1_000);
  assert.deepEqual(await hub.messages.act('ann', 'reprocess', [1]), { done: 1, leftOut: {} });
  assert.equal(statusOf(hub, 1), 'Pending');
  const second = await addRun(hub, 'target');
  await hub.file.write(() => hub.file.run('UPDATE message SET run_id = :id', { id: second.id }));
  await confirmRun(hub, second);
  await reportRows(hub, second, [{ ...sentRow, key: '1' }], { settledAt: hub.clock.now() });
  assert.deepEqual(historyOf(hub, 1), [
    '1 New by the agent',
    '1 Processing by the agent',
    '1 Failed by Salesforce',
    '2 Pending by ann',
    '2 Processing by the agent',
    '2 Completed by Salesforce',
  ]);
  const { history = [] } = hub.messages.find(1) ?? {};
  assert.match(String(history[0]?.comment), /^Read from the source/);
  assert.deepEqual(
    history.map(({ run }) => run),
    [null, first.run, first.run, null, second.run, second.run],
  );
});

test('what does not fit any more is left out, and it is said why', async () => {
  await using hub = await openStoreInTest();
  const rows = [{ ...sentRow, key: 'a' }, unknownRow('b'), refusedRow('c'), { ...refusedRow('d'), cells: null }];
  await reportRows(hub, await addRun(hub), rows);
  const run = await addRun(hub, 'source');
  await addWaiting(hub, run, ['e', 'f']);
  await addWaiting(hub, null, ['g']);
  const reprocessed = await hub.messages.act('ann', 'reprocess', [1, 2, 3, 4, 5, 7, 99]);
  assert.equal(reprocessed.done, 1);
  assert.deepEqual(
    Object.keys(reprocessed.leftOut).map((reason) => reason.split(/[:,]/, 1)[0]),
    [
      'It is Completed',
      'Nobody knows what became of it',
      'The hub has no values of it',
      'It is in a run that has not ended.',
      'It waits for its turn already.',
      'It is not here any more.',
    ],
  );
  const cancelled = await hub.messages.act('ann', 'cancel', [1, 2, 3, 4, 5, 7]);
  assert.deepEqual(cancelled, {
    done: 3,
    leftOut: {
      'It is Completed, which is an end.': 1,
      'Nobody knows what became of it: resolve it first, after looking into the org.': 1,
      'It is in a run that has not ended.': 1,
    },
  });
  await confirmRun(hub, run);
  assert.deepEqual((await hub.messages.act('ann', 'cancel', [5])).leftOut, { 'It is with an agent just now.': 1 });
  const audit = hub.file.all(`SELECT display FROM audit_entry WHERE section = 'Messages' ORDER BY id`);
  assert.deepEqual(
    audit.map(({ display }) => display),
    ['Reprocessed 1 of 7 messages: 1, 2, 3, 4, 5, 7, 99', 'Cancelled 3 of 6 messages: 1, 2, 3, 4, 5, 7'],
  );
});

test('a message that a newer one has closed, or would be behind, is not reprocessed', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [refusedRow('1')]);
  await reportRows(hub, await addRun(hub), [{ ...sentRow, key: '1' }]);
  const { leftOut } = await hub.messages.act('ann', 'reprocess', [1]);
  assert.match(Object.keys(leftOut)[0] ?? '', /^A newer message for its key is Completed/);
});

test('a retry that waits for its time is tried at once when somebody says so', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [refusedRow('1', 'UNABLE_TO_LOCK_ROW')]);
  assert.ok(hub.messages.find(1)?.nextTryAt);
  assert.equal((await hub.messages.act('ann', 'reprocess', [1])).done, 1);
  const found = hub.messages.find(1);
  assert.deepEqual([found?.status, found?.nextTryAt, found?.attempt], ['Pending', null, 2]);
});

test('a message of unknown outcome is resolved by who looked into the org, either way', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [refusedRow('1')]);
  await reportRows(hub, await addRun(hub), [unknownRow('1'), unknownRow('2')]);
  assert.equal(await hub.messages.resolve('ann', 2, { salesforceId: '0015g00000Dx4Ab', comment: 'seen' }), true);
  assert.equal(await hub.messages.resolve('ann', 3, { salesforceId: null, comment: '' }), true);
  assert.equal(await hub.messages.resolve('ann', 3, { salesforceId: null, comment: '' }), false);
  const [older, there, notThere] = [1, 2, 3].map((id) => hub.messages.find(id));
  assert.deepEqual(
    [there?.status, there?.outcome, there?.salesforceId],
    ['Completed', 'succeeded', '0015g00000Dx4AbAAJ'],
  );
  assert.deepEqual([older?.status, older?.supersededBy], ['Cancelled', 2]);
  assert.deepEqual([notThere?.status, notThere?.outcome, notThere?.code], ['Failed', null, 'NOT_THERE']);
  const { history = [] } = there ?? {};
  assert.deepEqual(
    history.slice(1).map(({ status, by }) => `${status} ${by}`),
    ['Processing the agent', 'Processing the agent', 'Completed ann'],
  );
  assert.equal((await hub.messages.act('ann', 'reprocess', [3])).done, 1);
});

test('an edited message goes in the place of the original, which is kept and linked', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [refusedRow('1'), { ...sentRow, key: '2' }]);
  const payload = { Geoname_Id__c: '1', Name: 'Rome' };
  const copy = await hub.messages.edit('ann', 1, { payload: JSON.stringify(payload), key: '1' });
  assert.equal(copy, 3);
  const [original, made] = [hub.messages.find(1), hub.messages.find(3)];
  assert.deepEqual(
    [original?.status, original?.payload?.Name, original?.copies.map(({ id }) => id)],
    ['Cancelled', '', [3]],
  );
  assert.deepEqual(
    [made?.status, made?.payload, made?.original?.id, made?.key, made?.form],
    ['Pending', payload, 1, '1', 'target'],
  );
  for (const id of [1, 2, 99])
    assert.equal(await hub.messages.edit('ann', id, { payload: '{}', key: null }), undefined);
});

test('what is asked of all that a filter finds is done slice by slice, from the oldest, to those that were there', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  const rows = Array.from({ length: 700 }, (_, n) => (n % 7 === 0 ? { ...sentRow, key: `${n}` } : refusedRow(`${n}`)));
  await reportRows(hub, run, rows);
  const filter = { outcome: 'rejected', text: 'Required fields', keyPrefix: '' } as const;
  assert.deepEqual(hub.messages.preview('reprocess', filter), { found: { count: 600, more: false }, possible: 600 });
  const { id } = await hub.messages.addTask('ann', 'reprocess', filter);
  await reportRows(hub, run, [refusedRow('later')], { chunk: 1 });
  await hub.messages.act('bob', 'cancel', [2]);
  assert.equal(await hub.messages.carryTask(), id);
  const half = hub.messages.findTask(id);
  assert.ok(half?.endedAt === null && half.done < 600);
  const newest = hub.file.get(`SELECT max(id) AS id FROM message WHERE status = 'Pending'`)?.id;
  assert.equal(
    hub.file.get(`SELECT count(*) AS n FROM message WHERE status = 'Failed' AND id < :newest`, {
      newest: Number(newest),
    })?.n,
    0,
  );
  while (await hub.messages.carryTask());
  assert.equal(hub.messages.hasOpenTask(), false);
  const ended = hub.messages.findTask(id);
  assert.deepEqual([ended?.done, ended?.leftOut], [599, { 'It is Cancelled, which is an end.': 1 }]);
  assert.equal(statusOf(hub, 701), 'Failed');
  assert.match(
    String(hub.file.get('SELECT display FROM audit_entry ORDER BY id DESC LIMIT 1')?.display),
    /^Reprocessed 599 .* 1 left out/,
  );
});

test('counts by status are those of all interfaces, or of some', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [
    { ...sentRow, key: '1' },
    { ...sentRow, key: '2' },
    refusedRow('3'),
    unknownRow('4'),
  ]);
  await addWaiting(hub, null, ['5']);
  const expected = { New: 1, Pending: 0, Processing: 1, Completed: 2, Failed: 1, Cancelled: 0 };
  const shown = (counts: ReturnType<typeof hub.messages.counts>) =>
    Object.fromEntries(Object.entries(counts).map(([status, { count }]) => [status, count]));
  assert.deepEqual(shown(hub.messages.counts()), expected);
  assert.deepEqual(shown(hub.messages.counts(hub.messages.interfacesCalled({ integration: 'PLACES' }))), expected);
  const { New, Pending, Processing, Failed } = expected;
  assert.deepEqual(hub.messages.openCounts(), { New, Pending, Processing, Failed });
  assert.deepEqual(hub.messages.interfacesCalled({ interface: 'none' }), []);
});

/** From each status, where any act leads. */
const arrows = new Map<MessageStatus, Set<MessageStatus>>();
for (const { from, to } of Object.values(messageActs))
  for (const status of from) arrows.set(status, (arrows.get(status) ?? new Set()).add(to));

type Step = {
  what: 'report' | 'confirm' | 'end' | 'reprocess' | 'cancel' | 'resolve' | 'edit' | 'form';
  outcome: 'succeeded' | 'rejected' | 'locked' | 'unknown';
  ending: 'completed' | 'failed' | 'cancelled';
  id: number;
};

const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('report', 'confirm', 'end', 'reprocess', 'cancel', 'resolve', 'edit', 'form'),
  outcome: fc.constantFrom('succeeded', 'rejected', 'locked', 'unknown'),
  ending: fc.constantFrom('completed', 'failed', 'cancelled'),
  id: fc.integer({ min: 1, max: 6 }),
});

/** Takes steps one after the other; one run at a time is there. */
async function createWalk(hub: StoreInTest) {
  let run = await addRun(hub, 'source');
  let place = 0;
  const form = `UPDATE message SET status = 'Pending', run_id = :run WHERE status IN ('New', 'Pending') AND run_id IS NULL`;
  return async ({ what, outcome, ending, id }: Step) => {
    const key = String((id % 3) + 1);
    const rows = {
      succeeded: { ...sentRow, key },
      rejected: refusedRow(key),
      locked: lockedRow(key),
      unknown: unknownRow(key),
    };
    const error = ending === 'failed' ? { code: 'AGENT_AWAY', message: 'It is away.', next: 'Wait.' } : null;
    const acts = {
      form: () => hub.file.write(() => hub.file.run(form, { run: run.id })),
      confirm: () => confirmRun(hub, run),
      report: () => reportRows(hub, run, [rows[outcome]], { first: place++ }),
      resolve: () =>
        hub.messages.resolve('ann', id, { salesforceId: id % 2 ? null : sentRow.salesforceId, comment: '' }),
      edit: () => hub.messages.edit('ann', id, { payload: '{}', key }),
      reprocess: () => hub.messages.act('ann', 'reprocess', [id]),
      cancel: () => hub.messages.act('ann', 'cancel', [id]),
      async end() {
        await endRun(hub, run, { status: ending, error, nothingProcessed: ending === 'failed' });
        run = await addRun(hub, 'source');
      },
    };
    await acts[what]();
    hub.clock.forward(1_000);
  };
}

const lockedRow = (key: string) => refusedRow(key, 'UNABLE_TO_LOCK_ROW');

test('whatever is done in whatever order, a message goes along the arrows of its life, and its history ends where it is', async () => {
  const property = fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
    await using hub = await openStoreInTest();
    await addWaiting(hub, null, ['1', '2', '1']);
    const take = await createWalk(hub);
    for (const step of steps) {
      const before = statuses(hub);
      await take(step);
      checkArrows(before, statuses(hub));
    }
    for (const [id, status] of statuses(hub))
      assert.equal(hub.messages.find(id)?.history.at(-1)?.status, status, `${id}`);
  });
  await fc.assert(property, { numRuns: 60 });
});

function statuses({ file }: StoreInTest): Map<number, MessageStatus> {
  return new Map(
    file.all('SELECT id, status FROM message').map(({ id, status }) => [Number(id), status as MessageStatus]),
  );
}

function checkArrows(before: Map<number, MessageStatus>, after: Map<number, MessageStatus>): void {
  for (const [id, was] of before) {
    const is = after.get(id);
    if (is !== was) assert.ok(is !== undefined && reachable(was).has(is), `${was} to ${is}`);
  }
}

/** In one step of ours a message may take more than one arrow: refused, and closed by a newer one. */
function reachable(from: MessageStatus, seen = new Set<MessageStatus>()): Set<MessageStatus> {
  for (const to of arrows.get(from) ?? []) {
    if (seen.has(to)) continue;
    seen.add(to);
    if (to === 'Failed') reachable(to, seen);
  }
  return seen;
}

test('what is Completed of an interface is counted beside many that are not, and beside too many among the newest', async () => {
  await using hub = await openStoreInTest();
  const add = (status: MessageStatus, count: number) =>
    hub.file.write(() =>
      hub.file.run(
        `WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < :count)
          INSERT INTO message (interface_id, key, status, arrived_at, settled_at, form)
          SELECT :interfaceId, n, :status, 1, iif(:status = 'Completed', 1, NULL), 'source' FROM row`,
        { interfaceId: hub.interfaceId, status, count },
      ),
    );
  await add('New', 99_990);
  await add('Completed', 5);
  const counts = () => hub.messages.counts([hub.interfaceId]);
  assert.deepEqual(
    [counts().New, counts().Completed],
    [
      { count: 99_990, more: false },
      { count: 5, more: false },
    ],
  );
  await add('New', 20);
  await add('Completed', 50_000);
  assert.deepEqual(
    [counts().New, counts().Completed],
    [
      { count: 100_000, more: true },
      { count: 50_005, more: true },
    ],
  );
});
