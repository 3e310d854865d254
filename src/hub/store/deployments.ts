/** What each agent is to do, as one numbered document: what was made for it, sent to it, and taken by it. */
import type { SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';

export type KeptDeployment = {
  agentRow: number;
  number: number;
  digest: string;
  madeAt: number;
  /** The highest number that was sent. */
  sent: number;
  /** What the agent said it has. */
  has: number;
  heardAt: number | null;
  /** Why it could not be told, while that is so. */
  error: string | null;
};

/** Which of its interfaces are in it, by id. */
export type MadeDeployment = { digest: string; interfaces: readonly { id: number; name: string }[] };

export type Deployments = {
  find(agentRow: number): KeptDeployment | undefined;
  /** The same as long as nothing was changed that any deployment is made of. */
  stamp(): string;
  /** What the tables held at this stamp has been made into the document of this agent. */
  tended(agentRow: number, stamp: string): void;
  /** Whether the agent is still to be told of a change, as far as this process knows, which may not be the one that tells it. */
  isBehind(agentRow: number): boolean;
  /** The number of what was made: the same as before when nothing in it has changed. */
  made(agentRow: number, deployment: MadeDeployment): Promise<KeptDeployment>;
  sent(agentRow: number, number: number): Promise<void>;
  /** What the agent says it has, of itself or as an answer; whatever kept it from being told has passed. */
  heard(agentRow: number, has: number): Promise<void>;
  failed(agentRow: number, error: string): Promise<void>;
  /** What kept it has passed. */
  recovered(agentRow: number): Promise<void>;
};

const selected = `agent_row AS "agentRow", number, digest, made_at AS "madeAt", sent, has, heard_at AS "heardAt", error`;
const stampOf = (table: string, more = '0') =>
  `(SELECT count(*) || ' ' || coalesce(max(id), 0) || ' ' || coalesce(sum(version), 0) || ' ' || coalesce(sum(${more}), 0) FROM ${table})`;
const stampSql = `SELECT ${stampOf('connection', 'id * agent_row')} || ', ' || ${stampOf('interface')} || ', ' || ${stampOf('integration')} AS stamp`;
const nothing = { digest: '', interfaces: [] };

export function deploymentsTable({ store, clock }: Writing): Deployments {
  const find = (agentRow: number) =>
    store.get(`SELECT ${selected} FROM deployment WHERE agent_row = :agentRow`, { agentRow }) as
      | KeptDeployment
      | undefined;
  const stamp = () => String(store.get(stampSql)?.stamp);
  const tendedAt = new Map<number, string>();
  return {
    find,
    stamp,
    tended: (agentRow, seen) => void tendedAt.set(agentRow, seen),
    isBehind(agentRow) {
      const seen = tendedAt.get(agentRow);
      if (seen !== undefined && seen !== stamp()) return true;
      const kept = find(agentRow);
      return kept !== undefined && kept.has < kept.number;
    },
    async made(agentRow, deployment) {
      await store.gather(() => writeMade(store, agentRow, { ...deployment, now: clock.now() }));
      return find(agentRow) as KeptDeployment;
    },
    async sent(agentRow, number) {
      const sql = 'UPDATE deployment SET sent = max(sent, :number) WHERE agent_row = :agentRow';
      await store.gather(() => store.run(sql, { agentRow, number }));
    },
    heard: (agentRow, has) =>
      store.gather(() => {
        const now = clock.now();
        const known = store.prepare('SELECT 1 FROM deployment WHERE agent_row = :agentRow').get({ agentRow });
        if (known === undefined) writeMade(store, agentRow, { ...nothing, now });
        // A number that was never sent is that of another document, and the next one must be higher.
        const sql = `UPDATE deployment SET has = :has, heard_at = :now, error = NULL,
          number = CASE WHEN :has > sent THEN max(number, :has + 1) ELSE number END WHERE agent_row = :agentRow`;
        store.run(sql, { agentRow, has, now });
      }),
    async recovered(agentRow) {
      if (find(agentRow)?.error === null) return;
      await store.gather(() =>
        store.run('UPDATE deployment SET error = NULL WHERE agent_row = :agentRow', { agentRow }),
      );
    },
    async failed(agentRow, error) {
      const sql = 'UPDATE deployment SET error = :error WHERE agent_row = :agentRow';
      await store.gather(() => store.run(sql, { agentRow, error }));
    },
  };
}

type Making = MadeDeployment & { now: number };

function writeMade(store: SqliteFile, agentRow: number, { digest, interfaces, now }: Making): void {
  const sql = `INSERT INTO deployment (agent_row, number, digest, made_at) VALUES (:agentRow, 1, :digest, :now)
    ON CONFLICT (agent_row) DO UPDATE SET number = number + 1, digest = :digest, made_at = :now WHERE digest <> :digest`;
  store.run(sql, { agentRow, digest, now });
  const given = `INSERT INTO deployed_interface VALUES (:agentRow, lower(:name), :id)
    ON CONFLICT (agent_row, name) DO UPDATE SET interface_id = :id WHERE interface_id <> :id`;
  for (const { id, name } of interfaces) store.run(given, { agentRow, name, id });
}

/** The interface that this agent was given under this name. Inside a transaction only. */
export function findDeployed(store: SqliteFile, agentRow: number, name: string): number | undefined {
  const sql = 'SELECT interface_id FROM deployed_interface WHERE agent_row = :agentRow AND name = lower(:name)';
  const row = store.prepare(sql).get({ agentRow, name });
  return row === undefined ? undefined : Number(row.interface_id);
}
