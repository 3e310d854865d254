/** A small org for the tests of SOQL: the true schema and tables, in memory. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { foldText } from '../records/database.ts';
import { OrgRefused } from '../records/refusal.ts';
import { createTables } from '../records/tables.ts';
import {
  addCustomFields,
  createSchema,
  defineCustomObject,
  idAt,
  type SObject,
  standardObjects,
} from '../schema/index.ts';
import { createQueryRunner, type QueryRunner } from './index.ts';

export type Values = Record<string, string | number | null>;

const country = defineCustomObject(
  {
    name: 'Country__c',
    pluralLabel: 'Countries',
    fields: [{ name: 'Code__c', type: 'text', length: 2, unique: true, externalId: true }],
  },
  'a00',
);
const city = defineCustomObject(
  {
    name: 'City__c',
    pluralLabel: 'Cities',
    fields: [
      { name: 'Country__c', type: 'lookup', to: 'Country__c', relationshipName: 'Cities' },
      { name: 'Population__c', type: 'number' },
      { name: 'Capital__c', type: 'checkbox' },
      { name: 'Founded__c', type: 'date' },
      { name: 'Seen__c', type: 'datetime' },
      { name: 'Opens__c', type: 'time' },
      { name: 'Size__c', type: 'picklist', values: ['Small', { value: 'Middle', label: 'Medium' }, 'Large'] },
      { name: 'Tags__c', type: 'multipicklist', values: ['port', 'river', { value: 'hill', label: 'Hilly' }] },
      { name: 'Token__c', type: 'text', length: 40, unique: true, externalId: true, caseSensitive: true },
      { name: 'Story__c', type: 'longtextarea' },
    ],
  },
  'a01',
);
/** Who and Owner can be several things. */
const visit = {
  ...defineCustomObject(
    { name: 'Visit__c', fields: [{ name: 'Who__c', type: 'lookup', to: 'Contact', relationshipName: 'Visits' }] },
    'a02',
  ),
};
const polymorphicVisit: SObject = {
  ...visit,
  fields: visit.fields.map((field) =>
    field.name === 'Who__c' ? { ...field, referenceTo: ['Contact', 'Lead'] } : field,
  ),
};

const objects = standardObjects.map((object) =>
  object.name === 'Account'
    ? addCustomFields(object, [{ name: 'Ext__c', type: 'text', length: 40, unique: true, externalId: true }])
    : object,
);
export const schema = createSchema([...objects, country, city, polymorphicVisit]);

export const me = idAt('005Sb0', 1);
export const ids = (prefix: string, number: number): string => idAt(`${prefix}Sb0`, number);

/** 2026-11-21 10:15:30 UTC, a Saturday. */
export const startOfTime = Date.UTC(2026, 10, 21, 10, 15, 30);

export type ExampleOrg = {
  database: DatabaseSync;
  runner: QueryRunner;
  unsupported: string[];
  add(object: string, values: Values): string;
  /** Answers with plain objects of the usual prototype. */
  query(
    soql: string,
    options?: { all?: boolean; batchSize?: number; userId?: string },
  ): ReturnType<QueryRunner['query']>;
  /** The values of one field of all records found. */
  column(soql: string, field?: string): unknown[];
  /** The refusal of a query that must be refused. */
  refusal(soql: string): { errorCode: string; message: string };
  pass(milliseconds: number): void;
};

export function createExampleOrg(options: { file?: string } = {}): ExampleOrg {
  const database = new DatabaseSync(options.file ?? ':memory:');
  database.function('fold', { deterministic: true }, foldText);
  database.exec("ATTACH DATABASE ':memory:' AS setup");
  createTables(database, schema);
  createSetupTables(database);
  let now = startOfTime;
  const unsupported: string[] = [];
  const runner = createQueryRunner({
    database,
    schema,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    onUnsupported: (what) => unsupported.push(what),
  });
  const numbers = new Map<string, number>();

  function add(name: string, values: Values): string {
    const object = schema.findObject(name)!;
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    const row: Values = { Id: ids(object.keyPrefix, number), IsDeleted: 0, ...values };
    const columns = Object.keys(row).map((column) => `"${column}"`);
    const table = `${object.store === 'setup' ? 'setup' : 'main'}."${object.name}"`;
    database
      .prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
      .run(...Object.values(row));
    return String(row.Id);
  }

  const query: ExampleOrg['query'] = (soql, { all = false, batchSize = 2000, userId = me } = {}) =>
    runner.query({ userId, soql, all, batchSize, apiVersion: 68 });
  const column = (soql: string, field = 'Name') => query(soql).records.map((record) => record[field]);

  function refusal(soql: string) {
    try {
      query(soql);
    } catch (error) {
      if (error instanceof OrgRefused) return error.refusal;
      throw error;
    }
    throw new assert.AssertionError({ message: `was not refused: ${soql}` });
  }

  return { database, runner, unsupported, add, query, column, refusal, pass: (milliseconds) => (now += milliseconds) };
}

function createSetupTables(database: DatabaseSync): void {
  for (const object of schema.objects) {
    if (object.store !== 'setup') continue;
    const columns = new Set(object.fields.filter(({ type }) => type !== 'address').map(({ name }) => `"${name}"`));
    database.exec(`CREATE TABLE setup."${object.name}" (${[...columns.add('"IsDeleted"')].join()})`);
  }
}

test('the example org answers about records and about the people of the setup store', () => {
  const org = createExampleOrg();
  org.add('User', { Name: 'Ada', Username: 'ada@acme.example' });
  org.add('Account', { Name: 'Acme', OwnerId: me });
  assert.deepEqual(org.column('SELECT Owner.Name FROM Account', 'Owner'), [
    { attributes: { type: 'User', url: `/services/data/v68.0/sobjects/User/${me}` }, Name: 'Ada' },
  ]);
});
