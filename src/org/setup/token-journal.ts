/** Keeps tokens on disk: one transaction an event-loop turn for all that came in it, and an answer only after its commit. */
import type { TokenJournal, TokenRecord } from '../../oauth/index.ts';
import type { SetupDatabase } from './setup-database.ts';

export type SetupTokenJournal = TokenJournal & {
  /** Tokens that have not ended; those that have are deleted. */
  load(now: number): TokenRecord[];
  /** Writes what is waiting. */
  flush(): void;
};

type Batch = {
  added: TokenRecord[];
  removed: TokenRecord[];
  touched: Set<TokenRecord>;
  committed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
};

export function createTokenJournal(store: SetupDatabase): SetupTokenJournal {
  const write = createWriter(store);
  let batch: Batch | undefined;

  function current(): Batch {
    if (batch) return batch;
    setImmediate(flush);
    batch = createBatch();
    return batch;
  }

  function flush(): void {
    const full = batch;
    if (!full) return;
    batch = undefined;
    try {
      store.transaction(() => write(full));
      full.resolve();
    } catch (error) {
      full.reject(error);
    }
  }

  return {
    append(record) {
      const { added, committed } = current();
      added.push(record);
      return committed;
    },
    remove(record) {
      const { removed, committed } = current();
      removed.push(record);
      return committed;
    },
    touch: (record) => void current().touched.add(record),
    load: (now) => load(store, now),
    flush,
  };
}

function createBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A batch of uses alone has nobody who waits for it.
  promise.catch(() => undefined);
  return { added: [], removed: [], touched: new Set(), committed: promise, resolve, reject };
}

function createWriter({ database }: SetupDatabase): (batch: Batch) => void {
  const insert = database.prepare(
    `INSERT INTO access_token (id, digest, app_id, user_id, issued_at, last_used_at, timeout_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare(`DELETE FROM access_token WHERE id = ?`);
  const touch = database.prepare(`UPDATE access_token SET last_used_at = ? WHERE id = ?`);
  const login = database.prepare(`UPDATE "User" SET "LastLoginDate" = ? WHERE "Id" = ?`);
  return ({ added, removed, touched }) => {
    const logins = new Map<string, number>();
    for (const { id, digest, appId, userId, issuedAt, lastUsedAt, timeoutMs } of added) {
      insert.run(id, digest, appId, userId, issuedAt, lastUsedAt, timeoutMs);
      logins.set(userId, issuedAt);
    }
    for (const [userId, at] of logins) login.run(at, userId);
    for (const { id, lastUsedAt } of touched) touch.run(lastUsedAt, id);
    for (const { id } of removed) remove.run(id);
  };
}

function load({ database }: SetupDatabase, now: number): TokenRecord[] {
  database.prepare(`DELETE FROM access_token WHERE last_used_at + timeout_ms <= ?`).run(now);
  const rows = database.prepare(
    `SELECT id, digest, app_id AS appId, user_id AS userId, issued_at AS issuedAt, last_used_at AS lastUsedAt, timeout_ms AS timeoutMs
     FROM access_token ORDER BY issued_at`,
  );
  return rows.all() as unknown as TokenRecord[];
}
