/** Answers to calls with an Idempotency-Key, given again when the same call comes again. */
import type { SqliteFile } from '../../store/index.ts';

export type Answer = {
  status: number;
  contentType: string;
  body: string;
  /** Not kept: what the call tells of itself is said anew. */
  headers?: Readonly<Record<string, string>>;
};

/** Which call it is: the same key and fingerprint are the same call. */
export type Once = { key: string; fingerprint: string; keptUntil: number };

/** `answer`: null while it is under way. */
export type KeptAnswer = { fingerprint: string; callId: number; answer: Answer | null };

/** As the transaction sees it that is under way; one that is kept long enough is gone. */
export function findKeptAnswer(store: SqliteFile, caller: string, key: string, now: number): KeptAnswer | undefined {
  const sql = `SELECT fingerprint, call_id AS "callId", status, content_type AS "contentType", body FROM kept_answer
    WHERE caller = :caller AND key = :key AND kept_until > :now`;
  const row = store.prepare(sql).get({ caller, key, now }) as (Answer & KeptAnswer) | undefined;
  if (row === undefined) return undefined;
  const { fingerprint, callId, status, contentType, body } = row;
  return { fingerprint, callId, answer: status === null ? null : { status, contentType, body } };
}

type Keeping = { caller: string; once: Once; callId: number; answer: Answer | null; now: number };

/** Inside a transaction only. What was kept long enough goes at the same time. */
export function keepAnswer(store: SqliteFile, { caller, once, callId, answer, now }: Keeping): void {
  store.run('DELETE FROM kept_answer WHERE kept_until <= :now', { now });
  const sql = `INSERT INTO kept_answer (caller, key, fingerprint, call_id, status, content_type, body, kept_until)
    VALUES (:caller, :key, :fingerprint, :callId, :status, :contentType, :body, :keptUntil)`;
  const { status = null, contentType = null, body = null } = answer ?? {};
  store.run(sql, { caller, ...once, callId, status, contentType, body });
}

/** Inside a transaction only. */
export function finishAnswer(store: SqliteFile, callId: number, { status, contentType, body }: Answer): void {
  const sql = `UPDATE kept_answer SET status = :status, content_type = :contentType, body = :body WHERE call_id = :callId`;
  store.run(sql, { callId, status, contentType, body });
}
