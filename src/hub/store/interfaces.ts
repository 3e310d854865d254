/** Interfaces as they are now, in the order of their integration. Every save is a version; see interface-versions.ts. */
import { type AnyInterfaceDefinition, type InterfaceDefinition, isOutbound } from '../../protocol/index.ts';
import type { Row } from '../../store/index.ts';
import type { ChangeNote, Writing } from './hub-store.ts';
import { clientsNaming, type NamedClient, renameInClients } from './interface-in-clients.ts';
import { type InterfaceVersions, interfaceVersions, writeVersion } from './interface-versions.ts';
import { knowInterface } from './known-interfaces.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

/** Where an interface stands, besides what it says itself. */
export type KeptInterface = {
  id: number;
  integrationId: number;
  /** Complete: integration, sequence and status are there. */
  definition: KeptDefinition;
  changedAt: number;
  changedBy: string;
  version: number;
};

export type KeptDefinition = AnyInterfaceDefinition &
  Required<Pick<AnyInterfaceDefinition, 'integration' | 'sequence' | 'status'>>;

/** Into Salesforce: such an interface takes records. */
export type KeptInbound = InterfaceDefinition & KeptDefinition;

export function isInbound(definition: KeptDefinition): definition is KeptInbound {
  return !isOutbound(definition);
}

/** `restored`: the version that is taken up again. */
export type InterfaceSave = {
  integrationId: number;
  definition: KeptDefinition;
  version: number;
  restored?: number | undefined;
};

export type Place = { id: number; sequence: number; version: number };

/** `agent`: the row of the agent of their connection. */
export type InterfacesWish = {
  integration?: string;
  connection?: string;
  agent?: number;
  status?: KeptDefinition['status'];
};

export type Interfaces = InterfaceVersions & {
  list(query: ListQuery & InterfacesWish): PageOf<KeptInterface>;
  find(id: number): KeptInterface | undefined;
  findByName(name: string): KeptInterface | undefined;
  /** In their order. */
  ofIntegration(integrationId: number): KeptInterface[];
  add(by: string, save: Pick<InterfaceSave, 'integrationId' | 'definition'>): Promise<KeptInterface>;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, before: KeptInterface, save: InterfaceSave): Promise<KeptInterface>;
  /** All at once; each that moves gets a new version. Throws ApiRefused 409 as `change`. */
  reorder(by: string, integration: { id: number; name: string }, places: readonly Place[]): Promise<void>;
  remove(by: string, gone: KeptInterface): Promise<void>;
  clientsOf(kept: KeptInterface): NamedClient[];
  /** All that name this connection. */
  ofConnection(name: string): KeptInterface[];
};

const columns = {
  id: 'interface.id',
  integrationId: 'integration_id',
  integration: 'integration.name',
  name: 'interface.name',
  sequence: 'interface.sequence',
  status: 'status',
  connection: 'connection',
  type: "json_extract(definition, '$.type')",
  object: "json_extract(definition, '$.object')",
  operation: "json_extract(definition, '$.operation')",
  definition: 'definition',
  changedAt: 'interface.changed_at',
  changedBy: 'interface.changed_by',
  version: 'interface.version',
} as const;

const table = 'interface JOIN integration ON integration.id = integration_id';

const selected = Object.entries(columns)
  .map(([name, expression]) => `${expression} AS "${name}"`)
  .join(', ');

const section = 'Interfaces';

export function interfacesTable(writing: Writing): Interfaces {
  const { store } = writing;
  const all = (condition: string, value: string | number) =>
    store
      .all(`SELECT ${selected} FROM ${table} WHERE ${condition} = :value ORDER BY interface.sequence`, { value })
      .map(readInterface);
  const find = (id: number) => all('interface.id', id)[0];
  const get = (id: number) => find(id) as KeptInterface;
  /** One transaction of this table. */
  const change = <Result>(by: string, note: Omit<ChangeNote, 'section'>, work: (now: number) => Result) =>
    writing.change(by, { ...note, section }, work);
  return {
    ...interfaceVersions(store),
    list: ({ integration, connection, agent, status, ...query }) =>
      readPage(store, {
        table,
        columns,
        searched: ['interface.name', 'integration.name', 'connection', columns.object, columns.operation],
        where: whereOf({ integration, connection, agent, status }),
        defaultSort: 'sequence',
        query,
        read: readInterface,
      }),
    find,
    findByName: (name) => all('lower(interface.name)', name.toLowerCase())[0],
    ofIntegration: (integrationId) => all('integration_id', integrationId),
    async add(by, { integrationId, definition }) {
      const display = `Created interface ${definition.name} in ${definition.integration}`;
      const id = await change(by, { action: 'createdInterface', display }, (now) => {
        const sql = `INSERT INTO interface (integration_id, name, sequence, status, connection, definition, changed_at, changed_by)
          SELECT id, :name, :sequence, :status, :connection, :definition, :now, :by FROM integration WHERE id = :integrationId`;
        const made = store.run(sql, { ...written(definition), integrationId, now, by });
        if (made.changes === 0) throw changedMeanwhile();
        writeVersion(store, { id: made.id, version: 1, definition, by, now });
        knowInterface(store, made.id, definition);
        return made.id;
      });
      return get(id);
    },
    async change(by, before, save) {
      const { definition, restored } = save;
      const what = restored === undefined ? 'Changed' : `Restored version ${restored} of`;
      const renamed = definition.name === before.definition.name ? '' : `, before ${before.definition.name}`;
      const display = `${what} interface ${definition.name} (${definition.status}${renamed})`;
      await change(by, { action: 'changedInterface', display }, (now) => {
        saveOver(writing, before.id, { ...save, by, now });
        renameInClients(store, fullNameOf(before.definition), fullNameOf(definition));
        knowInterface(store, before.id, definition);
      });
      return get(before.id);
    },
    reorder: (by, integration, places) =>
      change(by, { action: 'reorderedInterfaces', display: `Changed the order of ${integration.name}` }, (now) => {
        const moved = movesOf(all('integration_id', integration.id), places);
        // Out of each other's way first: no two stand at one place, not even for a moment.
        for (const { id } of moved) store.run('UPDATE interface SET sequence = -1 - sequence WHERE id = :id', { id });
        for (const { kept, sequence, version } of moved) {
          const definition = { ...kept.definition, sequence };
          saveOver(writing, kept.id, { integrationId: integration.id, definition, version, by, now });
        }
      }),
    remove: (by, { id, definition: { name, integration } }) =>
      change(by, { action: 'deletedInterface', display: `Deleted interface ${name} of ${integration}` }, () => {
        store.run('DELETE FROM interface_version WHERE interface_id = :id', { id });
        store.run('DELETE FROM interface WHERE id = :id', { id });
      }),
    clientsOf: ({ definition }) => clientsNaming(store, fullNameOf(definition)),
    ofConnection: (name) => all('lower(connection)', name.toLowerCase()),
  };
}

type Saving = InterfaceSave & { by: string; now: number };

function saveOver({ store }: Writing, id: number, { integrationId, definition, version, restored, by, now }: Saving) {
  const sql = `UPDATE interface SET integration_id = :integrationId, name = :name, sequence = :sequence, status = :status,
    connection = :connection, definition = :definition, changed_at = :now, changed_by = :by, version = version + 1
    WHERE id = :id AND version = :version`;
  const { changes } = store.run(sql, { ...written(definition), integrationId, now, by, id, version });
  if (changes === 0) throw changedMeanwhile();
  writeVersion(store, { id, version: version + 1, definition, by, now, restored });
}

/** Those that move, with where they go. */
function movesOf(present: readonly KeptInterface[], places: readonly Place[]) {
  const byId = new Map(present.map((kept) => [kept.id, kept]));
  return places.flatMap(({ id, sequence, version }) => {
    const kept = byId.get(id);
    if (kept === undefined || kept.version !== version) throw changedMeanwhile();
    return kept.definition.sequence === sequence ? [] : [{ id, kept, sequence, version }];
  });
}

function written(definition: KeptDefinition) {
  const { name, sequence, status, connection } = definition;
  return { name, sequence, status, connection, definition: JSON.stringify(definition) };
}

const conditions: Readonly<Record<keyof InterfacesWish, string>> = {
  integration: 'lower(integration.name) = lower(:integration)',
  connection: 'lower(connection) = lower(:connection)',
  agent: 'lower(connection) IN (SELECT lower(name) FROM connection WHERE agent_row = :agent)',
  status: 'status = :status',
};

function whereOf(wish: { [Name in keyof InterfacesWish]: InterfacesWish[Name] | undefined }) {
  const given = Object.entries(wish).filter(([, value]) => value !== undefined) as [
    keyof InterfacesWish,
    string | number,
  ][];
  if (given.length === 0) return undefined;
  return { sql: given.map(([name]) => conditions[name]).join(' AND '), values: Object.fromEntries(given) };
}

function readInterface(row: Row): KeptInterface {
  const { id, integrationId, integration, sequence, definition, changedAt, changedBy, version } = row;
  const kept = { ...JSON.parse(String(definition)), integration, sequence } as KeptDefinition;
  return { id, integrationId, definition: kept, changedAt, changedBy, version } as KeptInterface;
}

function fullNameOf({ integration, name }: KeptDefinition): string {
  return `${integration}/${name}`;
}
