/** A row on its way into a table: what it says of each column, checked field by field, not yet held against other records. */
import type { Field, Schema } from '../schema/schema.ts';
import { compileFromJson, compileFromText, isRefused, type Stored } from './field-values.ts';
import type { InputRow, RowError } from './records.ts';
import { describeTable, type Table } from './tables.ts';

/** A parent named by an external id, to be looked up. */
export type ParentLookup = { column: number; reference: Field; object: string; field: Field; value: Stored };

export type Draft = {
  /** The Id as it was given: text, or undefined when the row has none. */
  id: string | undefined;
  /** By column of the table; undefined where the row says nothing. */
  values: (Stored | undefined)[];
  /** Fields named by the row that cannot be created or cannot be updated. */
  guarded: Field[];
  lookups: ParentLookup[];
  errors: RowError[];
};

/** Puts one value of a row, as it came, into the draft. */
type JsonSetter = (draft: Draft, value: unknown) => void;
type TextSetter = (draft: Draft, text: string | null) => void;

export type CompiledHeader = {
  /** Canonical names of the fields the columns fill, in order of the columns. */
  fields: readonly string[];
  draft(cells: readonly string[]): Draft;
};

/** What stands in a CSV cell for null. */
const nullCell = '#N/A';

export function emptyDraft(table: Table): Draft {
  return { id: undefined, values: new Array<undefined>(table.columns.length), guarded: [], lookups: [], errors: [] };
}

/** Makes drafts of JSON rows of one object. */
export function createJsonDrafter(schema: Schema, table: Table): (row: InputRow) => Draft {
  const setters = new Map<string, JsonSetter>();
  const setterOf = (key: string): JsonSetter => {
    const known = setters.get(key);
    if (known !== undefined) return known;
    const made = jsonSetter(schema, table, key);
    // Unknown names are made up by callers and so without end; what the schema knows is not.
    if (made !== undefined) setters.set(key, made);
    return made ?? ((draft) => draft.errors.push(noSuchColumn(table, key)));
  };
  return (row) => {
    const draft = emptyDraft(table);
    for (const key of Object.keys(row)) setterOf(key)(draft, row[key]);
    return draft;
  };
}

function jsonSetter(schema: Schema, table: Table, key: string): JsonSetter | undefined {
  if (key === 'attributes') return () => undefined;
  if (key.toLowerCase() === 'id') return setJsonId;
  const field = schema.findField(table.object, key);
  if (field !== undefined) return jsonFieldSetter(table, field);
  const reference = schema.findParent(table.object, key);
  return reference === undefined ? undefined : jsonParentSetter(schema, table, reference);
}

function setJsonId(draft: Draft, value: unknown): void {
  draft.id = value === null || value === '' ? undefined : String(value);
}

function jsonFieldSetter(table: Table, field: Field): JsonSetter {
  const column = table.indexOf.get(field.name);
  const guarded = isGuarded(field) || column === undefined;
  const check = compileFromJson(field);
  return (draft, value) => {
    if (guarded) draft.guarded.push(field);
    if (column !== undefined) put(draft, column, check(value));
  };
}

function isGuarded(field: Field): boolean {
  return !field.createable || !field.updateable;
}

function put(draft: Draft, column: number, value: Stored | RowError): void {
  if (isRefused(value)) draft.errors.push(value);
  else draft.values[column] = value;
}

function jsonParentSetter(schema: Schema, table: Table, reference: Field): JsonSetter {
  const column = table.indexOf.get(reference.name) ?? 0;
  return (draft, value) => {
    if (isGuarded(reference)) draft.guarded.push(reference);
    if (value === null) draft.values[column] = null;
    else if (typeof value === 'object' && value !== undefined)
      setJsonParent({ schema, table, reference, column, draft }, value as InputRow);
    else draft.errors.push(noSuchColumn(table, reference.relationshipName ?? reference.name));
  };
}

type ParentSetting = { schema: Schema; table: Table; reference: Field; column: number; draft: Draft };

function setJsonParent({ schema, table, reference, column, draft }: ParentSetting, parent: InputRow): void {
  const named = Object.keys(parent).filter((key) => key !== 'attributes' && key !== 'type');
  const [key] = named;
  const target = targetOf(schema, reference, jsonTypeOf(parent));
  const field = target && key !== undefined && named.length === 1 ? schema.findField(target, key) : undefined;
  if (target === undefined || field === undefined || !isLookupField(field)) {
    draft.errors.push(badParent(table, reference));
    return;
  }
  const value = compileFromJson(field)(parent[key ?? '']);
  if (isRefused(value)) draft.errors.push(value);
  else draft.lookups.push({ column, reference, object: target.name, field, value });
}

function jsonTypeOf(parent: InputRow): string | undefined {
  const attributes = parent.attributes as { type?: unknown } | null | undefined;
  const type = attributes?.type ?? parent.type;
  return typeof type === 'string' ? type : undefined;
}

/** The object a lookup means: the one named, or the only one there is. */
function targetOf(schema: Schema, reference: Field, type: string | undefined) {
  const [only, another] = reference.referenceTo;
  if (type === undefined) return only !== undefined && another === undefined ? schema.findObject(only) : undefined;
  const target = schema.findObject(type);
  return target !== undefined && reference.referenceTo.includes(target.name) ? target : undefined;
}

function isLookupField(field: Field): boolean {
  return field.idLookup || field.externalId || field.type === 'id';
}

function noSuchColumn(table: Table, name: string): RowError {
  return {
    statusCode: 'INVALID_FIELD',
    message: `No such column '${name}' on sobject of type ${table.object.name}`,
    fields: [],
  };
}

function badParent(table: Table, reference: Field): RowError {
  const message = `The relationship ${reference.relationshipName ?? reference.name} of ${table.object.name} must name one external id field of ${reference.referenceTo.join(' or ')}`;
  return { statusCode: 'INVALID_FIELD', message, fields: [reference.name] };
}

/**
 * Makes drafts of CSV rows under one header; gives the name of the first column that is not there.
 * An empty cell says nothing, `#N/A` says null.
 */
export function compileHeader(
  schema: Schema,
  table: Table,
  header: readonly string[],
): CompiledHeader | { unknown: string } {
  const setters: TextSetter[] = [];
  const fields: string[] = [];
  const seen = new Set<string>();
  for (const name of header) {
    const folded = name.trim().toLowerCase();
    const column = textColumn(schema, table, name.trim());
    if (column === undefined || seen.has(folded)) return { unknown: name };
    seen.add(folded);
    setters.push(column.set);
    fields.push(column.name);
  }
  const draft = (cells: readonly string[]): Draft => {
    const made = emptyDraft(table);
    for (let index = 0; index < setters.length; index += 1) {
      const cell = cells[index];
      if (cell !== undefined && cell !== '') setters[index]?.(made, cell === nullCell ? null : cell);
    }
    return made;
  };
  return { fields, draft };
}

type TextColumn = { name: string; set: TextSetter };

function textColumn(schema: Schema, table: Table, name: string): TextColumn | undefined {
  if (name.toLowerCase() === 'id') return { name: 'Id', set: setTextId };
  const field = schema.findField(table.object, name);
  if (field !== undefined) return textFieldColumn(table, field);
  const parts = /^(?:(\w+):)?(\w+)\.(\w+)$/.exec(name);
  return parts === null
    ? undefined
    : textParentColumn({ schema, table, type: parts[1], relationship: parts[2] ?? '', key: parts[3] ?? '' });
}

function setTextId(draft: Draft, text: string | null): void {
  draft.id = text?.trim();
}

function textFieldColumn(table: Table, field: Field): TextColumn | undefined {
  const column = table.indexOf.get(field.name);
  if (column === undefined) return undefined;
  const guarded = isGuarded(field);
  const check = compileFromText(field);
  const nothing = compileFromJson(field);
  const set: TextSetter = (draft, text) => {
    if (guarded) draft.guarded.push(field);
    put(draft, column, text === null ? nothing(null) : check(text));
  };
  return { name: field.name, set };
}

type ParentColumn = { schema: Schema; table: Table; type: string | undefined; relationship: string; key: string };

function textParentColumn({ schema, table, type, relationship, key }: ParentColumn): TextColumn | undefined {
  const reference = schema.findParent(table.object, relationship);
  const target = reference && targetOf(schema, reference, type);
  const field = target && schema.findField(target, key);
  if (target === undefined || reference === undefined || field === undefined || !isLookupField(field)) return undefined;
  const column = table.indexOf.get(reference.name) ?? 0;
  const check = compileFromText(field);
  const set: TextSetter = (draft, text) => {
    if (isGuarded(reference)) draft.guarded.push(reference);
    const value = text === null ? null : check(text);
    if (isRefused(value)) draft.errors.push(value);
    else if (value === null) draft.values[column] = null;
    else draft.lookups.push({ column, reference, object: target.name, field, value });
  };
  return { name: reference.name, set };
}

/** A table with its reader of JSON rows. */
export type DraftingTable = Table & { draftJson(row: InputRow): Draft };

export function createDraftingTable(schema: Schema, name: string): DraftingTable | undefined {
  const object = schema.findObject(name);
  if (object === undefined) return undefined;
  const table = describeTable(object);
  return { ...table, draftJson: createJsonDrafter(schema, table) };
}
