/** What the OAuth server keeps besides tokens: keys that sign, codes and grants, and assertions that were used. */
import { hash } from 'node:crypto';
import type { Clock, Seal } from '../../base/index.ts';
import type { CodeRecord, GrantRecord, GrantStore, KeyStore, ReplayStore } from '../../oauth/index.ts';
import type { SetupDatabase } from './setup-database.ts';
import { insertRow, updateRow } from './setup-rows.ts';

type Kept = { store: SetupDatabase; seal: Seal; clock: Pick<Clock, 'now'> };

/** The private halves are sealed; each is on disk before its promise, if any, resolves. */
export function createKeyStore({ store: { database }, seal }: Kept): KeyStore {
  return {
    readKeys: () =>
      database
        .prepare('SELECT * FROM signing_key ORDER BY created_at')
        .all()
        .map((row) => ({
          keyId: String(row.key_id),
          privateKeyPem: seal.open(row.sealed_key as Uint8Array, String(row.key_id)),
          createdAt: Number(row.created_at),
        })),
    addKey: ({ keyId, privateKeyPem, createdAt }) =>
      insertRow(database, 'signing_key', {
        key_id: keyId,
        sealed_key: seal.seal(privateKeyPem, keyId),
        created_at: createdAt,
      }),
    removeKey: (keyId) => void database.prepare('DELETE FROM signing_key WHERE key_id = ?').run(keyId),
  };
}

/** Inserting is the check: of many at once, in whatever process, one is first. */
export function createReplayStore({ store: { database }, clock }: Kept): ReplayStore {
  const forget = database.prepare('DELETE FROM used_assertion WHERE expires_at <= ?');
  const insert = database.prepare(
    'INSERT INTO used_assertion (client_id, digest, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    insert(clientId, id, expiresAt) {
      forget.run(clock.now());
      return insert.run(clientId, hash('sha256', id, 'base64'), expiresAt).changes === 1;
    },
  };
}

/** A used code is remembered a while, so that its second use is known. */
const usedCodeKeptMs = 3_600_000;

export function createGrantStore({ store, clock }: Kept): GrantStore {
  const { database } = store;
  const findByDigest = database.prepare(
    'SELECT g.* FROM refresh_token t JOIN oauth_grant g ON g.id = t.grant_id WHERE t.digest = ?',
  );
  const hasGrant = database.prepare('SELECT 1 FROM oauth_grant WHERE app_id = ? AND user_id = ? LIMIT 1');
  return {
    addCode(code) {
      database.prepare('DELETE FROM authorization_code WHERE expires_at <= ?').run(clock.now() - usedCodeKeptMs);
      const { digest, expiresAt } = code;
      insertRow(database, 'authorization_code', { digest, record: JSON.stringify(code), expires_at: expiresAt });
    },
    takeCode(digest, grantId) {
      const taken = database
        .prepare('UPDATE authorization_code SET used_for = ? WHERE digest = ? AND used_for IS NULL RETURNING record')
        .get(grantId, digest);
      if (taken !== undefined) return { code: readCode(String(taken.record)) };
      const used = database.prepare('SELECT used_for FROM authorization_code WHERE digest = ?').get(digest);
      return used === undefined ? undefined : { usedFor: String(used.used_for) };
    },
    addGrant: (grant) =>
      store.transaction(() => {
        const { id, digest, appId, userId, scopes, createdAt, lastUsedAt } = grant;
        const names = { id, digest, app_id: appId, user_id: userId, scopes: scopes.join(' ') };
        insertRow(database, 'oauth_grant', { ...names, created_at: createdAt, last_used_at: lastUsedAt });
        insertRow(database, 'refresh_token', { digest, grant_id: id });
      }),
    findGrant(digest) {
      const row = findByDigest.get(digest);
      return row === undefined ? undefined : { grant: readGrant(row), replaced: row.digest !== digest };
    },
    useGrant: ({ id, digest, newDigest, at }) =>
      store.transaction(() => {
        const row = database.prepare('SELECT digest FROM oauth_grant WHERE id = ?').get(id);
        if (row?.digest !== digest) return false;
        updateRow(database, 'oauth_grant', {
          key: ['id', id],
          values: { digest: newDigest ?? digest, last_used_at: at },
        });
        if (newDigest !== undefined) insertRow(database, 'refresh_token', { digest: newDigest, grant_id: id });
        return true;
      }),
    hasGrant: (appId, userId) => hasGrant.get(appId, userId) !== undefined,
    endGrant: (id) => void database.prepare('DELETE FROM oauth_grant WHERE id = ?').run(id),
  };
}

/** JSON leaves out what is undefined. */
function readCode(text: string): CodeRecord {
  return { codeChallenge: undefined, ...(JSON.parse(text) as Partial<CodeRecord>) } as CodeRecord;
}

function readGrant(row: Record<string, unknown>): GrantRecord {
  return {
    id: String(row.id),
    digest: String(row.digest),
    appId: String(row.app_id),
    userId: String(row.user_id),
    scopes: String(row.scopes).split(' '),
    createdAt: Number(row.created_at),
    lastUsedAt: Number(row.last_used_at),
  };
}
