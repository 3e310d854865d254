/** Connections: an agent, the database or folder beside it, and the Salesforce org it works with, saved as one. */
import type { AgentDatabase, AgentSalesforce } from '../../protocol/index.ts';
import type { Row } from '../../store/index.ts';
import { forgetUnusedEndpoints, type NewEndpoint, putEndpoint } from './agents.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

export const connectionTypes = ['agentDatabase', 'agentFile'] as const;

/** Without the secret when none is kept. */
export type KeptSalesforce = Omit<AgentSalesforce, 'consumerSecret'> & { consumerSecret?: string };
export type KeyPair = Pick<AgentSalesforce, 'consumerKey' | 'consumerSecret'>;

/** When the last ping was good for the settings as they are. */
export type GoodAt = { agentGoodAt: number | null; salesforceGoodAt: number | null };

type Settings = {
  name: string;
  description: string | null;
  type: (typeof connectionTypes)[number];
  database: AgentDatabase;
  salesforce: KeptSalesforce;
};

export type Connection = Settings &
  GoodAt & {
    id: number;
    agentRow: number;
    /** Entered, and not switched to yet. */
    secondKeyPair: KeyPair | null;
    /** When both pings had been good; null: unverified. */
    verifiedAt: number | null;
    /** When the consumer secret in use was entered; null when none is kept. */
    secretEnteredAt: number | null;
    changedAt: number;
    changedBy: string;
    version: number;
  };

/** `agent`: how it is reached, or the row of one that is known. */
export type NewConnection = Settings & GoodAt & { agent: NewEndpoint | number };

export type Connections = {
  list(query: ListQuery): PageOf<Connection>;
  find(id: number): Connection | undefined;
  findByName(name: string): Connection | undefined;
  /** By name. */
  ofAgent(agentRow: number): Connection[];
  add(by: string, connection: NewConnection): Promise<Connection>;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, id: number, connection: NewConnection & { version: number }): Promise<Connection>;
  /** Of settings that were changed meanwhile nothing is noted. */
  pinged(connection: Connection, good: Partial<GoodAt>): Promise<void>;
  setSecondKeyPair(by: string, connection: Connection, pair: KeyPair | null): Promise<Connection>;
  /** The second pair becomes the one in use, and the first is forgotten. Throws as `change`. */
  switchKeyPair(by: string, connection: Connection, goodAt: number): Promise<Connection>;
  remove(by: string, connection: Connection): Promise<void>;
};

const columns = {
  id: 'id',
  name: 'name',
  description: 'description',
  type: 'type',
  agentRow: 'agent_row',
  database: 'database',
  salesforce: 'salesforce',
  secondKeyPair: 'second_key_pair',
  agentGoodAt: 'agent_good_at',
  salesforceGoodAt: 'salesforce_good_at',
  // Null when either is.
  verifiedAt: 'max(agent_good_at, salesforce_good_at)',
  secretEnteredAt: 'secret_entered_at',
  changedAt: 'changed_at',
  changedBy: 'changed_by',
  version: 'version',
} as const;

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

const secretIn = (json: string) => `json_extract(${json}, '$.consumerSecret')`;
const section = 'Connections';
const secondPairSql = `UPDATE connection SET second_key_pair = :pair, changed_at = :now, changed_by = :by, version = version + 1
  WHERE id = :id AND version = :version`;

export function connectionsTable({ store, change }: Writing): Connections {
  const findWhere = (condition: string, value: string | number) => {
    const row = store.get(`SELECT ${selected} FROM connection WHERE ${condition} = :value`, { value });
    return row && readConnection(row);
  };
  const find = (id: number) => findWhere('id', id);
  const get = (id: number) => find(id) as Connection;
  const agentRowOf = (agent: NewConnection['agent'], now: number) =>
    typeof agent === 'number' ? agent : putEndpoint(store, agent, now);
  const note = (action: string, display: string) => ({ action, section, display });
  return {
    list: (query) =>
      readPage(store, {
        table: 'connection',
        columns,
        searched: ['name', "coalesce(description, '')", 'type'],
        defaultSort: 'name',
        query,
        read: readConnection,
      }),
    find,
    findByName: (name) => findWhere('lower(name)', name.toLowerCase()),
    ofAgent: (agentRow) =>
      store
        .all(`SELECT ${selected} FROM connection WHERE agent_row = :agentRow ORDER BY name`, { agentRow })
        .map(readConnection),
    async add(by, { agent, ...settings }) {
      const id = await change(by, note('createdConnection', `Created connection ${described(settings)}`), (now) => {
        const sql = `INSERT INTO connection (name, description, type, agent_row, database, salesforce, agent_good_at,
          salesforce_good_at, secret_entered_at, changed_at, changed_by) VALUES (:name, :description, :type, :agentRow, :database, :salesforce,
          :agentGoodAt, :salesforceGoodAt, CASE WHEN ${secretIn(':salesforce')} IS NULL THEN NULL ELSE :now END, :now, :by)`;
        return store.run(sql, { ...written(settings), agentRow: agentRowOf(agent, now), now, by }).id;
      });
      return get(id);
    },
    async change(by, id, { agent, version, ...settings }) {
      await change(by, note('changedConnection', `Changed connection ${described(settings)}`), (now) => {
        const sql = `UPDATE connection SET name = :name, description = :description, type = :type, agent_row = :agentRow,
          database = :database, salesforce = :salesforce, agent_good_at = :agentGoodAt,
          salesforce_good_at = :salesforceGoodAt, secret_entered_at = CASE
            WHEN ${secretIn(':salesforce')} IS NULL THEN NULL
            WHEN ${secretIn(':salesforce')} = ${secretIn('salesforce')} THEN secret_entered_at ELSE :now END, changed_at = :now, changed_by = :by, version = version + 1
          WHERE id = :id AND version = :version`;
        const values = { ...written(settings), agentRow: agentRowOf(agent, now), now, by, id, version };
        if (store.run(sql, values).changes === 0) throw changedMeanwhile();
        forgetUnusedEndpoints(store);
      });
      return get(id);
    },
    pinged: ({ id, version, agentGoodAt, salesforceGoodAt }, good) =>
      store.gather(() => {
        const sql = `UPDATE connection SET agent_good_at = :agentGoodAt, salesforce_good_at = :salesforceGoodAt
          WHERE id = :id AND version = :version`;
        store.run(sql, { id, version, agentGoodAt, salesforceGoodAt, ...good });
      }),
    async setSecondKeyPair(by, { id, name, version }, pair) {
      const what = pair === null ? 'Forgot the second key pair' : 'Entered a second key pair';
      await change(by, note('changedKeyPair', `${what} of connection ${name}`), (now) => {
        const values = { id, version, pair: pair === null ? null : JSON.stringify(pair), now, by };
        if (store.run(secondPairSql, values).changes === 0) throw changedMeanwhile();
      });
      return get(id);
    },
    async switchKeyPair(by, { id, name, version, salesforce, secondKeyPair }, goodAt) {
      const display = `Switched connection ${name} to the consumer key ${secondKeyPair?.consumerKey}; forgot ${salesforce.consumerKey}`;
      await change(by, note('switchedKeyPair', display), (now) => {
        if (store.run(secondPairSql, { id, version, pair: null, now, by }).changes === 0) throw changedMeanwhile();
        const sql = `UPDATE connection SET salesforce = :salesforce, salesforce_good_at = :goodAt, secret_entered_at = :now
          WHERE id = :id`;
        store.run(sql, { id, salesforce: JSON.stringify({ ...salesforce, ...secondKeyPair }), goodAt, now });
      });
      return get(id);
    },
    remove: (by, { id, name }) =>
      change(by, note('deletedConnection', `Deleted connection ${name}`), () => {
        store.run('DELETE FROM connection WHERE id = :id', { id });
        forgetUnusedEndpoints(store);
      }),
  };
}

function described({ name, agentGoodAt, salesforceGoodAt }: Settings & GoodAt): string {
  return agentGoodAt === null || salesforceGoodAt === null ? `${name}, without ping` : name;
}

function written({ database, salesforce, ...rest }: Settings & GoodAt) {
  return { ...rest, database: JSON.stringify(database), salesforce: JSON.stringify(salesforce) };
}

function readConnection(row: Row): Connection {
  const { database, salesforce, secondKeyPair, ...rest } = row;
  return {
    ...(rest as Omit<Connection, 'database' | 'salesforce' | 'secondKeyPair'>),
    database: JSON.parse(String(database)),
    salesforce: JSON.parse(String(salesforce)),
    secondKeyPair: secondKeyPair === null ? null : JSON.parse(String(secondKeyPair)),
  };
}
