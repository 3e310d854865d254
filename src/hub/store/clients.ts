/** Programs that sign in at the hub with client id and client secret: API clients, and agents that dial in. */
import { hash, randomBytes } from 'node:crypto';
import type { Row } from '../../store/index.ts';
import { renameDialled } from './agents.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

export const clientKinds = ['api', 'agent'] as const;
export type ClientKind = (typeof clientKinds)[number];

export type HubClient = {
  id: number;
  clientId: string;
  kind: ClientKind;
  name: string;
  scopes: readonly string[];
  /** `INTEGRATION/INTERFACE`; null: all of them. */
  interfaces: readonly string[] | null;
  active: boolean;
  tokenMinutes: number;
  secretMadeAt: number;
  /** Until when the secret before it is valid as well. */
  secondUntil: number | null;
  createdAt: number;
  createdBy: string;
  lastUsedAt: number | null;
  version: number;
};

export type NewClient = Pick<HubClient, 'kind' | 'name' | 'scopes' | 'interfaces' | 'tokenMinutes'>;
export type ClientChange = Pick<HubClient, 'name' | 'scopes' | 'interfaces' | 'tokenMinutes' | 'active'>;
type Digests = { secretDigest: Uint8Array; secondDigest: Uint8Array | null };

export type Clients = {
  list(kind: ClientKind, query: ListQuery): PageOf<HubClient>;
  find(id: number): HubClient | undefined;
  findByName(kind: ClientKind, name: string): HubClient | undefined;
  findByClientId(clientId: string): (HubClient & Digests) | undefined;
  /** The secret is given here, and can never be read again. */
  add(by: string, client: NewClient): Promise<{ client: HubClient; secret: string }>;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, client: HubClient, change: ClientChange & { version: number }): Promise<HubClient>;
  /** A new secret; the one before it stays valid until then. */
  rotate(by: string, client: HubClient, secondUntil: number): Promise<{ client: HubClient; secret: string }>;
  remove(by: string, client: HubClient): Promise<void>;
  /** Noted some time later, together with others. */
  used(id: number, at: number): void;
};

const columns = {
  id: 'id',
  clientId: 'client_id',
  kind: 'kind',
  name: 'name',
  scopes: 'scopes',
  interfaces: 'interfaces',
  active: 'active',
  tokenMinutes: 'token_minutes',
  secretMadeAt: 'secret_made_at',
  secondUntil: 'second_until',
  createdAt: 'created_at',
  createdBy: 'created_by',
  lastUsedAt: 'last_used_at',
  version: 'version',
} as const;

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

const section = { api: 'API Clients', agent: 'Agents' } as const;

export function clientsTable({ store, change }: Writing): Clients {
  const find = (id: number) => {
    const row = store.get(`SELECT ${selected} FROM client WHERE id = :id`, { id });
    return row && readClient(row);
  };
  const get = (id: number) => find(id) as HubClient;
  return {
    list: (kind, query) =>
      readPage(store, {
        table: 'client',
        columns,
        searched: ['name', 'client_id', 'scopes', "coalesce(interfaces, '')"],
        where: { sql: 'kind = :kind', values: { kind } },
        defaultSort: 'name',
        query,
        read: readClient,
      }),
    find,
    findByName(kind, name) {
      const sql = `SELECT ${selected} FROM client WHERE kind = :kind AND lower(name) = lower(:name)`;
      const row = store.get(sql, { kind, name });
      return row && readClient(row);
    },
    findByClientId(clientId) {
      const sql = `SELECT ${selected}, secret_digest AS "secretDigest", second_digest AS "secondDigest"
        FROM client WHERE client_id = :clientId`;
      const row = store.get(sql, { clientId });
      if (row === undefined) return undefined;
      const { secretDigest, secondDigest } = row as Digests;
      return { ...readClient(row), secretDigest, secondDigest };
    },
    async add(by, client) {
      const secret = createSecret();
      const { kind, name, scopes, interfaces, tokenMinutes } = client;
      const display = `Created client ${name} (${scopes.join(' ')})`;
      const id = await change(by, { action: 'createdClient', section: section[kind], display }, (now) => {
        const sql = `INSERT INTO client (client_id, kind, name, scopes, interfaces, token_minutes, secret_digest, secret_made_at,
          created_at, created_by) VALUES (:clientId, :kind, :name, :scopes, :interfaces, :tokenMinutes, :digest, :now, :now, :by)`;
        const values = { clientId: createClientId(), kind, name, tokenMinutes, digest: digestOf(secret), now, by };
        return store.run(sql, { ...values, ...written({ scopes, interfaces }) }).id;
      });
      return { client: get(id), secret };
    },
    async change(by, { id, kind, name: before }, { version, active, name, tokenMinutes, ...lists }) {
      const renamed = name === before ? '' : `, before ${before}`;
      const display = `Changed client ${name}${renamed}${active ? '' : ': now inactive'}`;
      await change(by, { action: 'changedClient', section: section[kind], display }, () => {
        const sql = `UPDATE client SET name = :name, scopes = :scopes, interfaces = :interfaces, active = :active,
          token_minutes = :tokenMinutes, version = version + 1 WHERE id = :id AND version = :version`;
        const values = { id, version, name, tokenMinutes, active: Number(active), ...written(lists) };
        if (store.run(sql, values).changes === 0) throw changedMeanwhile();
        renameDialled(store, id, name);
      });
      return get(id);
    },
    async rotate(by, { id, kind, name }, secondUntil) {
      const secret = createSecret();
      const until = new Date(secondUntil).toISOString();
      const display = `Made a new secret for client ${name}; the one before is valid until ${until}`;
      await change(by, { action: 'rotatedClientSecret', section: section[kind], display }, (now) => {
        const sql = `UPDATE client SET second_digest = secret_digest, second_until = :secondUntil, secret_digest = :digest,
          secret_made_at = :now, version = version + 1 WHERE id = :id`;
        store.run(sql, { id, digest: digestOf(secret), now, secondUntil });
      });
      return { client: get(id), secret };
    },
    remove: (by, { id, kind, name }) =>
      change(by, { action: 'deletedClient', section: section[kind], display: `Deleted client ${name}` }, () => {
        store.run('DELETE FROM access_token WHERE client_row = :id', { id });
        store.run('DELETE FROM client WHERE id = :id', { id });
      }),
    used(id, at) {
      const sql = 'UPDATE client SET last_used_at = :at WHERE id = :id';
      store.gather(() => store.run(sql, { id, at })).catch(() => undefined);
    },
  };
}

function written({ scopes, interfaces }: Pick<HubClient, 'scopes' | 'interfaces'>) {
  return { scopes: scopes.join(' '), interfaces: interfaces === null ? null : JSON.stringify(interfaces) };
}

function readClient(row: Row): HubClient {
  const { scopes, interfaces, active, secretDigest: _, secondDigest: __, ...rest } = row;
  return {
    ...(rest as Omit<HubClient, 'scopes' | 'interfaces' | 'active'>),
    scopes: String(scopes)
      .split(' ')
      .filter((scope) => scope !== ''),
    interfaces: interfaces === null ? null : JSON.parse(String(interfaces)),
    active: Boolean(active),
  };
}

function createClientId(): string {
  return `sluice-${randomBytes(12).toString('hex')}`;
}

/** 256 bits of chance. */
function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
