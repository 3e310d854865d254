import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planMapping } from '../../mapping/index.ts';
import type { InterfaceDefinition } from '../../protocol/index.ts';
import { definitionForRecords } from './records-definition.ts';

const shops: InterfaceDefinition = {
  name: 'shops',
  connection: 'box',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mode: 'auto',
  nulls: 'keep',
  columns: { revenue: 'Number', other: 'Date' },
  schedule: { every: '1h' },
  mapping: {
    Ext__c: 'id',
    Name: { formula: 'UPPER(name)' },
    Phone: { column: 'phone', nulls: 'clear' },
    Industry: { column: 'kind', map: { a: 'Energy' }, nulls: { default: 'Other' } },
    ParentId: { parent: 'Parent', externalId: 'Ext__c', column: 'parent', nulls: 'clear' },
  },
};

test('records as the source has them keep the mapping, and what is said of columns that are there', () => {
  const made = definitionForRecords(shops, { form: 'source' }, ['id', 'name', 'revenue']);
  assert.deepEqual(made.mapping, shops.mapping);
  assert.deepEqual([made.source, made.columns, made.mode], [{ file: 'records.csv' }, { revenue: 'Number' }, 'auto']);
  assert.equal(made.schedule, undefined);
});

test('records as they are sent are mapped onto themselves, whatever a null does in the interface', () => {
  const columns = ['Ext__c', 'Name', 'PHONE', 'Industry', 'Parent.Ext__c', 'Lead:Who.Ext__c', 'Country__r.Code__c'];
  const made = definitionForRecords(shops, { form: 'target', mode: 'bulk' }, columns);
  assert.deepEqual([made.mode, made.columns], ['bulk', undefined]);
  const plan = planMapping(made.mapping, { defaultNulls: 'keep', operation: 'upsert', externalId: 'Ext__c' });
  assert.deepEqual(plan.header, columns);
  assert.deepEqual(
    plan.targets.map(({ field }) => field),
    ['Ext__c', 'Name', 'PHONE', 'Industry', 'ParentId', 'WhoId', 'Country__c'],
  );
  assert.ok(plan.cells.every((cell) => cell.nulls === 'keep'));
});
