import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInterface, type InterfaceDefinition } from './index.ts';

const shops: InterfaceDefinition = {
  name: 'shops',
  connection: 'demo',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'insert',
  mapping: { Name: 'name', Shop__c: { formula: 'UPPER(number)' } },
};

function refusalOf(change: Partial<InterfaceDefinition>): string | undefined {
  try {
    checkInterface({ ...shops, ...change }, (path, reason) => new Error(`${path.join('.')} ${reason}`));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a formula with a mistake is refused at its field, with line and column', () => {
  assert.equal(refusalOf({}), undefined);
  assert.match(
    refusalOf({ mapping: { Name: { formula: 'UPER(name)' } } }) ?? '',
    /^mapping\.Name .*line 1, column 1.*UPPER/,
  );
});

test('a synchronous insert needs a mapped key, by which a lost answer can be looked up', () => {
  const says = /^mode is synchronous for an insert without a key/;
  assert.match(refusalOf({ mode: 'synchronous' }) ?? '', says);
  assert.match(refusalOf({ mode: 'synchronous', key: 'Phone' }) ?? '', says);
  assert.equal(refusalOf({ mode: 'synchronous', key: 'shop__c' }), undefined);
  assert.equal(refusalOf({ mode: 'synchronous', operation: 'upsert', externalId: 'Shop__c' }), undefined);
  assert.equal(refusalOf({ mode: 'batch' }), undefined);
});

test('a schedule goes by cron or by an interval, in a zone that is there', () => {
  assert.equal(refusalOf({ schedule: { every: '15m' } }), undefined);
  assert.match(refusalOf({ schedule: { every: '15m', cron: '0 6 * * *' } }) ?? '', /^schedule must have either/);
  assert.match(refusalOf({ schedule: {} }) ?? '', /^schedule must have either/);
  const berlin = { cron: '0 6 * * *', timeZone: 'Europe/Berlino' };
  assert.match(refusalOf({ schedule: berlin }) ?? '', /^schedule\.timeZone .* no IANA time zone/);
});
