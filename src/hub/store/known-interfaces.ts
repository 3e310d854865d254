/** The names of interfaces, for runs and messages that outlive them. Inside a transaction only. */
import type { SqliteFile } from '../../store/index.ts';

export function knowInterface(store: SqliteFile, id: number, named: { name: string; integration: string }): void {
  const sql = `INSERT INTO known_interface (id, name, integration) VALUES (:id, :name, :integration)
    ON CONFLICT (id) DO UPDATE SET name = :name, integration = :integration`;
  store.run(sql, { id, name: named.name, integration: named.integration });
}

/** All interfaces of an integration that has another name now. */
export function knowIntegration(store: SqliteFile, id: number, name: string): void {
  const sql = `UPDATE known_interface SET integration = :name
    WHERE id IN (SELECT interface.id FROM interface WHERE integration_id = :id)`;
  store.run(sql, { id, name });
}
