/** Lays a setup file over a project: what the file says of an entry of the project counts, the rest is added. */
import type { ValuePath } from '../../base/index.ts';
import type { SetupFile, SetupSource } from '../setup/index.ts';

const lists = ['objects', 'profiles', 'permissionSets', 'connectedApps', 'externalClientApps'] as const;
type List = (typeof lists)[number];
type Entry = { name: string; apiName?: string; fields?: readonly unknown[]; clientCredentials?: object };

/** Where a merged entry comes from: its numbers in the two lists. */
type Origin = { below: number | undefined; above: number | undefined; belowFields: number };
type Merged = { entries: Entry[]; origins: Origin[] };

export function layOver(project: SetupSource, file: SetupSource): SetupSource {
  const { metadata: _folder, ...own } = file.value;
  const merged = new Map(lists.map((list) => [list, mergeLists(entriesOf(project, list), entriesOf(file, list))]));
  const given = lists.filter((list) => project.value[list] !== undefined || file.value[list] !== undefined);
  const value = { ...own, ...Object.fromEntries(given.map((list) => [list, merged.get(list)?.entries])) } as SetupFile;
  return { value, refuse: (path, reason) => refuse(path, reason, { project, file, merged }) };
}

function entriesOf({ value }: SetupSource, list: List): readonly Entry[] {
  return (value[list] ?? []) as readonly Entry[];
}

function mergeLists(below: readonly Entry[], above: readonly Entry[]): Merged {
  const used = new Set<number>();
  const merged = below.map((entry, index) => {
    const match = above.findIndex((each, at) => !used.has(at) && isSame(entry, each));
    if (match >= 0) used.add(match);
    const origin = { below: index, above: match < 0 ? undefined : match, belowFields: entry.fields?.length ?? 0 };
    return { entry: mergeEntries(entry, above[match]), origin };
  });
  const added = above.flatMap((entry, index) =>
    used.has(index) ? [] : [{ entry, origin: { below: undefined, above: index, belowFields: 0 } }],
  );
  const all = [...merged, ...added];
  return { entries: all.map(({ entry }) => entry), origins: all.map(({ origin }) => origin) };
}

function isSame(one: Entry, other: Entry): boolean {
  return one.name.toLowerCase() === other.name.toLowerCase();
}

/** Fields are added to those of the project; the parts of `clientCredentials` are taken one by one. */
function mergeEntries(below: Entry, above: Entry | undefined): Entry {
  if (above === undefined) return below;
  const { fields = [], clientCredentials } = above;
  const all = [...(below.fields ?? []), ...fields];
  return {
    ...below,
    ...above,
    name: below.name,
    ...(all.length > 0 ? { fields: all } : {}),
    ...(below.clientCredentials && clientCredentials
      ? { clientCredentials: { ...below.clientCredentials, ...clientCredentials } }
      : {}),
  };
}

type Sources = { project: SetupSource; file: SetupSource; merged: ReadonlyMap<string, Merged> };

/** The error of whichever source said it. */
function refuse(path: ValuePath, reason: string, { project, file, merged }: Sources) {
  const [list = '', index = 0, key, ...rest] = path;
  const origin = merged.get(String(list))?.origins[Number(index)];
  if (origin === undefined) return file.refuse(path, reason);
  const { below, above, belowFields } = origin;
  if (below === undefined) return file.refuse([list, above ?? 0, ...path.slice(2)], reason);
  if (key === 'fields' && list === 'objects' && Number(rest[0]) >= belowFields)
    return file.refuse([list, above ?? 0, key, Number(rest[0]) - belowFields, ...rest.slice(1)], reason);
  const isOverlaid = above !== undefined && Object.hasOwn(entryAt(file, list as List, above), String(key ?? 'name'));
  const isFromFile = isOverlaid && key !== 'name' && !(key === 'fields' && list === 'objects');
  return isFromFile
    ? file.refuse([list, above, ...path.slice(2)], reason)
    : project.refuse([list, below, ...path.slice(2)], reason);
}

function entryAt(source: SetupSource, list: List, index: number): object {
  return entriesOf(source, list)[index] ?? {};
}
