/** The tables of the records: made from the schema, grown when the schema grew, and what is known of each for reading and writing. */
import type { DatabaseSync } from 'node:sqlite';
import type { Field, FieldType, Schema, SObject } from '../schema/schema.ts';
import { quoted } from './statements.ts';

/** An object with the columns of its table, in their order. */
export type Table = {
  object: SObject;
  /** The table's name in SQL, e.g. `"City__c"` or `setup."User"`. */
  sqlName: string;
  /** The fields that have a column, Id first. */
  columns: readonly Field[];
  /** Where a field stands in `columns`, by canonical name. */
  indexOf: ReadonlyMap<string, number>;
};

const textTypes: ReadonlySet<FieldType> = new Set([
  'string',
  'textarea',
  'picklist',
  'multipicklist',
  'phone',
  'url',
  'email',
]);

const sqlTypes: Partial<Record<FieldType, string>> = {
  boolean: 'INTEGER NOT NULL DEFAULT 0',
  int: 'INTEGER',
  double: 'REAL',
  currency: 'REAL',
  percent: 'REAL',
  datetime: 'INTEGER',
};

export function describeTable(object: SObject): Table {
  const kept = object.fields.filter((field) => field.type !== 'address');
  const columns = [...kept.filter(({ name }) => name === 'Id'), ...kept.filter(({ name }) => name !== 'Id')];
  const indexOf = new Map(columns.map(({ name }, index) => [name, index]));
  return {
    object,
    sqlName: object.store === 'setup' ? `setup.${quoted(object.name)}` : quoted(object.name),
    columns,
    indexOf,
  };
}

/** The form of a column in which values are compared: folded for text, unless the field minds its case. */
export function comparedColumn(field: Field): string {
  return isFolded(field) ? `fold(${quoted(field.name)})` : quoted(field.name);
}

export function isFolded(field: Field): boolean {
  return textTypes.has(field.type) && !field.caseSensitive;
}

/** Makes what is missing of the schema's tables, columns and indexes; takes nothing away. */
export function createTables(database: DatabaseSync, schema: Schema): void {
  for (const object of schema.objects) {
    if (object.store !== 'records') continue;
    const table = describeTable(object);
    database.exec(`CREATE TABLE IF NOT EXISTS ${table.sqlName} (${createdColumns(table).join(', ')})`);
    addColumns(database, table);
    for (const sql of indexesOf(table)) database.exec(sql);
  }
}

function createdColumns({ columns, indexOf }: Table): string[] {
  const own = columns.map((field) =>
    field.name === 'Id' ? '"Id" TEXT PRIMARY KEY NOT NULL' : columnDefinition(field),
  );
  return indexOf.has('IsDeleted') ? own : [...own, '"IsDeleted" INTEGER NOT NULL DEFAULT 0'];
}

function columnDefinition(field: Field): string {
  return `${quoted(field.name)} ${sqlTypes[field.type] ?? 'TEXT'}`;
}

function addColumns(database: DatabaseSync, { object, sqlName, columns }: Table): void {
  const there = new Set(
    database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(object.name)
      .map(({ name }) => String(name)),
  );
  for (const field of columns) {
    if (!there.has(field.name)) database.exec(`ALTER TABLE ${sqlName} ADD COLUMN ${columnDefinition(field)}`);
  }
}

function indexesOf({ object, sqlName, columns }: Table): string[] {
  return columns.flatMap((field) => {
    if (field.name === 'Id' || !isIndexed(field)) return [];
    if (field.name === 'SystemModstamp') return changeIndex(object, sqlName);
    const name = quoted(`index_${object.name}_${field.name}`);
    return `CREATE INDEX IF NOT EXISTS ${name} ON ${sqlName} (${comparedColumn(field)})`;
  });
}

/** For reading changes in their order, page after page; it takes the place of an index over the time alone. */
function changeIndex({ name }: SObject, sqlName: string): string[] {
  const index = quoted(`index_${name}_SystemModstamp_Id`);
  return [
    `CREATE INDEX IF NOT EXISTS ${index} ON ${sqlName} ("SystemModstamp", "Id")`,
    `DROP INDEX IF EXISTS ${quoted(`index_${name}_SystemModstamp`)}`,
  ];
}

function isIndexed(field: Field): boolean {
  if (field.type === 'reference') return !isAuditReference(field);
  return field.unique || field.externalId || field.idLookup || field.nameField || field.name === 'SystemModstamp';
}

/** Users who own, made and changed a row: an index would cost each save and serve nobody. */
function isAuditReference({ name }: Field): boolean {
  return name === 'CreatedById' || name === 'LastModifiedById' || name === 'OwnerId';
}
