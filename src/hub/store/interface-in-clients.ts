/** Which API clients may use an interface, by its full name `INTEGRATION/INTERFACE`. */
import type { SqliteFile } from '../../store/index.ts';

export type NamedClient = { id: number; name: string };

type Listed = NamedClient & { interfaces: string[] };

export function clientsNaming(store: SqliteFile, fullName: string): NamedClient[] {
  return listed(store)
    .filter(({ interfaces }) => interfaces.some((name) => isSame(name, fullName)))
    .map(({ id, name }) => ({ id, name }));
}

/** Inside a transaction only: what is renamed is still allowed to whom it was allowed. */
export function renameInClients(store: SqliteFile, from: string, to: string): void {
  if (from === to) return;
  for (const { id, interfaces } of listed(store)) {
    if (!interfaces.some((name) => isSame(name, from))) continue;
    const renamed = JSON.stringify(interfaces.map((name) => (isSame(name, from) ? to : name)));
    store.run('UPDATE client SET interfaces = :renamed, version = version + 1 WHERE id = :id', { id, renamed });
  }
}

function listed(store: SqliteFile): Listed[] {
  const rows = store.all('SELECT id, name, interfaces FROM client WHERE interfaces IS NOT NULL ORDER BY name');
  return rows.map((row) => ({
    id: Number(row.id),
    name: String(row.name),
    interfaces: JSON.parse(String(row.interfaces)) as string[],
  }));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
