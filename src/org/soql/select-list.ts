/** The select list of a query over records: which columns are read, and where their values stand in the record. */
import type { ChildRelationship, Field } from '../schema/schema.ts';
import { whereSql } from './conditions.ts';
import { type Operand, resolveOperand } from './operands.ts';
import { orderSql, sizeSql } from './order.ts';
import { type ChildStatement, type Entry, maxChildRows, type Shape } from './record-shape.ts';
import { refuse, refuseAt, unexpectedToken, unknownChildren } from './refusals.ts';
import { columnSql, createScope, entityName, fromSql, type Place, type Scope } from './scope.ts';
import { createTranslation, type Translation } from './translation.ts';
import type { Query, SelectItem } from './tree.ts';
import { addressParts, csvFormOf, formOf, labelForm, localForm } from './value-forms.ts';

export type Selection = { columns: string[]; shape: Shape };

/** Limits of Salesforce: child queries in one query, their depth, and rows where FIELDS() is not bounded. */
const maxChildQueries = 20;
const maxChildDepth = 4;
const maxFieldsRows = 200;

/** A shape while it is being made, with the names that are taken, in small letters, and the parents within it. */
type Draft = { shape: Shape & { entries: Entry[] }; names: Set<string>; parents: Map<Place, Draft> };

type Work = { scope: Scope; query: Query; columns: string[]; root: Draft; depth: number };

/** Reads the select list of a query without aggregates. `depth` is 0 for the query itself, 1 for its child queries, … */
export function selectRecords(scope: Scope, query: Query, depth = 0): Selection {
  const columns: string[] = [];
  const work = { scope, query, columns, root: createDraft(scope, columns, scope.root), depth };
  if (query.items.filter(({ kind }) => kind === 'children').length > maxChildQueries)
    throw refuse('MALFORMED_QUERY', `Maximum of ${maxChildQueries} sub-queries in one query exceeded`);
  for (const item of query.items) selectItem(work, item);
  return { columns, shape: work.root.shape };
}

function createDraft(scope: Scope, columns: string[], place: Place): Draft {
  const id = addColumn(columns, columnSql(scope, place, 'Id'));
  return { shape: { type: entityName(place), id, entries: [] }, names: new Set(), parents: new Map() };
}

/** Adds an entry; false when its name is taken. */
function addEntry({ shape, names }: Draft, entry: Entry): boolean {
  const name = entry.key.toLowerCase();
  if (names.has(name)) return false;
  names.add(name);
  shape.entries.push(entry);
  return true;
}

function addColumn(columns: string[], sql: string): number {
  const known = columns.indexOf(sql);
  return known >= 0 ? known : columns.push(sql) - 1;
}

function selectItem(work: Work, item: SelectItem): void {
  if (item.kind === 'children') selectChildren(work, item);
  else if (item.kind === 'fields') selectFields(work, item);
  else selectExpression(work, item);
}

function selectExpression(work: Work, { expression, alias }: Extract<SelectItem, { kind: 'expression' }>): void {
  const operand = resolveOperand(work.scope, expression);
  const isForm = expression.kind === 'call' && (expression.name === 'TOLABEL' || expression.name === 'FORMAT');
  const { source } = work.scope.translation;
  if (expression.kind === 'call' && !isForm)
    throw unexpectedToken(source, { text: expression.name, at: expression.at });
  if (alias && !isForm)
    throw refuseAt(source, alias.at, 'MALFORMED_QUERY', 'only aggregate expressions use field aliasing');
  addField(work, operand, { alias: alias?.text, formatted: isForm && expression.name === 'FORMAT' });
}

function addField(
  work: Work,
  operand: Operand,
  { alias, formatted }: { alias?: string | undefined; formatted: boolean },
): void {
  const { field, place } = operand;
  if (field === undefined || place === undefined) return;
  const draft = alias === undefined ? draftOf(work, place) : work.root;
  const key = alias ?? field.name;
  const made = field.type === 'address' ? addressEntry(work, place, field) : valueEntry(work, operand, formatted);
  if (!addEntry(draft, { ...made, key })) throw refuseDuplicate(place, key, alias);
}

function refuseDuplicate(place: Place, key: string, alias: string | undefined) {
  if (alias !== undefined) return refuse('MALFORMED_QUERY', `duplicate alias: ${alias}`);
  const path = [key];
  for (let at: Place | undefined = place; at?.parent; at = at.parent) path.unshift(at.relationshipName);
  return refuse('INVALID_FIELD', `duplicate field selected: ${path.join('.')}`);
}

function valueEntry({ columns }: Work, { sql, field, byLabel, type }: Operand, formatted: boolean): Entry {
  const column = addColumn(columns, sql);
  if (byLabel && field) return { kind: 'value', key: '', column, form: labelForm(field) };
  if (formatted && field) return { kind: 'value', key: '', column, form: localForm(field) };
  return { kind: 'value', key: '', column, form: formOf(type), ...csvFormOf(type) };
}

function addressEntry({ scope, columns }: Work, place: Place, field: Field): Entry {
  const parts: Record<string, number> = {};
  for (const [part, ending] of Object.entries(addressParts)) {
    const name = partOf(place, field, ending);
    parts[part] = addColumn(columns, name === undefined ? 'NULL' : columnSql(scope, place, name));
  }
  return { kind: 'address', key: '', columns: parts };
}

function partOf({ tables }: Place, { name }: Field, ending: string): string | undefined {
  const fields = tables.flatMap(({ object }) => object.fields);
  return fields.find((field) => field.compoundFieldName === name && field.name.endsWith(ending))?.name;
}

/** Where the fields of a place go: the record itself, or the parent within it. */
function draftOf(work: Work, place: Place): Draft {
  if (place.parent === undefined) return work.root;
  const above = draftOf(work, place.parent);
  const known = above.parents.get(place);
  if (known !== undefined) return known;
  const draft = createDraft(work.scope, work.columns, place);
  above.parents.set(place, draft);
  addEntry(above, { kind: 'parent', key: place.relationshipName, shape: draft.shape });
  return draft;
}

function selectFields(work: Work, { which, at }: Extract<SelectItem, { kind: 'fields' }>): void {
  const { scope, query } = work;
  if (which !== 'STANDARD' && (query.limit === undefined || query.limit > maxFieldsRows))
    throw refuse('MALFORMED_QUERY', `The SOQL FIELDS function must have a LIMIT of at most ${maxFieldsRows}`);
  for (const field of scope.object.fields) {
    if (which === 'CUSTOM' && !field.custom) continue;
    if (which === 'STANDARD' && field.custom) continue;
    const expression = { kind: 'field' as const, path: { parts: [field.name], at } };
    addField(work, resolveOperand(scope, expression), { formatted: false });
  }
}

/** A child query, as one column: a JSON array of its rows, with one row more than a page where there are more. */
function selectChildren(work: Work, { query, at }: Extract<SelectItem, { kind: 'children' }>): void {
  const { scope, columns, root, depth } = work;
  const { translation } = scope;
  const { source } = translation;
  if (depth >= maxChildDepth)
    throw refuseAt(source, at, 'MALFORMED_QUERY', `Maximum of ${maxChildDepth + 1} levels of sub-queries exceeded`);
  if (query.groupBy.length > 0 || query.having) throw unexpectedToken(source, { text: 'GROUP', at });
  const relationship = findChildren(scope, query);
  const name = relationship?.name;
  if (relationship === undefined || typeof name !== 'string')
    throw unknownChildren(source, query.from.at, query.from.parts.join('.'));
  const children = { query, relationship, depth };
  const limit = Math.min(query.limit ?? Number.POSITIVE_INFINITY, maxChildRows + 1);
  const inline = childRows(
    translation,
    { ...children, query: { ...query, limit } },
    columnSql(scope, scope.root, 'Id'),
  );
  const names = inline.columns.map((_, index) => `c${index}`);
  const sql = `(SELECT json_group_array(json_array(${names.join(', ')})) FROM (${inline.sql}))`;
  const column = addColumn(columns, sql);
  const all = () => allChildren(translation, children);
  const added = addEntry(root, {
    kind: 'children',
    key: name,
    column,
    shape: inline.shape,
    parentId: root.shape.id ?? 0,
    all,
  });
  if (!added) throw refuse('INVALID_FIELD', `duplicate field selected: ${name}`);
}

type Children = { query: Query; relationship: ChildRelationship; depth: number };

/** The rows of a child query below one parent. */
function childRows(translation: Translation, { query, relationship, depth }: Children, parentSql: string) {
  const inner = createScope(translation, query, relationship.childObject);
  const { columns, shape } = selectRecords(inner, query, depth + 1);
  const where = whereSql(inner, query);
  const tie = `${columnSql(inner, inner.root, relationship.field.name)} = ${parentSql}`;
  const selected = columns.map((sql, index) => `${sql} AS c${index}`);
  const tail = `${orderSql(inner, query)}${sizeSql(inner, query)}`;
  const sql = `SELECT ${selected.join(', ')} ${fromSql(inner)} ${where === '' ? 'WHERE' : `${where} AND`} ${tie}${tail}`;
  return { sql, columns, shape };
}

/** A statement of its own for the children of one parent, when they are more than a page. */
function allChildren({ schema, source, all, reach }: Translation, children: Children): ChildStatement {
  const translation = createTranslation({ schema, source, all, reach });
  const parentSql = translation.bind(({ parentId }) => parentId);
  const { sql, columns, shape } = childRows(translation, children, parentSql);
  return { sql, parameters: translation.parameters, width: columns.length, shape };
}

/** The way down: its name alone, or behind the name or alias of the parent object. */
function findChildren(scope: Scope, { from: { parts } }: Query) {
  const [first = '', second] = parts;
  if (parts.length > 2 || (second !== undefined && scope.heads.get(first.toLowerCase()) !== scope.root))
    return undefined;
  const name = (second ?? first).toLowerCase();
  const relationships = scope.translation.schema.childRelationships(scope.object);
  return relationships.find((each) => each.name?.toLowerCase() === name);
}
