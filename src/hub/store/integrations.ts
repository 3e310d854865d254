/** Integrations: what belongs together, with one switch for all of it. */
import type { integrationStates } from '../../protocol/index.ts';
import type { Row } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { renameInClients } from './interface-in-clients.ts';
import { knowIntegration } from './known-interfaces.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

type IntegrationState = (typeof integrationStates)[number];

export type Integration = {
  id: number;
  name: string;
  description: string | null;
  sequence: number;
  state: IntegrationState;
  interfaces: number;
  changedAt: number;
  changedBy: string;
  version: number;
};

export type NewIntegration = Pick<Integration, 'name' | 'description' | 'sequence' | 'state'>;

export type Integrations = {
  list(query: ListQuery): PageOf<Integration>;
  find(id: number): Integration | undefined;
  findByName(name: string): Integration | undefined;
  /** Behind the last one. */
  nextSequence(): number;
  add(by: string, integration: NewIntegration): Promise<Integration>;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, before: Integration, wished: NewIntegration & { version: number }): Promise<Integration>;
  /** Of one without interfaces. */
  remove(by: string, integration: Integration): Promise<void>;
};

const columns = {
  id: 'id',
  name: 'name',
  description: 'description',
  sequence: 'sequence',
  state: 'state',
  interfaces: '(SELECT count(*) FROM interface WHERE interface.integration_id = integration.id)',
  changedAt: 'changed_at',
  changedBy: 'changed_by',
  version: 'version',
} as const;

const selected = Object.entries(columns)
  .map(([name, expression]) => `${expression} AS "${name}"`)
  .join(', ');

const section = 'Integrations';
const read = (row: Row) => row as unknown as Integration;

export function integrationsTable({ store, change }: Writing): Integrations {
  const findWhere = (condition: string, value: string | number) => {
    const row = store.get(`SELECT ${selected} FROM integration WHERE ${condition} = :value`, { value });
    return row && read(row);
  };
  const get = (id: number) => findWhere('id', id) as Integration;
  return {
    list: (query) =>
      readPage(store, {
        table: 'integration',
        columns,
        searched: ['name', "coalesce(description, '')", 'state'],
        defaultSort: 'sequence',
        query,
        read,
      }),
    find: (id) => findWhere('id', id),
    findByName: (name) => findWhere('lower(name)', name.toLowerCase()),
    nextSequence: () => Number(store.get('SELECT coalesce(max(sequence) + 1, 1) AS next FROM integration')?.next),
    async add(by, integration) {
      const display = `Created integration ${integration.name}`;
      const id = await change(by, { action: 'createdIntegration', section, display }, (now) => {
        const sql = `INSERT INTO integration (name, description, sequence, state, changed_at, changed_by)
          VALUES (:name, :description, :sequence, :state, :now, :by)`;
        return store.run(sql, { ...integration, now, by }).id;
      });
      return get(id);
    },
    async change(by, { id, name: before }, { version, ...wished }) {
      const renamed = before === wished.name ? '' : `, before ${before}`;
      const display = `Changed integration ${wished.name} (${wished.state}${renamed})`;
      await change(by, { action: 'changedIntegration', section, display }, (now) => {
        const sql = `UPDATE integration SET name = :name, description = :description, sequence = :sequence, state = :state,
          changed_at = :now, changed_by = :by, version = version + 1 WHERE id = :id AND version = :version`;
        if (store.run(sql, { ...wished, now, by, id, version }).changes === 0) throw changedMeanwhile();
        for (const row of store.all('SELECT name FROM interface WHERE integration_id = :id', { id }))
          renameInClients(store, `${before}/${row.name}`, `${wished.name}/${row.name}`);
        knowIntegration(store, id, wished.name);
      });
      return get(id);
    },
    remove: (by, { id, name }) =>
      change(by, { action: 'deletedIntegration', section, display: `Deleted integration ${name}` }, () => {
        const sql = `DELETE FROM integration WHERE id = :id
          AND NOT EXISTS (SELECT 1 FROM interface WHERE integration_id = :id)`;
        if (store.run(sql, { id }).changes === 0) throw changedMeanwhile();
      }),
  };
}
