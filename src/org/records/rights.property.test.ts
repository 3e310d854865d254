import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { effectiveRights, type ObjectRights, type OrgWideDefault } from '../rights/index.ts';
import type { RowError } from './records.ts';
import { openSmallRecords, type SmallRecords, testUserId } from './small-schema-in-test.ts';

const anotherId = '005Sb0000000002AAA';

type Row = { id: string; mine: boolean };
type World = { cities: Row[]; streets: (Row & { city: Row })[] };

async function insert(small: SmallRecords, object: string, row: object, mine: boolean): Promise<Row> {
  const userId = mine ? testUserId : anotherId;
  const [result] = await small.save({ userId, operation: 'insert', object, rows: [{ ...row }] });
  assert.ok(result?.success, JSON.stringify(result));
  return { id: result.id, mine };
}

/** Cities of two owners, each with a street. */
async function fill(small: SmallRecords): Promise<World> {
  const country = await insert(small, 'Country__c', { Name: 'X', Code__c: 'X' }, true);
  const world: World = { cities: [], streets: [] };
  for (const [index, mine] of [true, false, true, false].entries()) {
    const city = await insert(small, 'City__c', { Geoname_Id__c: `g${index}`, Country__c: country.id }, mine);
    const street = await insert(small, 'Street__c', { City__c: city.id }, mine);
    world.cities.push(city);
    world.streets.push({ ...street, city });
  }
  return world;
}

const objectRights = fc.record({
  read: fc.boolean(),
  create: fc.constant(false),
  edit: fc.boolean(),
  delete: fc.boolean(),
  viewAll: fc.boolean(),
  modifyAll: fc.boolean(),
});
const orgWide = fc.constantFrom<OrgWideDefault>('Private', 'PublicReadOnly', 'PublicReadWrite');

/** What the rules say, in plain words of JavaScript. */
function expected(rights: Record<'City__c' | 'Street__c', ObjectRights>, orgWideDefault: OrgWideDefault) {
  const city = normal(rights.City__c);
  const street = normal(rights.Street__c);
  const seesCity = ({ mine }: Row) => city.read && (mine || city.viewAll || orgWideDefault !== 'Private');
  const reachesCity = ({ mine }: Row) => city.read && (mine || city.modifyAll || orgWideDefault === 'PublicReadWrite');
  return {
    seesCity,
    changesCity: (row: Row) => city.edit && reachesCity(row),
    seesStreet: (row: Row & { city: Row }) => street.read && (street.viewAll || seesCity(row.city)),
    changesStreet: (row: Row & { city: Row }) => street.edit && (street.modifyAll || reachesCity(row.city)),
  };
}

function normal(given: ObjectRights): ObjectRights {
  const viewAll = given.viewAll || given.modifyAll;
  const edit = given.edit || given.delete || given.modifyAll;
  return { ...given, viewAll, edit, read: given.read || edit || viewAll };
}

test('queries, reads and changes agree with the rules, whatever the rights and the org-wide default', async () => {
  await using small = await openSmallRecords();
  const world = await fill(small);
  const { records } = small;
  const select = async (soql: string): Promise<string[]> => {
    try {
      const asked = { userId: testUserId, soql, all: false, batchSize: 2000, apiVersion: 68 };
      return (await records.query(asked)).records.map(({ Id }) => String(Id));
    } catch {
      return [];
    }
  };
  const read = (object: string, id: string) =>
    records.read({ userId: testUserId, object, id, apiVersion: 68 }).catch(() => undefined);
  const change = async (object: string, id: string): Promise<readonly RowError[]> => {
    try {
      const [result] = await small.save({ operation: 'update', object, rows: [{ Id: id, Name: 'n' }] });
      return result?.success === false ? result.errors : [];
    } catch {
      return [{ statusCode: 'NOT_FOUND', message: '', fields: [] }];
    }
  };
  const check = async <R extends Row>(
    object: string,
    rows: R[],
    may: { see(row: R): boolean; change(row: R): boolean },
  ) => {
    const seen = rows.filter(may.see).map(({ id }) => id);
    assert.deepEqual((await select(`SELECT Id FROM ${object} ORDER BY Id`)).sort(), seen.sort());
    for (const row of rows) {
      assert.equal((await read(object, row.id)) !== undefined, may.see(row));
      const errors = await change(object, row.id);
      assert.equal(errors.length === 0, may.change(row), JSON.stringify(errors));
    }
  };
  await fc.assert(
    fc.asyncProperty(objectRights, objectRights, orgWide, async (City__c, Street__c, orgWideDefault) => {
      const profile = { objects: { City__c, Street__c } };
      const rights = effectiveRights({ userId: testUserId, schema: records.schema, profile, permissionSets: [] });
      await records.setRights(new Map([[testUserId, rights]]), { City__c: orgWideDefault });
      const rules = expected({ City__c, Street__c }, orgWideDefault);
      await check('City__c', world.cities, { see: rules.seesCity, change: rules.changesCity });
      await check('Street__c', world.streets, { see: rules.seesStreet, change: rules.changesStreet });
    }),
    { numRuns: 60 },
  );
});
