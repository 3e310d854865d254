import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from './database.ts';
import type { InputRow, SaveResult } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { openSmallRecords, type SmallRecords, testUserId } from './small-schema-in-test.ts';

function errorsOf(result: SaveResult | undefined) {
  return result?.success === false ? result.errors : [];
}

function codeOf(result: SaveResult | undefined) {
  return errorsOf(result)[0]?.statusCode;
}

function idOf(result: SaveResult | undefined): string {
  assert.ok(result?.success, JSON.stringify(result));
  return result.id;
}

async function insert(small: SmallRecords, object: string, rows: readonly InputRow[]) {
  return small.save({ operation: 'insert', object, rows });
}

async function readOne(small: SmallRecords, object: string, id: string, fields?: readonly string[]) {
  return small.records.read({ userId: testUserId, object, id, apiVersion: 68, ...(fields ? { fields } : {}) });
}

async function insertFrance(small: SmallRecords): Promise<string> {
  const [result] = await insert(small, 'Country__c', [{ Name: 'France', Code__c: 'FR' }]);
  return idOf(result);
}

test('a record is saved with its owner and its audit fields, and read back with its values as JSON has them', async () => {
  await using small = await openSmallRecords();
  const country = await insertFrance(small);
  const row = {
    name: '  Lyon ',
    Geoname_Id__c: '7',
    Country__c: country,
    Area__c: '47.875',
    Seen__c: '2026-11-21T10:15:30+01:00',
    Capital__c: 'true',
  };
  const [result] = await insert(small, 'City__c', [row]);
  const read = (await readOne(small, 'City__c', idOf(result))) ?? {};
  assert.deepEqual(read.attributes, { type: 'City__c', url: `/services/data/v68.0/sobjects/City__c/${idOf(result)}` });
  assert.equal(read.Name, 'Lyon');
  assert.equal(read.Area__c, 47.88);
  assert.equal(read.Seen__c, '2026-11-21T09:15:30.000+0000');
  assert.equal(read.Capital__c, true);
  assert.equal(read.OwnerId, testUserId);
  assert.equal(read.CreatedById, testUserId);
  assert.match(String(read.SystemModstamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
});

test('each wrong value is refused in the words Salesforce has for it, and names its field', async () => {
  await using small = await openSmallRecords();
  const country = await insertFrance(small);
  const good = { Geoname_Id__c: '1', Country__c: country };
  const wrong: [InputRow, string, string, string[]][] = [
    [{ ...good, Nope: 1 }, 'INVALID_FIELD', "No such column 'Nope' on sobject of type City__c", []],
    [
      { Country__c: country },
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Geoname_Id__c]',
      ['Geoname_Id__c'],
    ],
    [
      { ...good, Geoname_Id__c: ' ' },
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Geoname_Id__c]',
      ['Geoname_Id__c'],
    ],
    [
      { ...good, Twin__c: 'x'.repeat(21) },
      'STRING_TOO_LONG',
      `Twin: data value too large: ${'x'.repeat(21)} (max length=20)`,
      ['Twin__c'],
    ],
    [
      { ...good, Size__c: 'Huge' },
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      'Size: bad value for restricted picklist field: Huge',
      ['Size__c'],
    ],
    [{ ...good, Mail__c: '123' }, 'INVALID_EMAIL_ADDRESS', 'Mail: invalid email address: 123', ['Mail__c']],
    [
      { ...good, Population__c: 12345678901 },
      'NUMBER_OUTSIDE_VALID_RANGE',
      'Population: value outside of valid range on numeric field: 12345678901',
      ['Population__c'],
    ],
    [{ ...good, Country__c: '001' }, 'MALFORMED_ID', 'Country: id value of incorrect type: 001', ['Country__c']],
    [
      { ...good, Country__c: '001Sb0000000001' },
      'FIELD_INTEGRITY_EXCEPTION',
      'Country: id value of incorrect type: 001Sb0000000001IAA',
      ['Country__c'],
    ],
    [{ ...good, Country__c: 'a00Sb0000000zzz' }, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []],
    [
      { ...good, Region__r: { Code__c: 'XY' } },
      'INVALID_FIELD',
      'Foreign key external ID: xy not found for field Code__c in entity Country__c',
      [],
    ],
    [{ ...good, Id: country }, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.', []],
  ];
  const results = await insert(
    small,
    'City__c',
    wrong.map(([row]) => row),
  );
  for (const [index, [, statusCode, message, fields]] of wrong.entries()) {
    assert.deepEqual(errorsOf(results[index]), [{ statusCode, message, fields }]);
  }
  const [audit] = await insert(small, 'City__c', [{ ...good, CreatedDate: '2026-01-01T00:00:00Z' }]);
  assert.equal(codeOf(audit), 'INVALID_FIELD_FOR_INSERT_UPDATE');
  assert.match(errorsOf(audit)[0]!.message, /^Unable to create\/update fields: CreatedDate\. /);
  assert.equal((await small.records.countRecords({ userId: testUserId, objects: ['City__c'] })).get('City__c'), 0);
});

test('a JSON value of the wrong kind refuses the whole call', async () => {
  await using small = await openSmallRecords();
  for (const row of [
    { Name: 5 },
    { Area__c: 'much' },
    { Founded__c: '2026-02-30' },
    { Founded__c: '2026-02-03T00:00:00Z' },
    { Capital__c: 'maybe' },
    { Seen__c: '2026-01-01T00:00:00' },
  ]) {
    await assert.rejects(
      insert(small, 'City__c', [row]),
      (error) => error instanceof OrgRefused && error.refusal.errorCode === 'JSON_PARSER_ERROR',
    );
  }
});

test('a unique value is refused a second time, whatever its case, and the refusal names the first record by 15 characters', async () => {
  await using small = await openSmallRecords();
  const first = await insertFrance(small);
  const [again] = await insert(small, 'Country__c', [{ Code__c: 'fr' }]);
  const message = `duplicate value found: Code__c duplicates value on record with id: ${first.slice(0, 15)}`;
  assert.deepEqual(errorsOf(again), [{ statusCode: 'DUPLICATE_VALUE', message, fields: [] }]);
});

test('an upsert makes what its external id does not find and changes what it finds', async () => {
  await using small = await openSmallRecords();
  await insertFrance(small);
  const upsert = (rows: readonly InputRow[]) =>
    small.save({ operation: 'upsert', object: 'City__c', externalIdField: 'Geoname_Id__c', rows });
  const [made] = await upsert([{ Geoname_Id__c: 'g-1', Country__r: { Code__c: 'fr' }, Name: 'Paris' }]);
  const [changed] = await upsert([{ Geoname_Id__c: 'G-1', Population__c: 5 }]);
  assert.equal(made?.created, true);
  assert.deepEqual(changed, { success: true, id: idOf(made), created: false });
  assert.deepEqual(
    await small.records.findByExternalId({
      userId: testUserId,
      object: 'city__C',
      field: 'geoname_id__c',
      value: 'g-1',
    }),
    [idOf(made)],
  );
  const read = await readOne(small, 'City__c', idOf(made), ['Name', 'population__c']);
  assert.deepEqual([read?.Name, read?.Population__c], ['Paris', 5]);
  const [missing, two, three] = await upsert([
    { Name: 'No key' },
    { Geoname_Id__c: 'same' },
    { Geoname_Id__c: 'SAME' },
  ]);
  assert.equal(codeOf(missing), 'MISSING_ARGUMENT');
  assert.deepEqual([codeOf(two), codeOf(three)], ['DUPLICATE_VALUE', 'DUPLICATE_VALUE']);
});

test('an upsert that finds more than one record, or may only update and finds none, is refused', async () => {
  await using small = await openSmallRecords();
  const country = await insertFrance(small);
  await insert(small, 'City__c', [
    { Geoname_Id__c: '1', Twin__c: 't', Country__c: country },
    { Geoname_Id__c: '2', Twin__c: 't', Country__c: country },
  ]);
  const request = { operation: 'upsert', object: 'City__c', externalIdField: 'Twin__c' } as const;
  const [many] = await small.save({ ...request, rows: [{ Twin__c: 'T' }] });
  assert.equal(codeOf(many), 'DUPLICATE_EXTERNAL_ID');
  const [absent] = await small.save({ ...request, rows: [{ Twin__c: 'u' }], updateOnly: true });
  assert.equal(codeOf(absent), 'NOT_FOUND');
  await assert.rejects(
    small.save({ ...request, externalIdField: 'Area__c', rows: [] }),
    (error) => error instanceof OrgRefused && error.refusal.status === 404,
  );
});

test('an update changes what the row says, clears what it says is null, and leaves the rest', async () => {
  await using small = await openSmallRecords();
  const country = await insertFrance(small);
  const [made] = await insert(small, 'City__c', [
    { Name: 'Nice', Geoname_Id__c: '1', Country__c: country, Area__c: 1, Twin__c: 'x' },
  ]);
  const results = await small.save({
    operation: 'update',
    object: 'City__c',
    rows: [{ id: idOf(made).slice(0, 15), Area__c: null, Twin__c: '' }],
  });
  assert.deepEqual(results, [{ success: true, id: idOf(made), created: false }]);
  const read = await readOne(small, 'City__c', idOf(made));
  assert.deepEqual([read?.Name, read?.Area__c, read?.Twin__c, read?.Geoname_Id__c], ['Nice', null, null, '1']);
  const [nothing] = await small.save({ operation: 'update', object: 'City__c', rows: [{ Id: idOf(made) }] });
  assert.equal(nothing?.success, true);
  const refused = await small.save({
    operation: 'update',
    object: 'City__c',
    rows: [{ Id: 'x' }, {}, { Id: 'a01Sb000000zzzz' }, { Id: idOf(made), Geoname_Id__c: null }],
  });
  assert.deepEqual(refused.map(codeOf), [
    'MALFORMED_ID',
    'MISSING_ARGUMENT',
    'INVALID_CROSS_REFERENCE_KEY',
    'REQUIRED_FIELD_MISSING',
  ]);
  const twice = await small.save({
    operation: 'update',
    object: 'City__c',
    rows: [{ Id: idOf(made) }, { Id: idOf(made).slice(0, 15) }],
  });
  assert.deepEqual(twice.map(codeOf), ['DUPLICATE_VALUE', 'DUPLICATE_VALUE']);
});

test('with allOrNone one bad row undoes them all, and the good ones say so', async () => {
  await using small = await openSmallRecords();
  const results = await small.save({
    operation: 'insert',
    object: 'Country__c',
    allOrNone: true,
    rows: [{ Code__c: 'FR' }, { Code__c: 'TOO LONG' }, { Code__c: 'DE' }],
  });
  assert.deepEqual(results.map(codeOf), [
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'STRING_TOO_LONG',
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  ]);
  const ids = await small.records.findByExternalId({
    userId: testUserId,
    object: 'Country__c',
    field: 'Code__c',
    value: 'FR',
  });
  assert.deepEqual(ids, []);
});

test('the name of a person follows its parts', async () => {
  await using small = await openSmallRecords();
  const [made] = await insert(small, 'Contact', [{ FirstName: 'Ada', LastName: 'Lovelace' }]);
  assert.equal((await readOne(small, 'Contact', idOf(made)))?.Name, 'Ada Lovelace');
  await small.save({ operation: 'update', object: 'Contact', rows: [{ Id: idOf(made), LastName: 'King' }] });
  assert.equal((await readOne(small, 'Contact', idOf(made)))?.Name, 'Ada King');
  const [refused] = await insert(small, 'Contact', [{ LastName: 'X', Name: 'Y' }]);
  assert.equal(codeOf(refused), 'INVALID_FIELD_FOR_INSERT_UPDATE');
});

test('a deleted parent takes its details along, is held by required references, and vanishes from the others', async () => {
  await using small = await openSmallRecords();
  const [france, alps] = await insert(small, 'Country__c', [{ Code__c: 'FR', Name: 'France' }, { Code__c: 'AL' }]);
  const [city] = await insert(small, 'City__c', [
    { Name: 'Nice', Geoname_Id__c: '1', Country__c: idOf(france), Region__c: idOf(alps) },
  ]);
  const [street] = await insert(small, 'Street__c', [{ City__c: idOf(city) }]);
  const drop = (object: string, ...ids: string[]) =>
    small.save({ operation: 'delete', object, rows: ids.map((Id) => ({ Id })) });
  const [held, cleared] = await drop('Country__c', idOf(france), idOf(alps));
  assert.equal(codeOf(held), 'DELETE_FAILED');
  assert.match(errorsOf(held)[0]!.message, /^Your attempt to delete France could not be completed .*Nice/);
  assert.equal(cleared?.success, true);
  assert.equal((await readOne(small, 'City__c', idOf(city)))?.Region__c, null);
  assert.deepEqual((await drop('City__c', idOf(city), idOf(city))).map(codeOf), [undefined, 'ENTITY_IS_DELETED']);
  assert.equal(await readOne(small, 'City__c', idOf(city)), undefined);
  assert.equal(await readOne(small, 'Street__c', idOf(street)), undefined);
  const [gone] = await small.save({ operation: 'update', object: 'City__c', rows: [{ Id: idOf(city) }] });
  assert.equal(codeOf(gone), 'ENTITY_IS_DELETED');
  assert.deepEqual((await drop('Country__c', idOf(france))).map(codeOf), [undefined]);
});

test('a reference lost with its parent shows in SystemModstamp alone, so that whoever reads changes hears of it', async () => {
  await using small = await openSmallRecords();
  const [france, alps] = await insert(small, 'Country__c', [{ Code__c: 'FR' }, { Code__c: 'AL' }]);
  const [city] = await insert(small, 'City__c', [
    { Geoname_Id__c: '1', Country__c: idOf(france), Region__c: idOf(alps) },
  ]);
  const database = openDatabase(join(small.folder, 'records.sqlite'), { durable: false });
  database.exec('UPDATE City__c SET SystemModstamp = 1000, LastModifiedDate = 1000');
  database.close();
  await small.save({ operation: 'delete', object: 'Country__c', rows: [{ Id: idOf(alps) }] });
  const read = await readOne(small, 'City__c', idOf(city));
  assert.equal(read?.LastModifiedDate, '1970-01-01T00:00:01.000+0000');
  assert.ok(String(read?.SystemModstamp) > '2026-01-01');
});

test('a share of rows finds its record locked when that is asked for, the same rows for the same seed', async () => {
  await using small = await openSmallRecords();
  const rows = Array.from({ length: 200 }, (_, index) => ({ Name: `Account ${index}` }));
  const lockedRows = async (seed: number) => {
    await small.records.setRowFaults({ share: 0.3, seed });
    const results = await insert(small, 'Account', rows);
    return results.flatMap((result, index) => (codeOf(result) === 'UNABLE_TO_LOCK_ROW' ? [index] : []));
  };
  const first = await lockedRows(42);
  assert.ok(first.length > 30 && first.length < 90, `${first.length} of 200 rows`);
  assert.deepEqual(await lockedRows(42), first);
  assert.notDeepEqual(await lockedRows(43), first);
  await small.records.setRowFaults(null);
  assert.equal(
    (await insert(small, 'Account', rows)).every(({ success }) => success),
    true,
  );
});

test('more rows than Salesforce takes in one call, and objects that are not there, refuse the call', async () => {
  await using small = await openSmallRecords();
  const rows = Array.from({ length: 201 }, () => ({ Name: 'x' }));
  const refusedWith = (errorCode: string) => (error: unknown) =>
    error instanceof OrgRefused && error.refusal.errorCode === errorCode;
  await assert.rejects(insert(small, 'Account', rows), refusedWith('EXCEEDED_ID_LIMIT'));
  await assert.rejects(insert(small, 'Nope__c', []), refusedWith('NOT_FOUND'));
  await assert.rejects(insert(small, 'User', [{}]), refusedWith('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'));
  await assert.rejects(readOne(small, 'Account', '001Sb0000000001IAA', ['Nope']), refusedWith('INVALID_FIELD'));
});
