import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { openCallsThread } from './calls-thread.ts';
import { openHubFile } from './hub-file.ts';

const message = { interfaceId: 1, version: 1, key: 'a', refused: null, payload: '{"number":"1"}', parent: null };
const made = {
  caller: { identity: 'client 1', name: 'Till' },
  interfaceId: 1,
  interfaces: [1],
  mode: 'Asynchronous',
  modeReason: 'as the call asks',
  records: 1,
} as const;

function callOf(messages: number) {
  const folded = JSON.stringify(Array.from({ length: messages }, () => message));
  return { made, call: randomUUID(), messages, folded };
}

async function openInTest() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-calls-thread-'));
  const store = openHubFile(folder);
  const clock = createClockInTest();
  const batches: number[] = [];
  const thread = openCallsThread({ folder, store, clock, onCommitted: (works) => batches.push(works) });
  const close = async () => {
    await thread[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, store, thread, batches, [Symbol.asyncDispose]: close };
}

test('calls that come together share a commit, and each hears of it when another process can read it', async () => {
  await using stage = await openInTest();
  using other = new DatabaseSync(join(stage.folder, 'hub.sqlite'), { readOnly: true });
  const rowOf = other.prepare('SELECT id, first_message AS first, state FROM call WHERE call = :call');
  const calls = Array.from({ length: 40 }, (_, number) => callOf((number % 3) + 1));
  const accepted = await Promise.all(
    calls.map(async (call) => {
      const written = await stage.thread.accept(call);
      assert.deepEqual({ ...rowOf.get({ call: call.call }) }, { ...written, state: 'accepted' });
      return written;
    }),
  );
  assert.deepEqual(stage.batches, [40]);
  let next = 1;
  for (const [place, { first }] of accepted.entries()) {
    assert.equal(first, next, 'ids follow the order of the calls, without a gap');
    next += calls[place]?.messages ?? 0;
  }
});

test('between the writers of this process and those of the thread nobody waits for a lock, and nothing is lost', async () => {
  await using stage = await openInTest();
  const works = Array.from({ length: 150 }, (_, number) => {
    if (number % 3 === 0) return stage.thread.accept(callOf(1));
    if (number % 3 === 1) return stage.thread.unfold(100);
    return stage.store.write(() =>
      stage.store.run(
        `INSERT INTO audit_entry (at, actor, action, section, display) VALUES (1, 'admin', 'x', 'y', 'z')`,
      ),
    );
  });
  await Promise.all(works);
  await stage.thread.unfold(100);
  const count = (table: string) => Number(stage.store.get(`SELECT count(*) AS n FROM ${table}`)?.n);
  assert.deepEqual([count('call'), count('message'), count('audit_entry')], [50, 50, 50]);
});

test('what the thread cannot write is refused with the error of the store, and taken once it can be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-calls-thread-'));
  const giveTurn = <Result>(work: () => Promise<Result>) => work();
  await writeFile(join(folder, 'hub.sqlite'), 'this is no database, and it is long enough to be looked at as one');
  const thread = openCallsThread({ folder, store: { giveTurn }, clock: createClockInTest() });
  await assert.rejects(thread.accept(callOf(1)), { name: 'SluiceError', code: 'FILE_UNREADABLE' });
  await rm(join(folder, 'hub.sqlite'));
  assert.deepEqual(await thread.accept(callOf(2)), { id: 1, first: 1 });
  assert.deepEqual(await thread.accept(callOf(1)), { id: 2, first: 3 });
  await thread[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
