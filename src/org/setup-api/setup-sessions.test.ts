import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { createSetupSessions } from './setup-sessions.ts';

const user = '005000000000001AAA';
const hourMs = 60 * 60_000;

test('a session ends two hours after its last use, and twelve hours after its start however busy it is', () => {
  const clock = createClockInTest();
  const sessions = createSetupSessions({ clock });
  const idle = sessions.start(user).token;
  clock.forward(2 * hourMs);
  assert.equal(sessions.find(idle), undefined);
  const busy = sessions.start(user).token;
  for (let hour = 1; hour < 12; hour += 1) {
    clock.forward(hourMs);
    assert.ok(sessions.find(busy));
  }
  clock.forward(hourMs);
  assert.equal(sessions.find(busy), undefined);
});

test('logging out ends one session, freezing a user ends all of that user', () => {
  const sessions = createSetupSessions({ clock: createClockInTest() });
  const [first, second, other] = [sessions.start(user).token, sessions.start(user).token, sessions.start('005x').token];
  sessions.end(first);
  assert.equal(sessions.find(first), undefined);
  assert.ok(sessions.find(second));
  sessions.endAllOf(user);
  assert.equal(sessions.find(second), undefined);
  assert.ok(sessions.find(other));
});

test('with too many sessions the one unused for longest makes room', () => {
  const sessions = createSetupSessions({ clock: createClockInTest() });
  const [first, second] = [sessions.start(user).token, sessions.start(user).token];
  sessions.find(first);
  for (let round = 0; round < 199; round += 1) sessions.start(user);
  assert.equal(sessions.find(second), undefined);
  assert.ok(sessions.find(first));
});
