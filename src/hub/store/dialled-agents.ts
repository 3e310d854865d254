/** Agents that dial in: who they are, and when they were last heard of. Each is a client of the hub, whose name it has. */
import type { AgentAnswer } from '../../protocol/index.ts';
import type { Row } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';

type About = AgentAnswer<'about'>;

export type DialledAgent = {
  id: number;
  /** Of its client. */
  clientRow: number;
  name: string;
  /** False once it was revoked. */
  active: boolean;
  /** As the agent made it at its first start. */
  agentId: string;
  agentVersion: string;
  publicKey: About['publicKey'];
  deployment: number;
  registeredAt: number;
  lastSeenAt: number | null;
  /** It said that it was stopping, and was not heard of since. */
  hasLeft: boolean;
  /** Of its client, for two people who edit it at once. */
  version: number;
};

export type DialledAgents = {
  list(query: ListQuery): PageOf<DialledAgent>;
  find(id: number): DialledAgent | undefined;
  /** How many are heard of, and did not say that they were leaving, since then. */
  countHeardSince(at: number): number;
  findByClient(clientRow: number): DialledAgent | undefined;
  findByAgentId(agentId: string): DialledAgent | undefined;
  /** A new agent, or one that was here before, under another client. */
  register(clientRow: number, about: About): Promise<DialledAgent>;
  /** It was heard of just now. What it asked before it left, as `agent` was read then, does not bring it back. */
  seen(agent: DialledAgent, deployment?: number): Promise<void>;
  /** It was heard of just now for the last time, as it said. */
  left(agent: DialledAgent): Promise<void>;
};

const columns = {
  id: 'a.id',
  clientRow: 'a.client_row',
  name: 'c.name',
  active: 'c.active',
  agentId: 'a.agent_id',
  agentVersion: 'a.agent_version',
  publicKey: 'a.public_key',
  deployment: 'a.deployment',
  registeredAt: 'a.registered_at',
  lastSeenAt: 'a.last_seen_at',
  hasLeft: 'a.has_left',
  version: 'c.version',
} as const;

const table = 'dialled_agent a JOIN client c ON c.id = a.client_row';

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

export function dialledAgentsTable({ store, change, clock }: Writing): DialledAgents {
  const findWhere = (column: string, value: string | number) => {
    const row = store.get(`SELECT ${selected} FROM ${table} WHERE ${column} = :value`, { value });
    return row && readAgent(row);
  };
  const find = (id: number) => findWhere('a.id', id);
  return {
    list: (query) =>
      readPage(store, {
        table,
        columns,
        searched: ['c.name', 'a.agent_id', 'a.agent_version'],
        defaultSort: 'name',
        query,
        read: readAgent,
      }),
    find,
    countHeardSince(at) {
      const sql = `SELECT count(*) AS n FROM ${table} WHERE c.active AND NOT a.has_left AND a.last_seen_at > :at`;
      return Number(store.get(sql, { at })?.n);
    },
    findByClient: (clientRow) => findWhere('a.client_row', clientRow),
    findByAgentId: (agentId) => findWhere('a.agent_id', agentId),
    async register(clientRow, { id: agentId, name, version, publicKey, ...rest }) {
      const deployment = Math.min(rest.deployment, Number.MAX_SAFE_INTEGER);
      const note = { action: 'registeredAgent', section: 'Agents', display: `Agent ${name} ${version} registered` };
      await change(`agent ${name}`, note, (now) => {
        const sql = `INSERT INTO dialled_agent (client_row, agent_id, agent_version, public_key, deployment, registered_at)
          VALUES (:clientRow, :agentId, :version, :publicKey, :deployment, :now)
          ON CONFLICT (agent_id) DO UPDATE SET client_row = :clientRow, agent_version = :version, public_key = :publicKey,
            deployment = :deployment, registered_at = :now`;
        store.run(sql, { clientRow, agentId, version, publicKey: JSON.stringify(publicKey), deployment, now });
      });
      return findWhere('a.client_row', clientRow) as DialledAgent;
    },
    async seen({ id, hasLeft }, deployment) {
      const sql = `UPDATE dialled_agent SET last_seen_at = :now, has_left = has_left AND NOT :hadLeft,
          deployment = coalesce(:deployment, deployment) WHERE id = :id`;
      await store.gather(() =>
        store.run(sql, { id, hadLeft: Number(hasLeft), deployment: deployment ?? null, now: clock.now() }),
      );
    },
    async left({ id }) {
      const sql = 'UPDATE dialled_agent SET last_seen_at = :now, has_left = 1 WHERE id = :id';
      await store.gather(() => store.run(sql, { id, now: clock.now() }));
    },
  };
}

function readAgent(row: Row): DialledAgent {
  const agent = row as unknown as DialledAgent;
  return {
    ...agent,
    active: Boolean(agent.active),
    hasLeft: Boolean(agent.hasLeft),
    publicKey: JSON.parse(String(row.publicKey)),
  };
}
