/** The tables of one SELECT: the object it is from, and a join for each way up to a parent that is named in it. */
import type { Field, SObject } from '../schema/schema.ts';
import { refuse, unknownField, unknownObject, unknownParent } from './refusals.ts';
import { quote, type Translation, tableSql, visibleSql } from './translation.ts';
import type { Path, Query } from './tree.ts';

/** A place to read fields from: the object itself, or a parent. A reference to several objects has a table for each. */
export type Place = {
  tables: readonly { object: SObject; alias: string }[];
  /** Empty for the object itself. */
  relationshipName: string;
  /** The reference by which it was reached. */
  field?: Field;
  parent?: Place;
  parents: Map<string, Place>;
  /** A condition holds only where this parent is there. */
  required: boolean;
};

export type Column = { place: Place; field: Field; sql: string };

export type Scope = {
  readonly object: SObject;
  readonly root: Place;
  readonly translation: Translation;
  /** What a name at the head of a path stands for: aliases and the name of the object. */
  readonly heads: Map<string, Place>;
  /** Joins in the order they are to be written. */
  readonly joined: Place[];
};

/** Salesforce follows at most this many parents in one path, and so many ways in one query. */
const maxParents = 5;
const maxRelationships = 55;

/** The scope of a query from an object; for child queries the object is known already. */
export function createScope(translation: Translation, query: Query, childObject?: SObject): Scope {
  const name = query.from.parts.join('.');
  const object = childObject ?? translation.schema.findObject(name);
  if (object === undefined) throw unknownObject(translation.source, query.from.at, name);
  const root: Place = {
    tables: [{ object, alias: translation.nextAlias() }],
    relationshipName: '',
    parents: new Map(),
    required: false,
  };
  const heads = new Map([[object.name.toLowerCase(), root]]);
  if (query.alias !== undefined) heads.set(query.alias.toLowerCase(), root);
  const scope: Scope = { object, root, translation, heads, joined: [] };
  for (const { path, alias } of query.joins) {
    const place = placeOf(scope, path, path.parts);
    heads.set((alias ?? path.parts.at(-1) ?? '').toLowerCase(), place);
  }
  return scope;
}

/** The column behind a path. Throws OrgRefused (INVALID_FIELD) when there is none. */
export function resolvePath(scope: Scope, path: Path): Column {
  const name = path.parts.at(-1) ?? '';
  const place = placeOf(scope, path, path.parts.slice(0, -1));
  const field = fieldOf(scope, place, name);
  if (field === undefined) throw unknownField(scope.translation.source, path.at, name, entityName(place));
  return { place, field, sql: columnSql(scope, place, field.name) };
}

/** What Salesforce calls the place in its answers; several objects together are a `Name`. */
export function entityName({ tables: [first, ...others] }: Place): string {
  return others.length > 0 ? 'Name' : (first?.object.name ?? '');
}

function fieldOf(scope: Scope, place: Place, name: string): Field | undefined {
  for (const { object } of place.tables) {
    const field = scope.translation.schema.findField(object, name);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** Reads a field of a place; of several objects, that of the one that is there. */
export function columnSql(scope: Scope, place: Place, name: string): string {
  const columns: string[] = [];
  for (const { object, alias } of place.tables) {
    if (scope.translation.schema.findField(object, name)) columns.push(`${alias}.${quote(name)}`);
  }
  return columns.length === 1 ? (columns[0] ?? '') : `coalesce(${columns.join(', ')})`;
}

function placeOf(scope: Scope, path: Path, names: readonly string[]): Place {
  let place = scope.root;
  let rest = names;
  const [head] = names;
  if (head !== undefined && !findParentField(scope, place, head)) {
    const named = scope.heads.get(head.toLowerCase());
    if (named !== undefined) {
      place = named;
      rest = names.slice(1);
    }
  }
  if (rest.length > maxParents)
    throw refuse('MALFORMED_QUERY', `Maximum of ${maxParents} parent relationships in one field path exceeded`);
  for (const name of rest) place = parentOf(scope, place, { name, at: path.at });
  return place;
}

function findParentField({ translation }: Scope, { tables: [first, ...others] }: Place, name: string) {
  return first && others.length === 0 ? translation.schema.findParent(first.object, name) : undefined;
}

function parentOf(scope: Scope, place: Place, { name, at }: { name: string; at: number }): Place {
  const known = place.parents.get(name.toLowerCase());
  if (known !== undefined) return known;
  const field = findParentField(scope, place, name);
  const objects = (field?.referenceTo ?? []).flatMap((target) => scope.translation.schema.findObject(target) ?? []);
  if (field === undefined || objects.length === 0) throw unknownParent(scope.translation.source, at, name);
  const parent: Place = {
    tables: objects.map((object) => ({ object, alias: scope.translation.nextAlias() })),
    relationshipName: field.relationshipName ?? name,
    field,
    parent: place,
    parents: new Map(),
    required: false,
  };
  place.parents.set(name.toLowerCase(), parent);
  if (scope.joined.push(parent) > maxRelationships)
    throw refuse(
      'MALFORMED_QUERY',
      `Maximum of ${maxRelationships} child to parent relationships in one query exceeded`,
    );
  return parent;
}

/** Notes that rows without this parent are of no interest, so that it is found by INNER JOIN, which SQLite can begin with. */
export function requirePlace(place: Place): void {
  for (let at: Place | undefined = place; at?.parent && at.tables.length === 1; at = at.parent) at.required = true;
}

/** `FROM … JOIN …` for all that was resolved so far. */
export function fromSql(scope: Scope): string {
  const joins = scope.joined.flatMap((place) => joinsOf(scope, place));
  const first = scope.root.tables.map(({ object, alias }) => `FROM ${tableSql(object)} AS ${alias}`);
  return [...first, ...joins].join(' ');
}

function joinsOf(scope: Scope, { tables, field, parent, required }: Place): string[] {
  if (field === undefined || parent === undefined) return [];
  const reference = columnSql(scope, parent, field.name);
  return tables.map(({ object, alias }) => {
    const kept = scope.translation.all ? [] : [`${alias}."IsDeleted" = 0`];
    const on = [`${alias}."Id" = ${reference}`, ...kept, ...visibilityOf(scope, object, alias)].join(' AND ');
    return `${required ? 'INNER' : 'LEFT'} JOIN ${tableSql(object)} AS ${alias} ON ${on}`;
  });
}

function visibilityOf({ translation }: Scope, object: SObject, alias: string): string[] {
  const sql = visibleSql(translation, object, alias);
  return sql === undefined ? [] : [sql];
}

/** The conditions that hold whatever the query says: no deleted rows, none out of reach, and what USING SCOPE asks. */
export function standingConditions(scope: Scope, query: Query): string[] {
  const { translation, root } = scope;
  const conditions = translation.all ? [] : root.tables.map(({ alias }) => `${alias}."IsDeleted" = 0`);
  for (const { object, alias } of root.tables) conditions.push(...visibilityOf(scope, object, alias));
  if (query.scope === 'mine') conditions.push(ownedSql(scope));
  return conditions;
}

function ownedSql(scope: Scope): string {
  const { object, root, translation } = scope;
  if (!translation.schema.findField(object, 'OwnerId'))
    throw refuse('MALFORMED_QUERY', `Using scope mine is not supported for ${object.name}`);
  return `${columnSql(scope, root, 'OwnerId')} = ${translation.bind(({ userId }) => userId)}`;
}
