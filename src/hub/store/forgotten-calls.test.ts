import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { openSqliteFile } from '../../store/index.ts';
import { createWriting } from './hub-store.ts';
import { openStoreInTest, type StoreInTest } from './messages-in-test.ts';
import { retentionTable } from './retention.ts';
import { defaultRules } from './retention-rules.ts';

const dayMs = 24 * 60 * 60_000;

const anyMessage = fc.record({
  status: fc.constantFrom('Completed', 'Cancelled', 'Failed', 'New', 'Processing'),
  days: fc.integer({ min: 0, max: 12 }),
});
const anyCall = fc.record({
  messages: fc.array(anyMessage, { minLength: 1, maxLength: 3 }),
  /** For how long its answer is still kept; null: it came without an Idempotency-Key. */
  keptMs: fc.option(fc.constantFrom(-1, 0, 1, dayMs)),
  isUnfolded: fc.boolean(),
  hasOpenRun: fc.boolean(),
});
type PlantedCall = typeof anyCall extends fc.Arbitrary<infer Call> ? Call : never;

const caller = { identity: 'client:1', name: 'shop' };
const answer = { status: 202, contentType: 'application/json', body: '{}' };

async function plant(hub: StoreInTest, number: number, call: PlantedCall): Promise<number> {
  const { calls, clock, interfaceId } = hub;
  const { keptMs, messages } = call;
  const key = `key ${number}`;
  const once = keptMs === null ? undefined : { key, fingerprint: key, keptUntil: clock.now() + keptMs };
  const made = {
    caller,
    interfaceId,
    interfaces: [interfaceId],
    mode: 'Batch',
    modeReason: 'asked for',
    records: 1,
  } as const;
  const one = { interfaceId, version: 1, key, refused: null, payload: '{}', parent: null };
  let id = 0;
  const answerOf = (accepted: { id: number }) => {
    id = accepted.id;
    return answer;
  };
  await calls.accept(
    made,
    messages.map(() => one),
    { once, answerOf },
  );
  if (call.isUnfolded) await unfold(hub, id, call);
  return id;
}

async function unfold(hub: StoreInTest, id: number, { messages, hasOpenRun }: PlantedCall): Promise<void> {
  const { calls, file, clock } = hub;
  while (await calls.unfold());
  const ids = file.all('SELECT id FROM message WHERE call_id = :id ORDER BY id', { id });
  await file.write(() => {
    for (const [place, { status, days }] of messages.entries()) {
      const at = ['New', 'Processing'].includes(status) ? null : clock.now() - days * dayMs - 1;
      const sql = 'UPDATE message SET status = :status, settled_at = :at WHERE id = :message';
      file.run(sql, { status, at, message: Number(ids[place]?.id) });
    }
    if (!hasOpenRun) return;
    const run = file.run(
      `INSERT INTO run (run, interface_id, direction, agent_row, trigger, state, asked_at, asked_by)
        VALUES (:run, 1, 'inbound', 1, 'records', 'running', 0, 'x')`,
      { run: `of call ${id}` },
    );
    file.run('UPDATE call SET run_id = :run WHERE id = :id', { run: run.id, id });
  });
}

test('a call goes with the last of its messages, unless its answer is still to be given again or its run is open', async () => {
  const lists = fc.array(anyCall, { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(lists, async (drawn) => {
    await using hub = await openStoreInTest();
    // What is not unfolded comes last, since the next unfolding takes all.
    const planted = drawn.toSorted((a, b) => Number(b.isUnfolded) - Number(a.isUnfolded));
    const ids = [];
    for (const [number, call] of planted.entries()) ids.push(await plant(hub, number, call));
    await hub.retention.change('ann', { ...defaultRules, completedDays: 5, failedDays: 8 }, 0);
    const isLeft = ({ status, days }: PlantedCall['messages'][number]) =>
      ['New', 'Processing'].includes(status) || days < (status === 'Failed' ? 8 : 5);
    const stays = ({ messages, keptMs, isUnfolded, hasOpenRun }: PlantedCall) =>
      !isUnfolded || hasOpenRun || (keptMs ?? 0) > 0 || messages.some(isLeft);
    const left = ids.filter((_, place) => stays(planted[place] as PlantedCall));
    const { calls } = await hub.retention.forget(async () => true);
    assert.deepEqual(
      hub.file.all('SELECT id FROM call ORDER BY id').map(({ id }) => id),
      left,
    );
    assert.equal(calls, ids.length - left.length);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a call that was kept for its answer goes once that is no longer given again', async () => {
  await using hub = await openStoreInTest();
  const messages = [{ status: 'Completed', days: 40 }] as const;
  await plant(hub, 1, { messages: [...messages], keptMs: dayMs, isUnfolded: true, hasOpenRun: false });
  const forget = () => hub.retention.forget(async () => true);
  assert.deepEqual(await forget(), { messages: 1, calls: 0, runs: 0, reports: 0, buckets: 0 });
  hub.clock.forward(dayMs - 1);
  assert.equal((await forget()).calls, 0);
  hub.clock.forward(1);
  assert.equal((await forget()).calls, 1);
});

test('calls go too when messages go because there are too many, or the store is too large', async () => {
  for (const rules of [{ mostMessages: 1 }, { mostBytes: 1 }]) {
    await using hub = await openStoreInTest();
    const young = { messages: [{ status: 'Completed' as const, days: 0 }], keptMs: null, hasOpenRun: false };
    for (const number of [1, 2, 3]) await plant(hub, number, { ...young, isUnfolded: true });
    await hub.retention.change('ann', { ...defaultRules, ...rules }, 0);
    await hub.retention.forget(async () => true);
    const count = (table: string) => hub.file.get(`SELECT count(*) AS n FROM ${table}`)?.n;
    assert.deepEqual([count('message'), count('call')], 'mostMessages' in rules ? [1, 1] : [0, 0]);
  }
});

test('calls whose messages an older version forgot go at the first time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-older-hub-'));
  const migrations = join(folder, 'sql');
  await mkdir(migrations);
  const now = join(import.meta.dirname, 'sql');
  const older = (await readdir(now)).filter((name) => name < '000008');
  for (const name of older) await cp(join(now, name), join(migrations, name));
  const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;
  const open = (from: string) => openSqliteFile({ folder, name: 'hub.sqlite', migrations: from, errors });
  {
    await using file = open(migrations);
    const add = `INSERT INTO call (call, caller, caller_name, interface_id, interfaces, mode, mode_reason, state, arrived_at, moved_at)
      VALUES (:call, 'x', 'x', 1, '[1]', 'Batch', 'asked for', :state, 0, 0)`;
    await file.write(() => {
      for (const [call, state] of [
        ['gone', 'ready'],
        ['accepted', 'accepted'],
        ['kept', 'ready'],
      ] as const) {
        const { id } = file.run(add, { call, state });
        if (call === 'kept')
          file.run(`INSERT INTO message (interface_id, status, arrived_at, call_id) VALUES (1, 'New', 0, :id)`, { id });
      }
    });
  }
  {
    await using file = open(now);
    const retention = retentionTable(createWriting(file, createClockInTest()));
    assert.equal((await retention.forget(async () => true)).calls, 1);
    assert.deepEqual(
      file.all('SELECT call FROM call ORDER BY id').map(({ call }) => call),
      ['accepted', 'kept'],
    );
  }
  await rm(folder, { recursive: true, force: true });
});
