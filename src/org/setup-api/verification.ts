/** Verify Your Identity: a code of six digits by mail, before a consumer key and secret are shown. */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/index.ts';
import { type ApiRefused, isSameText, refuseCall, refuseField } from '../../web/index.ts';
import type { Outbox } from './outbox.ts';
import type { SetupSession } from './setup-sessions.ts';

export type Verification = {
  /** Mails a new code, which takes the place of an earlier one. */
  sendCode(session: SetupSession, to: string): { expiresAt: number };
  /** @throws ApiRefused for a wrong, used or expired code, and after too many wrong ones. */
  checkCode(session: SetupSession, code: string): { verifiedUntil: number };
  isVerified(session: SetupSession): boolean;
};

export const codeLifeMs = 10 * 60_000;
/** How long consumer details can be seen after a right code. */
export const verifiedMs = 10 * 60_000;
/** Wrong tries of one code. */
export const maxWrongTries = 5;
/** Codes a user may ask for in an hour, so that asking again is no way to guess on. */
export const maxCodesPerHour = 10;
const hourMs = 60 * 60_000;

type Pending = { session: SetupSession; code: string; expiresAt: number; wrongTries: number };
type Asked = { since: number; codes: number };

/** Codes belong to a session; how many were asked for is counted by user. */
export function createVerification({ clock, outbox }: { clock: Clock; outbox: Outbox }): Verification {
  const pending = new WeakMap<SetupSession, Pending>();
  const asked = new Map<string, Asked>();
  function countCode(userId: string): void {
    const now = clock.now();
    const known = asked.get(userId);
    const count = known && now - known.since < hourMs ? known : { since: now, codes: 0 };
    if (count.codes >= maxCodesPerHour) throw tooManyCodes(Math.ceil((count.since + hourMs - now) / 60_000));
    count.codes += 1;
    asked.set(userId, count);
  }
  return {
    sendCode(session, to) {
      countCode(session.userId);
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const expiresAt = clock.now() + codeLifeMs;
      pending.set(session, { session, code, expiresAt, wrongTries: 0 });
      outbox.send({ to, subject: 'Verify your identity', text: mailText(code) });
      return { expiresAt };
    },
    checkCode(session, code) {
      const waiting = pending.get(session);
      if (waiting === undefined) throw refuseField('code', 'There is no code to verify.', sendAnother);
      if (clock.now() >= waiting.expiresAt) {
        pending.delete(session);
        throw refuseField('code', 'The verification code has expired.', sendAnother);
      }
      if (!isSameText(code, waiting.code)) throw countWrongTry(waiting, pending);
      pending.delete(session);
      session.verifiedUntil = clock.now() + verifiedMs;
      return { verifiedUntil: session.verifiedUntil };
    },
    isVerified: ({ verifiedUntil }) => clock.now() < verifiedUntil,
  };
}

const sendAnother = 'Send another code, and enter the one in the newest mail in the Outbox.';

function countWrongTry(waiting: Pending, pending: WeakMap<SetupSession, Pending>): ApiRefused {
  waiting.wrongTries += 1;
  const left = maxWrongTries - waiting.wrongTries;
  if (left > 0) {
    const tries = left === 1 ? 'One try is' : `${left} tries are`;
    return refuseField(
      'code',
      `The verification code is wrong. ${tries} left.`,
      'Enter the six digits of the newest mail in the Outbox.',
    );
  }
  pending.delete(waiting.session);
  return refuseField(
    'code',
    `The verification code was wrong ${maxWrongTries} times and no longer holds.`,
    sendAnother,
  );
}

function tooManyCodes(minutes: number): ApiRefused {
  return refuseCall(
    429,
    `${maxCodesPerHour} verification codes were asked for within an hour.`,
    `Use the newest one, or wait ${minutes} minutes.`,
  );
}

function mailText(code: string): string {
  return [
    'Somebody asked to see the consumer key and secret of an app, with your session in Setup.',
    '',
    `Verification code: ${code}`,
    '',
    `It holds for ${codeLifeMs / 60_000} minutes. If it was not you, log out of Setup and have your password reset.`,
  ].join('\n');
}
