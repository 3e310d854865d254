import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockInTest } from '../base/clock-in-test.ts';
import { createAttempts } from './attempts.ts';

test('six wrong passwords in a row are free, and the seventh waits, each time longer', () => {
  const clock = createClockInTest();
  const attempts = createAttempts({ clock });
  const waits = Array.from({ length: 7 }, () => attempts.begin('admin@acme.example', '127.0.0.1'));
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 0, 30_000]);
  clock.forward(30_000);
  assert.equal(attempts.begin('ADMIN@acme.example', '127.0.0.1'), 0);
  assert.equal(attempts.begin('admin@acme.example', '127.0.0.1'), 60_000);
});

test('tries sent all at once are counted before any of them is looked at', () => {
  const attempts = createAttempts({ clock: createClockInTest() });
  const free = Array.from({ length: 100 }, () => attempts.begin('admin', 'a')).filter((wait) => wait === 0);
  assert.equal(free.length, 6);
});

test('a stranger elsewhere does not make the administrator wait', () => {
  const attempts = createAttempts({ clock: createClockInTest() });
  for (let round = 0; round < 10; round += 1) attempts.begin('admin', '192.0.2.1');
  assert.equal(attempts.begin('admin', '127.0.0.1'), 0);
});

test('the right password, or an hour of peace, ends the row', () => {
  const clock = createClockInTest();
  const attempts = createAttempts({ clock });
  for (let round = 0; round < 6; round += 1) attempts.begin('admin', 'a');
  attempts.succeed('admin', 'a');
  for (let round = 0; round < 6; round += 1) assert.equal(attempts.begin('admin', 'a'), 0);
  clock.forward(60 * 60_000);
  assert.equal(attempts.begin('admin', 'a'), 0);
});

test('a million names take no more room than ten thousand', () => {
  const attempts = createAttempts({ clock: createClockInTest() });
  for (let round = 0; round < 6; round += 1) attempts.begin('first', 'a');
  for (let round = 0; round < 10_000; round += 1) attempts.begin(`name ${round}`, 'a');
  assert.equal(attempts.begin('first', 'a'), 0, 'the oldest was forgotten');
});
