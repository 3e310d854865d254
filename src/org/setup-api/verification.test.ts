import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { createOutbox } from './outbox.ts';
import { createSetupSessions } from './setup-sessions.ts';
import { codeLifeMs, createVerification, maxCodesPerHour, maxWrongTries, verifiedMs } from './verification.ts';

function start() {
  const clock = createClockInTest();
  const outbox = createOutbox({ clock });
  const verification = createVerification({ clock, outbox });
  const { session } = createSetupSessions({ clock }).start('005000000000001AAA');
  const newestCode = () => /(?<!\d)\d{6}(?!\d)/.exec(outbox.mails()[0]!.text)![0];
  const wrongCode = () => (newestCode() === '000000' ? '000001' : '000000');
  return { clock, outbox, verification, session, newestCode, wrongCode };
}

test('the code that was mailed lets consumer details be seen for a while', () => {
  const { clock, verification, session, newestCode } = start();
  verification.sendCode(session, 'admin@acme.example');
  assert.equal(verification.isVerified(session), false);
  verification.checkCode(session, newestCode());
  assert.equal(verification.isVerified(session), true);
  clock.forward(verifiedMs);
  assert.equal(verification.isVerified(session), false);
});

test('a code works once, in its own session, and only while it is fresh', () => {
  const { clock, verification, session, newestCode } = start();
  verification.sendCode(session, 'admin@acme.example');
  const other = createSetupSessions({ clock }).start('005000000000001AAA').session;
  assert.throws(() => verification.checkCode(other, newestCode()), /There is no code/);
  verification.checkCode(session, newestCode());
  assert.throws(() => verification.checkCode(session, newestCode()), /There is no code/);
  verification.sendCode(session, 'admin@acme.example');
  clock.forward(codeLifeMs);
  assert.throws(() => verification.checkCode(session, newestCode()), /has expired/);
});

test('wrong tries are counted, and after the last one the right code no longer holds', () => {
  const { verification, session, newestCode, wrongCode } = start();
  verification.sendCode(session, 'admin@acme.example');
  for (let left = maxWrongTries - 1; left > 0; left -= 1)
    assert.throws(
      () => verification.checkCode(session, wrongCode()),
      left === 1 ? /One try is left/ : new RegExp(`${left} tries`),
    );
  assert.throws(() => verification.checkCode(session, wrongCode()), /no longer holds/);
  assert.throws(() => verification.checkCode(session, newestCode()), /There is no code/);
  assert.equal(verification.isVerified(session), false);
});

test('asking for code after code is no way to guess on', () => {
  const { clock, verification, session } = start();
  for (let round = 0; round < maxCodesPerHour; round += 1) verification.sendCode(session, 'admin@acme.example');
  assert.throws(() => verification.sendCode(session, 'admin@acme.example'), /within an hour/);
  clock.forward(60 * 60_000);
  verification.sendCode(session, 'admin@acme.example');
});
