/** What a user may do, ready for use: the schema they see and the records they reach, made once for all users of the same rights. */
import { hash } from 'node:crypto';
import type { Schema, SObject } from '../schema/schema.ts';
import type { ObjectRights, OrgWideDefault, UserRights } from './rights.ts';
import { viewSchema } from './schema-view.ts';
import { type AccessLevel, type Reach, reachOf } from './sharing.ts';

/** The same object for as long as nothing of it changes, so that what is made of it may be kept by it. */
export type Access = {
  /** Everything: then nothing else need be asked. */
  all: boolean;
  apiEnabled: boolean;
  /** Whether Bulk jobs may delete past the bin. */
  mayHardDelete: boolean;
  /** The same text for the same rights, in every thread; empty for all rights. */
  key: string;
  /** What the user sees. */
  schema: Schema;
  objectRights(object: SObject): ObjectRights;
  /** Which records of an object are reached; `object` of either schema. */
  reach(object: SObject, level: AccessLevel): Reach;
  /** Whether an Apex class, by its name in any case, may be called. */
  mayCallClass(name: string): boolean;
  /** Jobs and results that others began may be looked at. */
  seesAllJobs: boolean;
};

type AccessFinder = {
  /** From the next call on. Before the first time everybody may do everything; afterwards a user without an entry may do nothing. */
  set(rights: ReadonlyMap<string, UserRights>, defaults: Readonly<Record<string, OrgWideDefault>>): void;
  of(userId: string): Access;
};

const everything: ObjectRights = {
  read: true,
  create: true,
  edit: true,
  delete: true,
  viewAll: true,
  modifyAll: true,
};
const nothing: ObjectRights = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

type Given = Pick<AccessFinderState, 'defaults'>;
type AccessFinderState = {
  rights: ReadonlyMap<string, UserRights> | undefined;
  defaults: Readonly<Record<string, OrgWideDefault>>;
  byUser: Map<string, Access>;
  byKey: Map<string, Access>;
};

export function createAccessFinder(schema: Schema): AccessFinder {
  const unlimited = allAccess(schema, { apiEnabled: true, bulkApiHardDelete: false });
  const byTraits = new Map<string, Access>([['true false', unlimited]]);
  const ofAll = (rights: UserRights): Access => {
    const key = `${rights.apiEnabled} ${rights.bulkApiHardDelete}`;
    const made = byTraits.get(key) ?? allAccess(schema, rights);
    byTraits.set(key, made);
    return made;
  };
  let state: AccessFinderState = { rights: undefined, defaults: {}, byUser: new Map(), byKey: new Map() };
  let before: ReadonlyMap<string, Access> = new Map();
  const limited = (rights: UserRights): Access => {
    const key = keyOf(rights, state);
    const made =
      state.byKey.get(key) ?? before.get(key) ?? limitedAccess({ schema, rights, key, defaults: state.defaults });
    state.byKey.set(key, made);
    return made;
  };
  return {
    set(rights, defaults) {
      before = state.byKey;
      state = { rights, defaults, byUser: new Map(), byKey: new Map() };
    },
    of(userId) {
      const known = state.byUser.get(userId);
      if (known !== undefined) return known;
      if (state.rights === undefined) return unlimited;
      const rights = state.rights.get(userId) ?? noRights(userId);
      const access = rights.all ? ofAll(rights) : limited(rights);
      state.byUser.set(userId, access);
      return access;
    },
  };
}

function noRights(userId: string): UserRights {
  const none = { all: false, apiEnabled: false, viewAllData: false, modifyAllData: false, bulkApiHardDelete: false };
  return { userId, ...none, objects: {}, fields: {}, apexClasses: [] };
}

function allAccess(
  schema: Schema,
  { apiEnabled, bulkApiHardDelete }: Pick<UserRights, 'apiEnabled' | 'bulkApiHardDelete'>,
): Access {
  return {
    all: true,
    apiEnabled,
    mayHardDelete: bulkApiHardDelete,
    key: '',
    schema,
    objectRights: () => everything,
    reach: () => ({ kind: 'all' }),
    mayCallClass: () => true,
    seesAllJobs: true,
  };
}

function keyOf({ userId, ...rights }: UserRights, { defaults }: Given): string {
  return hash('sha256', JSON.stringify([rights, defaults]));
}

type Limits = { schema: Schema; rights: UserRights; key: string; defaults: Given['defaults'] };

function limitedAccess({ schema, rights, key, defaults }: Limits): Access {
  const sharing = { rights, defaults, schema };
  const known = new Map<string, Reach>();
  const classes = new Set(rights.apexClasses.map((name) => name.toLowerCase()));
  return {
    all: false,
    apiEnabled: rights.apiEnabled,
    mayHardDelete: rights.bulkApiHardDelete,
    key,
    schema: viewSchema(schema, rights),
    objectRights: ({ name }) => rights.objects[name] ?? nothing,
    reach(object, level) {
      const place = `${level} ${object.name}`;
      const reach = known.get(place) ?? reachOf(sharing, schema.findObject(object.name) ?? object, level);
      known.set(place, reach);
      return reach;
    },
    mayCallClass: (name) => classes.has(name.toLowerCase()),
    seesAllJobs: rights.viewAllData,
  };
}
