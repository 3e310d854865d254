/** Who is logged in on the login page, by cookie: in memory, and ended by time, by a new password and by a restart. */
import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../../base/index.ts';
import type { SetupModel } from '../setup/index.ts';

export type LoginSessions = {
  /** A new name for the cookie: the one from before the login is never that of a session. */
  start(userId: string): string;
  /** The user's id. */
  find(cookie: string): string | undefined;
  end(cookie: string): void;
};

type Session = { userId: string; passwordHash: string | undefined; lastUsedAt: number; startedAt: number };

/** As a session of Salesforce that is not used. */
const idleTimeoutMs = 2 * 60 * 60_000;
const maxAgeMs = 12 * 60 * 60_000;
/** Beyond it the one unused for longest ends. */
const maxSessions = 1_000;

/** `findPasswordHash` tells whether the password is still the one the user came with. */
export function createLoginSessions({
  clock,
  findPasswordHash,
}: { clock: Clock } & Pick<SetupModel, 'findPasswordHash'>): LoginSessions {
  const sessions = new Map<string, Session>();
  const isLive = ({ userId, passwordHash, lastUsedAt, startedAt }: Session, now: number) =>
    now - lastUsedAt < idleTimeoutMs && now - startedAt < maxAgeMs && findPasswordHash(userId) === passwordHash;
  return {
    start(userId) {
      for (const oldest of sessions.keys()) {
        if (sessions.size < maxSessions) break;
        sessions.delete(oldest);
      }
      const cookie = createCookieName();
      const now = clock.now();
      const passwordHash = findPasswordHash(userId);
      sessions.set(digestOf(cookie), { userId, passwordHash, lastUsedAt: now, startedAt: now });
      return cookie;
    },
    find(cookie) {
      const digest = digestOf(cookie);
      const session = sessions.get(digest);
      sessions.delete(digest);
      const now = clock.now();
      if (session === undefined || !isLive(session, now)) return undefined;
      sessions.set(digest, { ...session, lastUsedAt: now });
      return session.userId;
    },
    end: (cookie) => void sessions.delete(digestOf(cookie)),
  };
}

/** 256 bits of chance. */
export function createCookieName(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(cookie: string): string {
  return hash('sha256', cookie, 'base64');
}
