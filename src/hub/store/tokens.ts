/** Access tokens of clients on disk: written before they are given out, many in one transaction. */
import type { TokenJournal, TokenRecord } from '../../oauth/index.ts';
import type { Writing } from './hub-store.ts';

export type Tokens = TokenJournal & {
  /** Those that have not ended; the others are deleted. */
  load(): Promise<TokenRecord[]>;
};

const live = `SELECT t.*, c.client_id FROM access_token t JOIN client c ON c.id = t.client_row ORDER BY t.id`;

export function tokensTable({ store, clock }: Writing): Tokens {
  return {
    async append({ id, digest, appId, issuedAt, timeoutMs, expiresAt = issuedAt + timeoutMs, scopes }) {
      const values = { id, digest, client: Number(appId), issuedAt, expiresAt, scopes: scopes?.join(' ') ?? null };
      const sql = 'INSERT INTO access_token VALUES (:id, :digest, :client, :issuedAt, :expiresAt, :scopes)';
      await store.gather(() => store.run(sql, values));
    },
    async remove({ id }) {
      await store.gather(() => store.run('DELETE FROM access_token WHERE id = :id', { id }));
    },
    // Tokens of the hub have a fixed life, which their use does not change.
    touch: () => undefined,
    async load() {
      const now = clock.now();
      await store.write(() => store.run('DELETE FROM access_token WHERE expires_at <= :now', { now }));
      return store.all(live).map(readToken);
    },
  };
}

function readToken(row: Readonly<Record<string, unknown>>): TokenRecord {
  const [issuedAt, expiresAt] = [Number(row.issued_at), Number(row.expires_at)];
  return {
    id: Number(row.id),
    digest: String(row.digest),
    appId: String(row.client_row),
    // A client acts for itself.
    userId: String(row.client_id),
    issuedAt,
    lastUsedAt: issuedAt,
    timeoutMs: expiresAt - issuedAt,
    expiresAt,
    scopes: row.scopes === null ? undefined : String(row.scopes).split(' '),
  };
}
