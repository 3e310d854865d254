import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { carryEndings, endRun } from './end-run.ts';
import { openHubStore } from './hub-store.ts';
import { runEnded } from './message-runs.ts';
import {
  addRun,
  addWaiting,
  confirmRun,
  openBesideInTest,
  refusedRow,
  reportRows,
  sentRow,
} from './messages-in-test.ts';
import { findRunInside, type RunEnded } from './run-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-end-run-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const limited = { code: 'REQUEST_LIMIT_EXCEEDED', message: 'No more calls today.', next: 'Wait.' };
const broken = { code: 'INTERFACE_FILE_INVALID', message: 'It is wrong.', next: 'Mend it.' };
const rows = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };

const endings = {
  'tried again': { status: 'failed', error: limited, nothingProcessed: true },
  failed: { status: 'failed', error: broken, nothingProcessed: true },
  cancelled: { status: 'cancelled', error: null, nothingProcessed: true },
  'in doubt': { status: 'completed', error: null, nothingProcessed: false },
} as const;

const count = 2_345;

/** A run of 2,345 messages of which some are settled, and some have used up their tries; with the store it lies in. */
async function openStage(name: string) {
  const clock = createClockInTest();
  const store = await openBesideInTest(join(folder, name), clock);
  const run = await addRun(store, 'source');
  const keys = Array.from({ length: count }, (_, at) => `K${at}`);
  await addWaiting(store, run, keys);
  await confirmRun(store, run);
  await reportRows(store, run, [refusedRow('K5'), { ...sentRow, key: 'K1500' }]);
  const tried = `INSERT INTO message_event (message_id, at, status, by, comment, attempt)
    SELECT id, 1, 'Pending', 'the hub', 'again', 1 FROM message, (VALUES (1), (2)) WHERE id % 7 = 0`;
  await store.file.write(() => store.file.run(tried));
  return { store, run, clock };
}

type Stage = Awaited<ReturnType<typeof openStage>>;

const endedBy = (run: string, ending: (typeof endings)[keyof typeof endings]): RunEnded => {
  return { run, ...ending, endedAt: 5, rows, loaded: null, mode: null, modeReason: null };
};

/** All that the messages and their history say, but for the name of the run and the time drawn by chance. */
function whatBecame({ store: { file } }: Pick<Stage, 'store'>) {
  const messages = file.all('SELECT * FROM message ORDER BY id').map(({ next_try_at, ...rest }) => rest);
  const events = file.all('SELECT message_id, at, status, by, comment, attempt FROM message_event ORDER BY 1, id');
  const pauses = new Set(file.all('SELECT next_try_at AS at FROM message').map(({ at }) => at));
  return { messages, events: events.map((row) => ({ ...row })), pauses: pauses.size };
}

for (const [name, ending] of Object.entries(endings))
  test(`messages of a large run that are ${name} are so in slices, as they would be at once`, async () => {
    const [whole, sliced] = [await openStage(`whole ${name}`), await openStage(`sliced ${name}`)];
    await whole.store.file.write(() => runEnded(whole.store.file, whole.run, { ...ending, now: whole.clock.now() }));
    const { file } = sliced.store;
    const ended = endedBy(sliced.run.run, ending);
    const run = () => findRunInside(file, sliced.run.run)!;
    assert.deepEqual(await file.write(() => endRun(file, run(), ended, sliced.clock.now())), []);
    assert.equal(run().state, 'confirmed', 'it ends when all its messages are settled');
    assert.deepEqual(await carryEndings(file), [sliced.run.id]);
    assert.deepEqual([run().state, run().status], ['ended', ending.status]);
    assert.deepEqual(whatBecame(sliced), whatBecame(whole));
    assert.deepEqual(await carryEndings(file), [], 'it ends once');
    for (const { store } of [whole, sliced]) await store[Symbol.asyncDispose]();
  });

test('others write between the slices of an end, and hear no other end of the run meanwhile', async () => {
  const { store, run } = await openStage('between');
  await store[Symbol.asyncDispose]();
  await using hub = openHubStore(join(folder, 'between'), { clock: createClockInTest() });
  const order: string[] = [];
  const ending = hub.runs.end(run.id, { status: 'failed', error: broken }).then((ended) => {
    order.push('ended');
    return ended;
  });
  await sleep(0);
  const other = hub.runs.end(run.id, { status: 'cancelled', error: broken });
  const write = hub.runs.handedBack({ id: 999, lease: 1 }).then(() => order.push('another write'));
  assert.deepEqual([...(await ending), ...(await other)], [run.id], 'it is told of once');
  await write;
  assert.deepEqual([order, hub.runs.find(run.id)?.status], [['another write', 'ended'], 'failed']);
});

const failedCount = `SELECT count(*) AS n FROM message WHERE code = 'INTERFACE_FILE_INVALID'`;

/** Ends the run of its folder, and is killed when the first of it is on the disk. */
const ender = `
  const [, storeDoor, clockDoor, folder, id] = process.argv;
  const { DatabaseSync } = await import('node:sqlite');
  const { openHubStore } = await import(storeDoor);
  const { createClockInTest } = await import(clockDoor);
  const hub = openHubStore(folder, { clock: createClockInTest() });
  const error = ${JSON.stringify(broken)};
  const failed = new DatabaseSync(folder + '/hub.sqlite', { readOnly: true }).prepare(${JSON.stringify(failedCount)});
  const look = () => (failed.get().n > 0 ? process.kill(process.pid, 'SIGKILL') : setImmediate(look));
  look();
  await hub.runs.end(Number(id), { status: 'failed', error });`;

test('an end that a kill cut off half way is brought to its end at the next start, each message once', async () => {
  const { store, run } = await openStage('killed');
  const more = 20_000;
  await addWaiting(
    store,
    run,
    Array.from({ length: more }, (_, at) => `M${at}`),
  );
  await store[Symbol.asyncDispose]();
  const doors = ['hub-store.ts', '../../base/clock-in-test.ts'].map((name) => join(import.meta.dirname, name));
  const place = join(folder, 'killed');
  const child = spawn(process.execPath, ['--input-type=module', '--eval', ender, ...doors, place, String(run.id)], {
    stdio: 'inherit',
  });
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
  using reader = new DatabaseSync(join(place, 'hub.sqlite'), { readOnly: true, timeout: 10_000 });
  const countFailed = () => Number(reader.prepare(failedCount).get()?.n);
  const before = countFailed();
  assert.ok(before > 0 && before < count + more - 2, `killed half way, at ${before}`);
  await using hub = openHubStore(place, { clock: createClockInTest() });
  assert.equal(hub.runs.find(run.id)?.state, 'confirmed');
  assert.deepEqual(await hub.runs.finishEnding(), [run.id]);
  const { state, status, error } = hub.runs.find(run.id)!;
  assert.deepEqual([state, status, error?.code], ['ended', 'failed', 'INTERFACE_FILE_INVALID']);
  assert.equal(countFailed(), count + more - 2);
  const open = `SELECT count(*) AS n FROM message WHERE status IN ('New', 'Pending', 'Processing')`;
  assert.equal(reader.prepare(open).get()?.n, 0);
});
