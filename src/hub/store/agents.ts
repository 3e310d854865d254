/** Agents: who they are by their own id, how they are reached, and the key to which their secrets are sealed. */
import type { AgentAnswer } from '../../protocol/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';

/** `endpoint`: the hub calls it. `dialled`: it calls the hub. */
export type AgentKind = 'endpoint' | 'dialled';

export type HubAgent = {
  id: number;
  /** Its own; null until it was reached. */
  agentId: string | null;
  kind: AgentKind;
  name: string | null;
  /** Of an endpoint: scheme, host and port. */
  url: string | null;
  username: string | null;
  /** Sealed with the key of the hub. */
  password: Uint8Array | null;
  /** PEM, pinned. */
  certificate: string | null;
  publicKey: AgentAnswer<'about'>['publicKey'] | null;
  version: string | null;
  lastSeenAt: number | null;
};

/** What was found out about an agent that answered. */
export type AgentSeen = { about: AgentAnswer<'about'>; certificate: string | null };

/** How an endpoint is reached, as it was entered; `seen` when it answered. */
export type NewEndpoint = { url: string; username: string; password: Uint8Array; seen: AgentSeen | undefined };

export type Agents = {
  count(): number;
  find(id: number): HubAgent | undefined;
  findByAgentId(agentId: string): HubAgent | undefined;
  findByUrl(url: string): HubAgent | undefined;
  /** Those that have been reached, and that connections or runs they have begun lead to. */
  listInUse(): HubAgent[];
  /** How many with an endpoint have been heard of since then. */
  countHeardSince(at: number): number;
  /** It was heard of just now. */
  heard(id: number): Promise<void>;
  /** It answered just now; a certificate that was seen is pinned from now on. */
  seen(id: number, seen: AgentSeen): Promise<void>;
  /** It has registered, and calls the hub from now on, however it was reached before. */
  dialledIn(about: AgentAnswer<'about'>): Promise<void>;
  forgetCertificate(by: string, agent: HubAgent): Promise<void>;
};

const selected = `id, agent_id AS "agentId", kind, name, url, username, password, certificate, public_key AS "publicKey",
  version, last_seen_at AS "lastSeenAt"`;

const begun = `SELECT agent_row FROM run WHERE state <> 'ended' AND state <> 'waiting'`;
const inUse = `SELECT ${selected} FROM agent
  WHERE agent_id IS NOT NULL AND id IN (SELECT agent_row FROM connection UNION ${begun}) ORDER BY id`;

export function agentsTable({ store, clock, change }: Writing): Agents {
  return {
    count: () => Number(store.get('SELECT count(*) AS n FROM agent')?.n ?? 0),
    countHeardSince(at) {
      const sql = `SELECT count(*) AS n FROM agent WHERE kind = 'endpoint' AND last_seen_at > :at`;
      return Number(store.get(sql, { at })?.n);
    },
    find: (id) => findWhere(store, 'id', id),
    findByAgentId: (agentId) => findWhere(store, 'agent_id', agentId),
    findByUrl: (url) => findWhere(store, 'url', url),
    listInUse: () => store.all(inUse).map(readAgent),
    async heard(id) {
      const sql = 'UPDATE agent SET last_seen_at = :now WHERE id = :id';
      await store.gather(() => store.run(sql, { id, now: clock.now() }));
    },
    seen: (id, seen) => store.gather(() => writeSeen(store, id, { seen, now: clock.now() })),
    dialledIn: ({ id: agentId, name, version, publicKey }) =>
      store.gather(() => {
        const sql = `INSERT INTO agent (kind, agent_id, name, version, public_key, last_seen_at)
          VALUES ('dialled', :agentId, :name, :version, :publicKey, :now) ON CONFLICT (agent_id) DO UPDATE
          SET kind = 'dialled', name = :name, version = :version, public_key = :publicKey, last_seen_at = :now`;
        store.run(sql, { agentId, name, version, publicKey: JSON.stringify(publicKey), now: clock.now() });
      }),
    async forgetCertificate(by, { id, url }) {
      const display = `Forgot the certificate of the agent at ${url}`;
      await change(by, { action: 'forgotAgentCertificate', section: 'Connections', display }, () => {
        store.run('UPDATE agent SET certificate = NULL WHERE id = :id', { id });
        store.run('UPDATE connection SET agent_good_at = NULL WHERE agent_row = :id', { id });
      });
    },
  };
}

function findWhere(store: SqliteFile, column: string, value: string | number): HubAgent | undefined {
  const row = store.get(`SELECT ${selected} FROM agent WHERE ${column} = :value ORDER BY id DESC`, { value });
  return row && readAgent(row);
}

function readAgent(row: Row): HubAgent {
  const agent = row as unknown as HubAgent;
  return { ...agent, publicKey: row.publicKey === null ? null : JSON.parse(String(row.publicKey)) };
}

/** The row of this endpoint: of the agent that answered, else of the address. Inside a transaction only. */
export function putEndpoint(store: SqliteFile, { url, username, password, seen }: NewEndpoint, now: number): number {
  const known = (seen && findWhere(store, 'agent_id', seen.about.id)) ?? findWhere(store, 'url', url);
  const id = known?.id ?? store.run(`INSERT INTO agent (kind, url) VALUES ('endpoint', :url)`, { url }).id;
  // Another address may show another certificate.
  const certificate = known?.url === url ? known.certificate : null;
  const sql = `UPDATE agent SET kind = 'endpoint', url = :url, username = :username, password = :password,
    certificate = :certificate WHERE id = :id`;
  store.run(sql, { id, url, username, password, certificate });
  if (seen !== undefined) writeSeen(store, id, { seen, now });
  return id;
}

type JustSeen = { seen: AgentSeen; now: number };

/** An agent that was made anew at the same address has another id, and another key. */
function writeSeen(store: SqliteFile, id: number, { seen: { about, certificate }, now }: JustSeen): void {
  const { id: agentId, name, version, publicKey } = about;
  const known = findWhere(store, 'agent_id', agentId);
  if (known !== undefined && known.id !== id) becomeOne(store, { from: id, to: known.id });
  // One that has registered keeps the name it has here.
  const sql = `UPDATE agent SET agent_id = :agentId, name = CASE kind WHEN 'dialled' THEN name ELSE :name END,
    version = :version, public_key = :publicKey, certificate = :certificate, last_seen_at = :now WHERE id = :id`;
  const values = { agentId, name, version, publicKey: JSON.stringify(publicKey), certificate, now };
  store.run(sql, { id: known?.id ?? id, ...values });
}

/** Two rows have turned out to be one agent; the way that was just gone is kept. */
function becomeOne(store: SqliteFile, rows: { from: number; to: number }): void {
  const way = '(url, username, password) = (SELECT url, username, password FROM agent WHERE id = :from)';
  store.run(`UPDATE agent SET ${way} WHERE id = :to`, rows);
  for (const table of ['connection', 'run'])
    store.run(`UPDATE ${table} SET agent_row = :to WHERE agent_row = :from`, rows);
  store.run('UPDATE OR REPLACE deployed_interface SET agent_row = :to WHERE agent_row = :from', rows);
  store.run('DELETE FROM deployment WHERE agent_row = :from', { from: rows.from });
  store.run('DELETE FROM agent WHERE id = :from', { from: rows.from });
}

/**
 * Endpoints that no connection leads to any more are forgotten, with their passwords, once no run is left that they have begun.
 * Inside a transaction only.
 */
export function forgetUnusedEndpoints(store: SqliteFile): void {
  store.run(
    `DELETE FROM agent WHERE kind = 'endpoint' AND id NOT IN (SELECT agent_row FROM connection UNION ${begun})`,
  );
  store.run('DELETE FROM deployment WHERE agent_row NOT IN (SELECT id FROM agent)');
}

/** The agent of this client is called so from now on. Inside a transaction only. */
export function renameDialled(store: SqliteFile, client: number, name: string): void {
  const ofClient = 'SELECT agent_id FROM dialled_agent WHERE client_row = :client';
  store.run(`UPDATE agent SET name = :name WHERE kind = 'dialled' AND agent_id IN (${ofClient})`, { client, name });
}
