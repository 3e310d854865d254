/** Sessions of administrators in Setup: in memory, ended by logging out, by idleness, by age and by a restart. */
import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../../base/index.ts';

export type SetupSession = {
  readonly userId: string;
  /** Sent with every call that changes something, in the header X-CSRF-Token. */
  readonly csrfToken: string;
  readonly startedAt: number;
  lastUsedAt: number;
  /** Until when consumer details may be seen: the identity was verified by a code. */
  verifiedUntil: number;
};

export type SetupSessions = {
  readonly idleTimeoutMs: number;
  start(userId: string): { token: string; session: SetupSession };
  /** The live session of a cookie; its idle time begins anew. */
  find(token: string): SetupSession | undefined;
  end(token: string): void;
  /** All of a user, e.g. when the user was frozen. */
  endAllOf(userId: string): void;
};

/** Salesforce's default session timeout. */
const idleTimeoutMs = 2 * 60 * 60_000;
/** However busy, an administrator signs in anew after this long. */
const maxAgeMs = 12 * 60 * 60_000;
/** More than people administer one org; beyond it, the session unused for longest ends. */
const maxSessions = 200;

export function createSetupSessions({ clock }: { clock: Clock }): SetupSessions {
  const sessions = new Map<string, SetupSession>();
  const isLive = ({ startedAt, lastUsedAt }: SetupSession, now: number) =>
    now - lastUsedAt < idleTimeoutMs && now - startedAt < maxAgeMs;
  function makeRoom(now: number): void {
    for (const [digest, session] of sessions) if (!isLive(session, now)) sessions.delete(digest);
    for (const digest of sessions.keys()) {
      if (sessions.size < maxSessions) return;
      sessions.delete(digest);
    }
  }
  return {
    idleTimeoutMs,
    start(userId) {
      const now = clock.now();
      makeRoom(now);
      const token = randomBytes(32).toString('base64url');
      const csrfToken = randomBytes(32).toString('base64url');
      const session = { userId, csrfToken, startedAt: now, lastUsedAt: now, verifiedUntil: 0 };
      sessions.set(digestOf(token), session);
      return { token, session };
    },
    find(token) {
      const digest = digestOf(token);
      const session = sessions.get(digest);
      sessions.delete(digest);
      if (session === undefined || !isLive(session, clock.now())) return undefined;
      session.lastUsedAt = clock.now();
      sessions.set(digest, session);
      return session;
    },
    end: (token) => void sessions.delete(digestOf(token)),
    endAllOf(userId) {
      for (const [digest, session] of sessions) if (session.userId === userId) sessions.delete(digest);
    },
  };
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
