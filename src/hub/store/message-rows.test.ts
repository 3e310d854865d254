import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const statuses = ({ file }: StoreInTest) =>
  file.all('SELECT key, status, outcome, attempt FROM message ORDER BY id').map((row) => Object.values(row).join(' '));

const events = ({ file }: StoreInTest, id: number) =>
  file
    .all('SELECT status, by, comment FROM message_event WHERE message_id = :id ORDER BY id', { id })
    .map(({ status, by, comment }) => `${status} by ${by}: ${comment}`);

test('each row of a run over a source is a message, and one that is reported twice is one', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  const rows = [{ ...sentRow, key: '1' }, refusedRow('2'), unknownRow('3')];
  await reportRows(hub, run, rows);
  await reportRows(hub, run, rows);
  assert.deepEqual(statuses(hub), ['1 Completed succeeded 1', '2 Failed rejected 1', '3 Processing unknown 1']);
  await reportRows(hub, run, [{ ...sentRow, key: '4' }], { first: 3 });
  await reportRows(hub, run, [{ ...sentRow, key: '5' }], { chunk: 1 });
  assert.equal(statuses(hub).length, 5);
  const [refused] = hub.file.all('SELECT payload, form, code, rejected_by FROM message WHERE key = 2', {});
  assert.deepEqual(
    { ...refused },
    {
      payload: '{"Geoname_Id__c":"2","Name":""}',
      form: 'target',
      code: 'REQUIRED_FIELD_MISSING',
      rejected_by: 'salesforce',
    },
  );
});

test('of a large report each row is a message at its own place, and ids follow the order of the rows', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  const rows = Array.from({ length: 333 }, (_, at) => {
    if (at % 50 === 7) return refusedRow(`K${at}`);
    if (at % 90 === 11) return unknownRow(`K${at}`);
    return { ...sentRow, key: `K${at}`, created: at % 2 === 0 };
  });
  await reportRows(hub, run, rows, { first: 5, chunk: 3 });
  await reportRows(hub, run, [{ ...sentRow, key: 'next' }], { chunk: 4 });
  const kept = hub.file.all('SELECT id, key, chunk, place, outcome, created, salesforce_id FROM message ORDER BY id');
  const expected = rows.map(({ key, outcome, created, salesforceId }, at) => {
    const flag = created === null ? null : Number(created);
    return { id: at + 1, key, chunk: 3, place: at + 5, outcome, created: flag, salesforce_id: salesforceId };
  });
  assert.deepEqual(
    kept.slice(0, -1).map((row) => ({ ...row })),
    expected,
  );
  assert.deepEqual([kept.at(-1)?.id, kept.at(-1)?.key], [334, 'next']);
});

test('a source that holds a key twice: the later row that went through closes the refused one before it in the same report', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  await reportRows(hub, run, [refusedRow('k'), { ...sentRow, key: 'k' }, { ...sentRow, key: 'l' }, refusedRow('l')]);
  assert.deepEqual(
    hub.file.all('SELECT key, status, superseded_by AS "by" FROM message ORDER BY id').map((row) => ({ ...row })),
    [
      { key: 'k', status: 'Cancelled', by: 2 },
      { key: 'k', status: 'Completed', by: null },
      { key: 'l', status: 'Completed', by: null },
      { key: 'l', status: 'Failed', by: null },
    ],
  );
});

test('a message of unknown outcome is settled by a later report of its run and place, and by no other', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub);
  await reportRows(hub, run, [unknownRow('1'), unknownRow('2')], { first: 7 });
  await reportRows(hub, run, [{ ...sentRow, key: '2' }], { first: 8 });
  assert.deepEqual(statuses(hub), ['1 Processing unknown 1', '2 Completed succeeded 1']);
  await reportRows(hub, run, [refusedRow('2')], { first: 8 });
  assert.deepEqual(statuses(hub)[1], '2 Completed succeeded 1');
  assert.match(events(hub, 2)[0] ?? '', /^Processing by the agent: Its outcome is not known. ANSWER_LOST/);
});

test('rows of a run by records settle the messages it was made of, by key', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub, 'source');
  await addWaiting(hub, run, ['a', 'b', 'c']);
  await confirmRun(hub, run);
  assert.deepEqual(statuses(hub), ['a Processing  1', 'b Processing  1', 'c Processing  1']);
  await reportRows(hub, run, [{ ...sentRow, key: 'b' }, refusedRow('a'), unknownRow('c')]);
  assert.deepEqual(statuses(hub), ['a Failed rejected 1', 'b Completed succeeded 1', 'c Processing unknown 1']);
  const payloads = hub.file.all('SELECT DISTINCT payload, form FROM message', {});
  assert.deepEqual(
    payloads.map((row) => ({ ...row })),
    [{ payload: '{"id":"1"}', form: 'source' }],
  );
  await reportRows(hub, run, [{ ...sentRow, key: 'c' }], { first: 2 });
  assert.equal(statuses(hub)[2], 'c Completed succeeded 1');
});

test('a row nobody asked for is a message all the same', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub, 'target');
  await addWaiting(hub, run, ['a']);
  await confirmRun(hub, run);
  await reportRows(hub, run, [{ ...sentRow, key: 'other' }]);
  await endRun(hub, run, { status: 'completed', error: null, nothingProcessed: false });
  assert.deepEqual(statuses(hub), ['a Processing unknown 1', 'other Completed succeeded 1']);
});

test('what failed for a reason that can pass waits longer each time, and is given up in the end', async () => {
  await using hub = await openStoreInTest();
  const waits: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const run = await addRun(hub, round === 0 ? null : 'target');
    await hub.file.write(() => hub.file.run(`UPDATE message SET run_id = :id`, { id: run.id }));
    await confirmRun(hub, run);
    await reportRows(hub, run, [refusedRow('1', 'UNABLE_TO_LOCK_ROW')]);
    const [{ status, next_try_at } = {}] = hub.file.all('SELECT status, next_try_at FROM message', {});
    if (status === 'Pending') waits.push(Number(next_try_at) - hub.clock.now());
  }
  assert.deepEqual(waits, [30_000, 60_000]);
  assert.deepEqual(statuses(hub), ['1 Failed rejected 3']);
  assert.match(events(hub, 1).at(-1) ?? '', /^Failed by the hub: Gave up after 3 tries/);
  assert.equal(events(hub, 1).filter((line) => line.startsWith('Failed by Salesforce: UNABLE_TO_LOCK_ROW')).length, 2);
});

test('a newer message for a key that is Completed closes the older failed ones, with a link, and no others', async () => {
  await using hub = await openStoreInTest();
  await reportRows(hub, await addRun(hub), [refusedRow('1'), refusedRow('2'), refusedRow('3', 'UNABLE_TO_LOCK_ROW')]);
  const next = await addRun(hub);
  await reportRows(hub, next, [{ ...sentRow, key: '1' }, refusedRow('2'), { ...sentRow, key: '3' }]);
  const before = ['1 Cancelled rejected 1', '2 Failed rejected 1', '3 Cancelled  2'];
  assert.deepEqual(statuses(hub), [
    ...before,
    '1 Completed succeeded 1',
    '2 Failed rejected 1',
    '3 Completed succeeded 1',
  ]);
  assert.equal(hub.file.get('SELECT superseded_by AS by FROM message WHERE id = 1')?.by, 4);
  assert.match(
    events(hub, 1).at(-1) ?? '',
    /^Cancelled by the hub: Message 4 for the same key is newer, and Completed/,
  );
});

test('a message that is refused when a newer one for its key is Completed already is closed by it', async () => {
  await using hub = await openStoreInTest();
  const older = await addRun(hub, 'target');
  await addWaiting(hub, older, ['1']);
  await confirmRun(hub, older);
  await reportRows(hub, await addRun(hub), [{ ...sentRow, key: '1' }]);
  await reportRows(hub, older, [refusedRow('1')]);
  assert.deepEqual(statuses(hub), ['1 Cancelled rejected 1', '1 Completed succeeded 1']);
});

const failed = { code: 'AGENT_AWAY', message: 'The agent is away.', next: 'Wait.' };

test('when nothing of a run was processed its messages wait for another try, or fail when nothing would change', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub, 'source');
  await addWaiting(hub, run, ['a', 'b']);
  await endRun(hub, run, { status: 'failed', error: failed, nothingProcessed: true });
  assert.deepEqual(statuses(hub), ['a Pending  2', 'b Pending  2']);
  const [{ next_try_at, run_id } = {}] = hub.file.all('SELECT next_try_at, run_id FROM message', {});
  assert.deepEqual([Number(next_try_at) - hub.clock.now(), run_id], [30_000, null]);

  const second = await addRun(hub, 'source');
  await hub.file.write(() => hub.file.run('UPDATE message SET run_id = :id', { id: second.id }));
  const error = { ...failed, code: 'TARGET_FIELD_MISSING', message: 'There is no such field.' };
  await endRun(hub, second, { status: 'failed', error, nothingProcessed: true });
  assert.deepEqual(statuses(hub), ['a Failed  2', 'b Failed  2']);
});

test('messages of a run that was cancelled before they were sent have failed, and may be reprocessed', async () => {
  await using hub = await openStoreInTest();
  const run = await addRun(hub, 'source');
  await addWaiting(hub, run, ['a', 'b']);
  await confirmRun(hub, run);
  await reportRows(hub, run, [{ ...sentRow, key: 'a' }]);
  await endRun(hub, run, { status: 'cancelled', error: null, nothingProcessed: false });
  assert.deepEqual(statuses(hub), ['a Completed succeeded 1', 'b Failed  1']);
});
