/** Keeps tokens and logins on disk: one transaction for all that came together, and, where it must last, an answer only after its commit. */
import type { TokenJournal, TokenRecord } from '../../oauth/index.ts';
import { idAt, instancePart } from '../schema/index.ts';
import type { LoginRow } from './login-history.ts';
import type { SetupDatabase } from './setup-database.ts';

export type SetupJournal = TokenJournal & {
  /** A row of Login History, and for a login that succeeded the key it came with. */
  login(row: LoginRow | undefined, usedKey: KeyUse | undefined): void | Promise<void>;
  /** Tokens that have not ended; those that have are deleted. */
  load(now: number): TokenRecord[];
  /** Logins of users since then that succeeded, oldest first. */
  loginsSince(at: number): { userId: string; at: number }[];
  /** Writes what is waiting. */
  flush(): void;
};

export type KeyUse = { consumerKey: string; userId: string; at: number };

type Batch = {
  added: TokenRecord[];
  removed: TokenRecord[];
  touched: Set<TokenRecord>;
  logins: LoginRow[];
  keyUses: Map<string, KeyUse>;
  lastLogins: Map<string, number>;
  committed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
};

const tokenIdHead = `0CQ${instancePart}`;
const loginIdHead = `0Ya${instancePart}`;
/** Login History is as long as this; the oldest go first, some at a time. */
const maxLogins = 100_000;
const trimEvery = 1_000;

/** The id of a token, as OauthToken and the token inventory have it. */
export function tokenIdOf({ id }: Pick<TokenRecord, 'id'>): string {
  return idAt(tokenIdHead, id);
}

/** Where nobody waits for the disk, changes wait this long for company: a transaction for each alone would cost more than its token. */
const gatherMs = 20;
const gatheredAtMost = 512;

/**
 * `durable`: each promise resolves when its change is on disk, together with all that came in the same turn of the event loop.
 * Otherwise there is none, and what was handed over is written a little later, or by `flush` before anybody looks at the store.
 */
export function createSetupJournal(store: SetupDatabase, { durable }: { durable: boolean }): SetupJournal {
  const write = createWriter(store);
  let batch: Batch | undefined;

  let timer: NodeJS.Timeout | undefined;

  function current(): Batch {
    if (batch && (durable || batch.added.length + batch.logins.length < gatheredAtMost)) return batch;
    if (batch) flush();
    if (durable) setImmediate(flush);
    else timer = setTimeout(flush, gatherMs);
    batch = createBatch();
    return batch;
  }

  function flush(): void {
    const full = batch;
    if (!full) return;
    batch = undefined;
    clearTimeout(timer);
    try {
      store.transaction(() => write(full));
      full.resolve();
    } catch (error) {
      full.reject(error);
    }
  }

  const committedOf = ({ committed }: Batch) => (durable ? committed : undefined);
  return {
    append(record) {
      const into = current();
      into.added.push(record);
      return committedOf(into);
    },
    remove(record) {
      const into = current();
      into.removed.push(record);
      return committedOf(into);
    },
    touch: (record) => void current().touched.add(record),
    login(row, use) {
      const into = current();
      if (row !== undefined) into.logins.push(row);
      if (use !== undefined) {
        into.keyUses.set(use.consumerKey, use);
        into.lastLogins.set(use.userId, use.at);
      }
      return committedOf(into);
    },
    load: (now) => load(store, now),
    loginsSince: (at) => loginsSince(store, at),
    flush,
  };
}

function createBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A batch of uses alone has nobody who waits for it.
  promise.catch(() => undefined);
  const lists = { added: [], removed: [], logins: [], touched: new Set<TokenRecord>() };
  const latest = { keyUses: new Map<string, KeyUse>(), lastLogins: new Map<string, number>() };
  return { ...lists, ...latest, committed: promise, resolve, reject };
}

function createWriter(store: SetupDatabase): (batch: Batch) => void {
  const { database } = store;
  const writeTokens = createTokenWriter(store);
  const writeLogins = createLoginWriter(store);
  const lastLogin = database.prepare(`UPDATE "User" SET "LastLoginDate" = ? WHERE "Id" = ?`);
  const used = database.prepare(
    'UPDATE consumer_credential SET last_used_at = ?, last_used_by_id = ? WHERE consumer_key = ?',
  );
  return (batch) => {
    writeTokens(batch);
    writeLogins(batch.logins);
    for (const { consumerKey, userId, at } of batch.keyUses.values()) used.run(at, userId, consumerKey);
    for (const [userId, at] of batch.lastLogins) lastLogin.run(at, userId);
  };
}

function createTokenWriter({ database }: SetupDatabase): (batch: Batch) => void {
  const insert = database.prepare(
    `INSERT INTO access_token (id, token_id, digest, app_id, user_id, issued_at, last_used_at, timeout_ms, expires_at, scopes, grant_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare(`DELETE FROM access_token WHERE id = ?`);
  const touch = database.prepare(`UPDATE access_token SET last_used_at = ?, use_count = use_count + 1 WHERE id = ?`);
  return ({ added, removed, touched }) => {
    for (const record of added) {
      const { id, digest, appId, userId, issuedAt, lastUsedAt, timeoutMs, expiresAt, scopes, grantId } = record;
      const rest = [expiresAt ?? null, scopes?.join(' ') ?? null, grantId ?? null] as const;
      insert.run(id, tokenIdOf(record), digest, appId, userId, issuedAt, lastUsedAt, timeoutMs, ...rest);
    }
    for (const { id, lastUsedAt } of touched) touch.run(lastUsedAt, id);
    for (const { id } of removed) remove.run(id);
  };
}

function createLoginWriter({ database }: SetupDatabase): (logins: readonly LoginRow[]) => void {
  const insert = database.prepare(
    `INSERT INTO login_history (number, id, at, user_id, application, status, login_type, login_sub_type, source_ip, login_url)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const trim = database.prepare('DELETE FROM login_history WHERE number <= ?');
  let number = Number(database.prepare('SELECT max(number) AS last FROM login_history').get()?.last ?? 0);
  return (logins) => {
    for (const { at, userId, application, status, loginType, loginSubType, sourceIp, loginUrl } of logins) {
      number += 1;
      const id = idAt(loginIdHead, number);
      insert.run(number, id, at, userId, application, status, loginType, loginSubType, sourceIp, loginUrl);
      if (number % trimEvery === 0) trim.run(number - maxLogins);
    }
  };
}

function load({ database }: SetupDatabase, now: number): TokenRecord[] {
  database.prepare(`DELETE FROM access_token WHERE coalesce(expires_at, last_used_at + timeout_ms) <= ?`).run(now);
  const rows = database.prepare('SELECT * FROM access_token ORDER BY issued_at').all();
  const name = database.prepare('UPDATE access_token SET token_id = ? WHERE id = ?');
  return rows.map((row) => {
    const record = {
      id: Number(row.id),
      digest: String(row.digest),
      appId: String(row.app_id),
      userId: String(row.user_id),
      issuedAt: Number(row.issued_at),
      lastUsedAt: Number(row.last_used_at),
      timeoutMs: Number(row.timeout_ms),
      ...(row.expires_at === null ? {} : { expiresAt: Number(row.expires_at) }),
      ...(row.scopes === null ? {} : { scopes: String(row.scopes).split(' ') }),
      ...(row.grant_id === null ? {} : { grantId: String(row.grant_id) }),
    };
    // Tokens of the first stage had no id that could be shown.
    if (row.token_id === null) name.run(tokenIdOf(record), record.id);
    return record;
  });
}

function loginsSince({ database }: SetupDatabase, at: number): { userId: string; at: number }[] {
  const rows = database
    .prepare(`SELECT user_id, at FROM login_history WHERE at > ? AND status = 'Success' ORDER BY number`)
    .all(at);
  return rows.map((row) => ({ userId: String(row.user_id), at: Number(row.at) }));
}
