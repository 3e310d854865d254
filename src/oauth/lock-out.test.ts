import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
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
  const lockOut = createLockOut({ clock, maxPairs: 100 });
  for (let index = 0; index < 10_000; index += 1)
    lockOut.failed('app', `10.0.${index >> 8}.${index & 255}`, guess(index));
  assert.ok(lockOut.size <= 100 && lockOut.size >= 90);
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
