/** Which records of an object a user reaches: by the org-wide default, by owning them, or through their master. */
import { isMasterDetail } from '../schema/custom-field.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import { defaultOrgWideDefault, type OrgWideDefault, type UserRights } from './rights.ts';

/** `full` is what it takes to delete a record or to give it to another owner. */
export type AccessLevel = 'read' | 'edit' | 'full';

/** `through`: the records whose masters are all reached; each field with the master's table and how far that is reached. */
export type Reach =
  | { kind: 'all' }
  | { kind: 'own' }
  | { kind: 'none' }
  | { kind: 'through'; masters: readonly { field: Field; object: SObject; reach: Reach }[] };

export type Sharing = {
  rights: UserRights;
  defaults: Readonly<Record<string, OrgWideDefault>>;
  /** The whole schema, not that of the user. */
  schema: Schema;
};

/**
 * What a detail record needs at its masters to be made, changed or deleted: that they may be changed there. Salesforce lets a
 * master-detail field ask for less (Read Only); this org's fields do not have that setting.
 */
const neededAtMaster = { read: 'read', edit: 'edit', full: 'edit' } as const satisfies Record<AccessLevel, AccessLevel>;

export function reachOf(sharing: Sharing, object: SObject, level: AccessLevel): Reach {
  const { rights, defaults } = sharing;
  if (rights.all) return { kind: 'all' };
  if (object.store === 'setup') return { kind: level === 'read' ? 'all' : 'none' };
  const granted = rights.objects[object.name];
  if (granted?.read !== true) return { kind: 'none' };
  if (level === 'read' ? granted.viewAll : granted.modifyAll) return { kind: 'all' };
  if (!object.fields.some(({ name }) => name === 'OwnerId')) return reachThroughMasters(sharing, object, level);
  return { kind: opensTo(defaults[object.name] ?? defaultOrgWideDefault, level) ? 'all' : 'own' };
}

function opensTo(orgWideDefault: OrgWideDefault, level: AccessLevel): boolean {
  if (level === 'full') return false;
  return orgWideDefault === 'PublicReadWrite' || (orgWideDefault === 'PublicReadOnly' && level === 'read');
}

function reachThroughMasters(sharing: Sharing, object: SObject, level: AccessLevel): Reach {
  const masters = object.fields.filter(isMasterDetail).flatMap((field) => {
    const master = sharing.schema.findObject(field.referenceTo[0] ?? '');
    if (master === undefined) return [];
    const reach = reachOf(sharing, master, neededAtMaster[level]);
    return reach.kind === 'all' ? [] : [{ field, object: master, reach }];
  });
  if (masters.some(({ reach }) => reach.kind === 'none')) return { kind: 'none' };
  return masters.length === 0 ? { kind: 'all' } : { kind: 'through', masters };
}

/** How the condition is written: what names a table, and what stands for the user's id. */
export type Writing = { tableSql: (object: SObject) => string; bindUser: () => string };

/** The condition on the rows of `alias`; undefined when it holds for every row. */
export function reachSql(reach: Reach, alias: string, writing: Writing): string | undefined {
  if (reach.kind === 'all') return undefined;
  if (reach.kind === 'none') return '0';
  if (reach.kind === 'own') return `${alias}."OwnerId" = ${writing.bindUser()}`;
  return reach.masters
    .map(({ field, object, reach: above }, index) => {
      const master = `${alias}_m${index}`;
      const condition = reachSql(above, master, writing) ?? '1';
      const tie = `${master}."Id" = ${alias}."${field.name}"`;
      return `EXISTS (SELECT 1 FROM ${writing.tableSql(object)} AS ${master} WHERE ${tie} AND ${condition})`;
    })
    .join(' AND ');
}
