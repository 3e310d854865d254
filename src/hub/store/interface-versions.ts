/** Every version of an interface that was ever saved; nothing of it is changed afterwards. */
import type { Row, SqliteFile } from '../../store/index.ts';
import type { KeptDefinition } from './interfaces.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';

export type InterfaceVersion = {
  version: number;
  savedAt: number;
  savedBy: string;
  restored: number | null;
  definition: KeptDefinition;
};

export type InterfaceVersions = {
  versions(id: number, query: ListQuery): PageOf<Omit<InterfaceVersion, 'definition'>>;
  findVersion(id: number, version: number): InterfaceVersion | undefined;
};

const columns = { version: 'version', savedAt: 'saved_at', savedBy: 'saved_by', restored: 'restored' } as const;

export function interfaceVersions(store: SqliteFile): InterfaceVersions {
  return {
    versions: (id, query) =>
      readPage(store, {
        table: 'interface_version',
        columns,
        searched: ['saved_by'],
        where: { sql: 'interface_id = :id', values: { id } },
        defaultSort: '-version',
        query,
        read: (row) => row as unknown as InterfaceVersion,
      }),
    findVersion(id, version) {
      const selected = Object.entries({ ...columns, definition: 'definition' })
        .map(([name, column]) => `${column} AS "${name}"`)
        .join(', ');
      const sql = `SELECT ${selected} FROM interface_version WHERE interface_id = :id AND version = :version`;
      const row = store.get(sql, { id, version });
      return row && readVersion(row);
    },
  };
}

type Writing = {
  id: number;
  version: number;
  definition: KeptDefinition;
  by: string;
  now: number;
  restored?: number | undefined;
};

/** Inside a transaction only. */
export function writeVersion(store: SqliteFile, { id, version, definition, by, now, restored = undefined }: Writing) {
  const sql = `INSERT INTO interface_version (interface_id, version, definition, saved_at, saved_by, restored)
    VALUES (:id, :version, :definition, :now, :by, :restored)`;
  const values = { id, version, definition: JSON.stringify(definition), now, by, restored: restored ?? null };
  store.run(sql, values);
}

function readVersion(row: Row): InterfaceVersion {
  return { ...row, definition: JSON.parse(String(row.definition)) } as InterfaceVersion;
}
