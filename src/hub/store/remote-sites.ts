/** Remote sites: the only hosts and ports the hub ever calls. */
import type { Row } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

export type RemoteSite = {
  id: number;
  name: string;
  /** Scheme, host and port: `https://127.0.0.1:9055`. */
  url: string;
  description: string | null;
  active: boolean;
  changedAt: number;
  changedBy: string;
  version: number;
};

export type NewRemoteSite = Pick<RemoteSite, 'name' | 'url' | 'description' | 'active'>;

export type RemoteSites = {
  list(query: ListQuery): PageOf<RemoteSite>;
  find(id: number): RemoteSite | undefined;
  findByName(name: string): RemoteSite | undefined;
  /** By scheme, host and port. */
  findByUrl(url: string): RemoteSite | undefined;
  add(by: string, site: NewRemoteSite): Promise<RemoteSite>;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, id: number, site: NewRemoteSite & { version: number }): Promise<RemoteSite>;
  remove(by: string, site: RemoteSite): Promise<void>;
};

const columns = {
  id: 'id',
  name: 'name',
  url: 'url',
  description: 'description',
  active: 'active',
  changedAt: 'changed_at',
  changedBy: 'changed_by',
  version: 'version',
} as const;

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

const section = 'Remote Sites';

export function remoteSitesTable({ store, change }: Writing): RemoteSites {
  const findWhere = (condition: string, value: string | number) => {
    const row = store.get(`SELECT ${selected} FROM remote_site WHERE ${condition} = :value`, { value });
    return row && readSite(row);
  };
  const find = (id: number) => findWhere('id', id);
  const get = (id: number) => find(id) as RemoteSite;
  return {
    list: (query) =>
      readPage(store, {
        table: 'remote_site',
        columns,
        searched: ['name', 'url', "coalesce(description, '')"],
        defaultSort: 'name',
        query,
        read: readSite,
      }),
    find,
    findByName: (name) => findWhere('lower(name)', name.toLowerCase()),
    findByUrl: (url) => findWhere('url', url),
    async add(by, site) {
      const display = `Created remote site ${site.name} (${site.url})`;
      const id = await change(by, { action: 'createdRemoteSite', section, display }, (now) => {
        const sql = `INSERT INTO remote_site (name, url, description, active, changed_at, changed_by)
          VALUES (:name, :url, :description, :active, :now, :by)`;
        return store.run(sql, { ...site, active: Number(site.active), now, by }).id;
      });
      return get(id);
    },
    async change(by, id, { version, ...site }) {
      const display = `Changed remote site ${site.name} (${site.url}, ${site.active ? 'active' : 'inactive'})`;
      await change(by, { action: 'changedRemoteSite', section, display }, (now) => {
        const sql = `UPDATE remote_site SET name = :name, url = :url, description = :description, active = :active,
          changed_at = :now, changed_by = :by, version = version + 1 WHERE id = :id AND version = :version`;
        const { changes } = store.run(sql, { ...site, active: Number(site.active), now, by, id, version });
        if (changes === 0) throw changedMeanwhile();
      });
      return get(id);
    },
    remove: (by, { id, name, url }) =>
      change(
        by,
        { action: 'deletedRemoteSite', section, display: `Deleted remote site ${name} (${url})` },
        () => void store.run('DELETE FROM remote_site WHERE id = :id', { id }),
      ),
  };
}

function readSite(row: Row): RemoteSite {
  const site = row as unknown as RemoteSite;
  return { ...site, active: Boolean(site.active) };
}
