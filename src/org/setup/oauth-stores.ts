/** What the OAuth server keeps besides tokens: keys that sign, codes and grants, and assertions that were used. */
import { hash } from 'node:crypto';
import type { Clock, Seal } from '../../base/index.ts';
import type { CodeRecord, GrantRecord, GrantStore, KeyStore, ReplayStore } from '../../oauth/index.ts';
import type { SetupDatabase } from './setup-database.ts';
import { insertRow, nextId } from './setup-rows.ts';

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

/** Grants are listed beside tokens, with ids of the same kind that no token has. */
const tokenIdPrefix = '0CQ';
const grantInstancePart = 'Sb1';

/** A used code is remembered a while, so that its second use is known. */
const usedCodeKeptMs = 3_600_000;

export function createGrantStore({ store, clock }: Kept): GrantStore {
  const { database } = store;
  const findByDigest = database.prepare(
    'SELECT g.* FROM refresh_token t JOIN oauth_grant g ON g.id = t.grant_id WHERE t.digest = ?',
  );
  const hasGrant = database.prepare('SELECT 1 FROM oauth_grant WHERE app_id = ? AND user_id = ? LIMIT 1');
  const scopesOf = database.prepare('SELECT scopes FROM oauth_grant WHERE app_id = ? AND user_id = ?');
  const use = database.prepare(
    'UPDATE oauth_grant SET digest = ?, last_used_at = ?, use_count = use_count + 1 WHERE id = ? AND digest = ?',
  );
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
    addGrant: (grant, atMost) =>
      store.transaction(() => {
        const { id, digest, appId, userId, scopes, createdAt, lastUsedAt } = grant;
        const names = { id, digest, app_id: appId, user_id: userId, scopes: scopes.join(' ') };
        const times = { created_at: createdAt, last_used_at: lastUsedAt };
        const token_id = nextId(database, tokenIdPrefix, grantInstancePart);
        insertRow(database, 'oauth_grant', { ...names, ...times, token_id });
        insertRow(database, 'refresh_token', { digest, grant_id: id });
        return endOldest(database, grant, atMost);
      }),
    findGrant(digest) {
      const row = findByDigest.get(digest);
      return row === undefined ? undefined : { grant: readGrant(row), replaced: row.digest !== digest };
    },
    useGrant: ({ id, digest, newDigest, at }) =>
      store.transaction(() => {
        if (use.run(newDigest ?? digest, at, id, digest).changes === 0) return false;
        if (newDigest !== undefined) insertRow(database, 'refresh_token', { digest: newDigest, grant_id: id });
        return true;
      }),
    hasGrant: (appId, userId) => hasGrant.get(appId, userId) !== undefined,
    grantedScopes: (appId, userId) => [
      ...new Set(scopesOf.all(appId, userId).flatMap(({ scopes }) => String(scopes).split(' '))),
    ],
    endGrant: (id) => void database.prepare('DELETE FROM oauth_grant WHERE id = ?').run(id),
  };
}

/** Of a user and an app all but the newest. */
function endOldest(
  database: SetupDatabase['database'],
  { appId, userId }: GrantRecord,
  atMost: number,
): readonly string[] {
  if (!Number.isFinite(atMost)) return [];
  const ended = database.prepare(
    `DELETE FROM oauth_grant WHERE id IN (SELECT id FROM oauth_grant WHERE app_id = ? AND user_id = ?
     ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?) RETURNING id`,
  );
  return ended.all(appId, userId, atMost).map(({ id }) => String(id));
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
