/** What saving to one object needs to know, worked out once: columns that are required, unique, filled by the org. */
import type { Field, Schema } from '../schema/schema.ts';
import { createDraftingTable, type DraftingTable } from './draft.ts';
import type { Stored } from './field-values.ts';
import { quoted } from './statements.ts';

export type Column = { index: number; field: Field };

export type SaveTable = DraftingTable & {
  insertSql: string;
  /** Refused on insert when they are null or left out. */
  required: readonly Column[];
  /** Refused on update when they are set to null. */
  neverNull: readonly Column[];
  unique: readonly Column[];
  references: readonly Column[];
  /** Values of a new row for columns it leaves out. */
  defaults: readonly { index: number; value: Stored }[];
  /** Columns numbered by the org. */
  autoNumbers: readonly Column[];
  /** The name of a row that is given none: its id. */
  nameFromId: number | undefined;
  /** Columns that hold the user, or the time, of making and of changing a row. */
  audit: { createdBy: number[]; createdAt: number[]; changedBy: number[]; changedAt: number[] };
  owner: number | undefined;
  /** The name of a person and the columns it is put together from, in order. */
  personName: { index: number; parts: readonly number[] } | undefined;
};

const personNameParts = ['FirstName', 'MiddleName', 'LastName', 'Suffix'];

/** The table of an object, by its name in any case; undefined when there is no such object. */
export function createSaveTable(schema: Schema, name: string): SaveTable | undefined {
  const table = createDraftingTable(schema, name);
  if (table === undefined) return undefined;
  const columns = table.columns.map((field, index) => ({ index, field }));
  const those = (test: (field: Field) => boolean) => columns.filter(({ field }) => test(field));
  return {
    ...table,
    insertSql: insertSql(table),
    required: those(isRequired),
    neverNull: those(({ nillable, createable, updateable }) => !nillable && (createable || updateable)),
    unique: those(({ unique }) => unique),
    references: those(({ type }) => type === 'reference'),
    defaults: columns.flatMap(defaultOf),
    autoNumbers: those(isAutoNumber),
    nameFromId: columns.find(({ field }) => isNameFromId(field))?.index,
    audit: auditColumns(table.indexOf),
    owner: table.indexOf.get('OwnerId'),
    personName: personNameOf(table),
  };
}

function insertSql({ sqlName, columns }: DraftingTable): string {
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  return `INSERT INTO ${sqlName} (${names}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function isRequired(field: Field): boolean {
  if (field.nillable || field.defaultedOnCreate || !field.createable || field.calculated) return false;
  return field.type !== 'id' && field.type !== 'boolean' && field.defaultValue === null;
}

function isAutoNumber(field: Field): boolean {
  return (
    field.nameField && field.type === 'string' && field.defaultedOnCreate && !field.createable && !field.calculated
  );
}

function isNameFromId(field: Field): boolean {
  return field.nameField && field.type === 'string' && field.defaultedOnCreate && field.createable && !field.calculated;
}

function defaultOf({ index, field }: Column): { index: number; value: Stored }[] {
  if (field.type === 'boolean') return [{ index, value: field.defaultValue === true ? 1 : 0 }];
  const chosen = field.defaultValue ?? field.picklistValues.find(({ defaultValue }) => defaultValue)?.value ?? null;
  return chosen === null ? [] : [{ index, value: chosen === true ? 1 : chosen === false ? 0 : chosen }];
}

function auditColumns(indexOf: ReadonlyMap<string, number>): SaveTable['audit'] {
  const found = (...names: string[]) => names.flatMap((name) => indexOf.get(name) ?? []);
  return {
    createdBy: found('CreatedById'),
    createdAt: found('CreatedDate'),
    changedBy: found('LastModifiedById'),
    changedAt: found('LastModifiedDate', 'SystemModstamp'),
  };
}

function personNameOf({ columns, indexOf }: DraftingTable): SaveTable['personName'] {
  const index = indexOf.get('Name');
  if (index === undefined || columns[index]?.calculated !== true) return undefined;
  return { index, parts: personNameParts.flatMap((name) => indexOf.get(name) ?? []) };
}
