import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { createFailureTable } from './failure-table.ts';
import { createLockOut } from './lock-out.ts';
import { openServerInTest, refused, withSecret } from './server-in-test.ts';
import { createSigner } from './signature.ts';

const form = { grant_type: 'client_credentials', ...withSecret };
const guess = (index: number) => hash('sha256', `guess ${index}`, 'buffer');

function createStage() {
  const clock = { at: 1_000_000, now: () => clock.at };
  const lockOut = createLockOut({ clock });
  const fail = (from: number, count: number, address = '192.0.2.1') => {
    for (let index = from; index < from + count; index += 1) lockOut.failed('app', address, guess(index));
  };
  return { clock, lockOut, fail };
}

test('after ten wrong secrets each further one doubles the wait, up to a quarter of an hour', () => {
  const { clock, lockOut, fail } = createStage();
  fail(0, 9);
  assert.equal(lockOut.waitMs('app', '192.0.2.1'), 0);
  const waits: number[] = [];
  for (let index = 9; index < 22; index += 1) {
    fail(index, 1);
    waits.push(lockOut.waitMs('app', '192.0.2.1') / 1000);
    clock.at += 900_000;
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
});

test('the same wrong secret again is no new guess', () => {
  const { lockOut } = createStage();
  for (let index = 0; index < 1000; index += 1) lockOut.failed('app', '192.0.2.1', guess(index % 2));
  assert.equal(lockOut.waitMs('app', '192.0.2.1'), 0);
});

test('another address and another app are not locked, the neighbours of an IPv6 address are', () => {
  const { lockOut, fail } = createStage();
  fail(0, 20);
  assert.equal(lockOut.waitMs('app', '192.0.2.2'), 0);
  assert.equal(lockOut.waitMs('other', '192.0.2.1'), 0);
  fail(0, 20, '2001:db8:0:1::5');
  assert.ok(lockOut.waitMs('app', '2001:db8:0:1:ffff::6') > 0);
  assert.equal(lockOut.waitMs('app', '2001:db8:0:2::5'), 0);
  lockOut.succeeded('app', '192.0.2.1');
  assert.equal(lockOut.waitMs('app', '192.0.2.1'), 0);
});

test('memory is bounded: whoever failed longest ago is forgotten first', () => {
  const clock = { now: () => 0 };
  const lockOut = createLockOut({ clock, maxPairs: 128 });
  const address = (index: number) => `10.0.${index >> 8}.${index & 255}`;
  const failOften = (index: number) => {
    for (let count = 0; count < 10; count += 1) lockOut.failed('app', address(index), guess(count));
  };
  failOften(0);
  assert.equal(lockOut.waitMs('app', address(0)), 1000);
  for (let index = 1; index < 10_000; index += 1) lockOut.failed('app', address(index), guess(index));
  assert.equal(lockOut.size, 128);
  assert.equal(lockOut.waitMs('app', address(0)), 0);
  failOften(10_000);
  assert.equal(lockOut.waitMs('app', address(10_000)), 1000);
  assert.equal(lockOut.size, 128);
});

test('a million pairs that failed take no more room than the table had at first, and the last of them is known', () => {
  const table = createFailureTable(64);
  const digest = (index: number) => hash('sha256', String(index), 'binary');
  for (let index = 0; index < 1_000_000; index += 1) table.addFailure(table.placeOf(digest(index)), index);
  assert.equal(table.size, 64);
  const last = table.placeOf(digest(999_999));
  assert.deepEqual([table.addFailure(last, 999_999), table.addFailure(last, 1), table.addFailure(last, 2)], [0, 2, 3]);
  table.lock(last, 5);
  assert.equal(table.lockedUntil(last), 5);
  table.forget(last);
  assert.deepEqual([table.lockedUntil(last), table.size], [0, 63]);
});

test('a locked address is refused even with the right secret, and learns nothing; the owner elsewhere gets in', async () => {
  const { send, clock, events } = openServerInTest();
  for (let index = 0; index < 12; index += 1) await send('token', { ...form, client_secret: `guess ${index}` });
  const wrong = refused('invalid_client', 'invalid client credentials');
  assert.deepEqual((await send('token', form)).json, wrong);
  assert.equal(events.at(-1)?.outcome, 'too many wrong secrets');
  assert.equal((await send('token', form, { remoteAddress: '192.0.2.2' })).status, 200);
  clock.at += 900_000;
  assert.equal((await send('token', form)).status, 200);
});

test('in the standard dialect the wait is told', async () => {
  const { send } = openServerInTest({ dialect: 'standard' });
  for (let index = 0; index < 12; index += 1) await send('token', { ...form, client_secret: `guess ${index}` });
  const { status, headers } = await send('token', form);
  assert.deepEqual([status, headers['Retry-After']], [429, '1']);
});

test('in the standard dialect an unknown client is told to wait as a known one is, and nobody learns which it was', async () => {
  const unknown = { ...form, client_id: 'nobody' };
  const answers = async (sent: Record<string, string>) => {
    const { send } = openServerInTest({ dialect: 'standard' });
    const all: unknown[] = [];
    for (let index = 0; index < 14; index += 1) {
      const { status, headers, body } = await send('token', { ...sent, client_secret: `guess ${index}` });
      all.push([status, headers, body]);
    }
    return all;
  };
  assert.deepEqual(await answers(unknown), await answers(form));
});

test('a key that is unknown is told so however often it comes, and keeps nobody else from signing in', async () => {
  const { send, events } = openServerInTest();
  const unknown = { ...form, client_id: 'nobody' };
  for (let index = 0; index < 14; index += 1) {
    const { json } = await send('token', { ...unknown, client_secret: `guess ${index}` });
    assert.deepEqual(json, refused('invalid_client_id', 'client identifier invalid'));
  }
  assert.equal(events.at(-1)?.outcome, 'too many unknown clients');
  assert.equal((await send('token', form)).status, 200);
});

test('while a secret is being changed both are right, and the answer is signed with the one that came', async () => {
  const second = 'C3'.repeat(32);
  const secondSecret = { secretDigest: hash('sha256', second, 'buffer'), sign: createSigner(second) };
  const { send, events } = openServerInTest({ app: { secondSecret } });
  assert.equal((await send('token', form)).status, 200);
  const { json } = await send('token', { ...form, client_secret: second });
  assert.equal(json.signature, createSigner(second)(`${json.id}${json.issued_at}`));
  assert.deepEqual(
    events.map(({ provedBy }) => provedBy),
    ['first secret', 'second secret'],
  );
  assert.equal((await send('token', { ...form, client_secret: 'third' })).status, 400);
});
