/** Sessions of people in the Console: kept as digests, ended by logging out, by idleness and by age. */
import { hash, randomBytes } from 'node:crypto';
import type { Writing } from './hub-store.ts';

export type Session = { personId: number; csrfToken: string; startedAt: number; lastUsedAt: number };

export type Sessions = {
  readonly idleTimeoutMs: number;
  /** Undefined when the person has another password by now, or is no longer active. */
  start(person: { id: number; passwordHash: string }): Promise<{ token: string; session: Session } | undefined>;
  /** The live session of a cookie. */
  find(token: string): Session | undefined;
  /** Its idle time begins anew; written down at most once a minute. */
  used(token: string, session: Session): Promise<void>;
  end(token: string): Promise<void>;
};

const idleTimeoutMs = 2 * 60 * 60_000;
/** However busy, a person signs in anew after this long. */
const maxAgeMs = 12 * 60 * 60_000;
const touchEveryMs = 60_000;

export function sessionsTable({ store, clock }: Writing): Sessions {
  return {
    idleTimeoutMs,
    async start({ id: personId, passwordHash }) {
      const now = clock.now();
      const token = randomBytes(32).toString('base64url');
      const session = { personId, csrfToken: randomBytes(32).toString('base64url'), startedAt: now, lastUsedAt: now };
      const isStarted = await store.write(() => {
        const over = { idle: now - idleTimeoutMs, age: now - maxAgeMs };
        store.run('DELETE FROM session WHERE last_used_at <= :idle OR started_at <= :age', over);
        const sql = `INSERT INTO session SELECT :digest, id, :csrfToken, :startedAt, :lastUsedAt FROM person
          WHERE id = :personId AND active = 1 AND password_hash = :passwordHash`;
        return store.run(sql, { digest: digestOf(token), passwordHash, ...session }).changes === 1;
      });
      return isStarted ? { token, session } : undefined;
    },
    find(token) {
      const sql = `SELECT person_id AS "personId", csrf_token AS "csrfToken", started_at AS "startedAt",
        last_used_at AS "lastUsedAt" FROM session WHERE digest = :digest`;
      const session = store.get(sql, { digest: digestOf(token) }) as Session | undefined;
      const now = clock.now();
      const live = session && now - session.lastUsedAt < idleTimeoutMs && now - session.startedAt < maxAgeMs;
      return live ? session : undefined;
    },
    async used(token, { lastUsedAt }) {
      const now = clock.now();
      if (now - lastUsedAt < touchEveryMs) return;
      await store.write(() => {
        store.run('UPDATE session SET last_used_at = :now WHERE digest = :digest', { now, digest: digestOf(token) });
      });
    },
    async end(token) {
      await store.write(() => {
        store.run('DELETE FROM session WHERE digest = :digest', { digest: digestOf(token) });
      });
    },
  };
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
