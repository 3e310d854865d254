import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Ask,
  endOfJob,
  type OrgWithRights,
  openOrgWithRights,
  type Rights,
  runJob,
} from './org-with-rights-in-test.ts';

const mayAll = { read: true, create: true, edit: true, delete: true };
const writable = { read: true, edit: true };

const whole = {
  apiEnabled: true,
  objects: { City__c: mayAll, Country__c: mayAll, Street__c: mayAll },
  fields: {
    City__c: { Twin__c: writable, Population__c: writable, Country__c: writable },
    Country__c: { Code__c: writable },
  },
} satisfies Rights;

const query = (soql: string) => `query?q=${encodeURIComponent(soql)}`;

async function select(ask: Ask, soql: string): Promise<Record<string, unknown>[]> {
  const answer = await ask('GET', query(soql));
  assert.equal(answer.status, 200, answer.text);
  return (answer.json as { records: Record<string, unknown>[] }).records;
}

async function names(ask: Ask, soql: string): Promise<unknown[]> {
  return (await select(ask, soql)).map(({ Name }) => Name);
}

async function make(ask: Ask, object: string, row: object): Promise<string> {
  const answer = await ask('POST', `sobjects/${object}`, row);
  assert.equal(answer.status, 201, answer.text);
  return (answer.json as { id: string }).id;
}

/** A country of each user, with a city and a street each; the limited user's are called Mine, the other's Theirs. */
async function fill({ limited, other, grant }: OrgWithRights) {
  await grant(whole);
  const made = { mine: '', theirs: '', theirStreet: '' };
  for (const [ask, name] of [
    [limited, 'Mine'],
    [other, 'Theirs'],
  ] as const) {
    const country = await make(ask, 'Country__c', { Name: name, Code__c: name });
    const city = await make(ask, 'City__c', { Name: name, Code__c: name, Country__c: country, Population__c: 10 });
    const street = await make(ask, 'Street__c', { Name: name, City__c: city });
    if (name === 'Mine') made.mine = city;
    else Object.assign(made, { theirs: city, theirStreet: street });
  }
  return made;
}

type Described = {
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  fields: { name: string; createable: boolean; updateable: boolean; permissionable: boolean }[];
  childRelationships: { childSObject: string }[];
};

test('describe is that of the user: what may not be read is not there, what may not be written says so', async () => {
  await using org = await openOrgWithRights();
  const describe = async (object = 'City__c') =>
    (await org.limited('GET', `sobjects/${object}/describe`)).json as Described;
  await org.grant(whole);
  const all = await describe();
  await org.grant({
    ...whole,
    objects: { City__c: { read: true } },
    fields: { City__c: { Population__c: { read: true } } },
  });
  const some = await describe();
  assert.deepEqual([some.createable, some.updateable, some.deletable], [false, false, false]);
  assert.ok(some.fields.every(({ createable, updateable }) => !createable && !updateable));
  const hidden = all.fields.map(({ name }) => name).filter((name) => !some.fields.some((field) => field.name === name));
  assert.deepEqual(hidden, ['Twin__c', 'Country__c']);
  assert.deepEqual(some.childRelationships, []);
  await org.grant({ ...whole, fields: { City__c: { Population__c: { read: true } } } });
  const field = (await describe()).fields.find(({ name }) => name === 'Population__c');
  assert.deepEqual([field?.createable, field?.updateable, field?.permissionable], [false, false, true]);
  const required = (await describe()).fields.find(({ name }) => name === 'Code__c');
  assert.deepEqual([required?.createable, required?.updateable, required?.permissionable], [true, true, false]);
});

test('the list of objects, and the counts of records, have what the user may read', async () => {
  await using org = await openOrgWithRights();
  await org.grant({ ...whole, objects: { City__c: { read: true } } });
  const { sobjects } = (await org.limited('GET', 'sobjects')).json as { sobjects: { name: string }[] };
  const seen = sobjects.map(({ name }) => name);
  assert.ok(seen.includes('City__c') && seen.includes('User') && seen.includes('Organization'));
  assert.ok(!seen.includes('Country__c') && !seen.includes('Account'));
  const counts = await org.limited('GET', 'limits/recordCount?sObjects=City__c,Country__c,Account');
  assert.deepEqual(counts.json, { sObjects: [{ count: 0, name: 'City__c' }] });
});

test('a row is answered without the fields that may not be read; an address is granted as a whole', async () => {
  await using org = await openOrgWithRights();
  const id = await make(org.admin, 'Account', { Name: 'Acme', Phone: '1', BillingCity: 'Oslo', ShippingCity: 'Rome' });
  const fields = { Account: { BillingAddress: writable } };
  await org.grant({ apiEnabled: true, objects: { Account: mayAll }, fields });
  const account = (await org.limited('GET', `sobjects/Account/${id}`)).json as Record<string, unknown>;
  assert.equal(account.Name, 'Acme');
  assert.equal(account.BillingCity, 'Oslo');
  assert.equal((account.BillingAddress as { city: string }).city, 'Oslo');
  for (const name of ['Phone', 'ShippingCity', 'ShippingAddress']) assert.ok(!(name in account), name);
  const change = (row: object) => org.limited('PATCH', `sobjects/Account/${id}`, row);
  assert.equal((await change({ BillingCity: 'Bergen' })).status, 204);
  assert.match(
    (await change({ ShippingCity: 'Bari' })).text,
    /No such column 'ShippingCity' on sobject of type Account/,
  );
  const [row] = await select(org.limited, 'SELECT FIELDS(ALL) FROM Account LIMIT 10');
  assert.ok(row !== undefined && 'BillingCity' in row && !('Phone' in row) && !('ShippingCity' in row));
});

test('a private record is for its owner alone, in every part of a query', async () => {
  await using org = await openOrgWithRights();
  await fill(org);
  await org.grant({ ...whole, defaults: { City__c: 'Private', Country__c: 'Private' } });
  const { limited } = org;
  assert.deepEqual(await names(limited, 'SELECT Name FROM City__c'), ['Mine']);
  assert.deepEqual(await names(limited, "SELECT Name FROM City__c WHERE Code__c = 'Theirs' OR Name = 'Theirs'"), []);
  const counted = await limited('GET', query('SELECT COUNT() FROM City__c'));
  assert.equal((counted.json as { totalSize: number }).totalSize, 1);
  const [sum] = await select(limited, 'SELECT SUM(Population__c) total FROM City__c');
  assert.equal(sum?.total, 10);
  assert.deepEqual(await names(limited, 'SELECT Name FROM Country__c WHERE Id IN (SELECT Country__c FROM City__c)'), [
    'Mine',
  ]);
  await org.grant({ ...whole, defaults: { City__c: 'Private' } });
  const countries = await select(limited, 'SELECT Name, (SELECT Name FROM Cities__r) FROM Country__c ORDER BY Name');
  assert.deepEqual(
    countries.map(({ Name, Cities__r }) => [Name, (Cities__r as { totalSize: number } | null)?.totalSize ?? null]),
    [
      ['Mine', 1],
      ['Theirs', null],
    ],
  );
  await org.grant({ ...whole, defaults: { Country__c: 'Private' } });
  const cities = await select(limited, 'SELECT Name, Country__r.Name FROM City__c ORDER BY Name');
  assert.deepEqual(
    cities.map(({ Country__r }) => (Country__r as { Name: string } | null)?.Name ?? null),
    ['Mine', null],
  );
  assert.deepEqual(await names(limited, "SELECT Name FROM City__c WHERE Country__r.Name = 'Theirs'"), []);
  assert.deepEqual(await names(org.other, 'SELECT Name FROM City__c ORDER BY Name'), ['Mine', 'Theirs']);
});

test('detail records are reached through their master', async () => {
  await using org = await openOrgWithRights();
  const { theirStreet } = await fill(org);
  const { limited, grant } = org;
  const rename = async () => (await limited('PATCH', `sobjects/Street__c/${theirStreet}`, { Name: 'Theirs' })).status;
  await grant({ ...whole, defaults: { City__c: 'Private' } });
  assert.deepEqual(await names(limited, 'SELECT Name FROM Street__c'), ['Mine']);
  assert.equal((await limited('GET', `sobjects/Street__c/${theirStreet}`)).status, 404);
  assert.equal(await rename(), 404);
  await grant({ ...whole, defaults: { City__c: 'PublicReadOnly' } });
  assert.deepEqual(await names(limited, 'SELECT Name FROM Street__c ORDER BY Name'), ['Mine', 'Theirs']);
  assert.equal(await rename(), 403);
  await grant(whole);
  assert.equal(await rename(), 204);
  await grant({ ...whole, objects: { Street__c: mayAll } });
  assert.deepEqual(await names(limited, 'SELECT Name FROM Street__c'), []);
});

test('View All shows and Modify All changes what others own, for one object or for all data', async () => {
  await using org = await openOrgWithRights();
  const { theirs } = await fill(org);
  const defaults = { City__c: 'Private', Country__c: 'Private' } as const;
  const city = (more: object) => ({ ...whole.objects, City__c: { ...mayAll, ...more } });
  const outcome = async (rights: Rights) => {
    await org.grant({ ...rights, defaults });
    const seen = (await org.limited('GET', `sobjects/City__c/${theirs}`)).status;
    return [seen, (await org.limited('PATCH', `sobjects/City__c/${theirs}`, { Name: 'Theirs' })).status];
  };
  assert.deepEqual(await outcome(whole), [404, 404]);
  assert.deepEqual(await outcome({ ...whole, objects: city({ viewAll: true }) }), [200, 403]);
  assert.deepEqual(await outcome({ ...whole, objects: city({ modifyAll: true }) }), [200, 204]);
  assert.deepEqual(await outcome({ ...whole, viewAllData: true }), [200, 403]);
  assert.deepEqual(await outcome({ ...whole, modifyAllData: true }), [200, 204]);
  assert.deepEqual(await outcome({ apiEnabled: true, viewAllData: true }), [200, 403]);
  assert.deepEqual(await outcome({ apiEnabled: true, modifyAllData: true }), [200, 204]);
});

test('all may change a public record, but its owner alone may delete it or give it away', async () => {
  await using org = await openOrgWithRights();
  const { theirs, mine } = await fill(org);
  await org.grant(whole);
  const refused = await org.limited('DELETE', `sobjects/City__c/${theirs}`);
  assert.equal(refused.status, 403);
  assert.match(refused.text, /INSUFFICIENT_ACCESS_OR_READONLY/);
  const give = (id: string, OwnerId: string) => org.limited('PATCH', `sobjects/City__c/${id}`, { OwnerId });
  assert.equal((await give(theirs, org.userId)).status, 403);
  assert.equal((await give(theirs, org.otherId)).status, 204);
  assert.equal((await give(mine, org.otherId)).status, 204);
  await org.grant({ ...whole, objects: { ...whole.objects, City__c: { ...mayAll, modifyAll: true } } });
  assert.equal((await org.limited('DELETE', `sobjects/City__c/${theirs}`)).status, 204);
});

test('without Delete neither a row nor a row of a collection is deleted', async () => {
  await using org = await openOrgWithRights();
  const { mine } = await fill(org);
  await org.grant({ ...whole, objects: { ...whole.objects, City__c: { ...mayAll, delete: false } } });
  assert.equal((await org.limited('DELETE', `sobjects/City__c/${mine}`)).status, 403);
  const [row] = (await org.limited('DELETE', `composite/sobjects?ids=${mine}`)).json as {
    success: boolean;
    errors: { statusCode: string; message: string }[];
  }[];
  const error = { statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id' };
  assert.deepEqual(row?.errors, [{ ...error, fields: [] }]);
  await org.grant(whole);
  assert.equal((await org.limited('DELETE', `sobjects/City__c/${mine}`)).status, 204);
});

test('a unique value of a hidden record is refused without a word of the record', async () => {
  await using org = await openOrgWithRights();
  await fill(org);
  await org.grant({ ...whole, defaults: { City__c: 'Private' } });
  const twice = await org.limited('POST', 'sobjects/City__c', { Name: 'x', Code__c: 'Theirs' });
  assert.match(twice.text, /duplicate value found: <unknown> duplicates value on record with id: <unknown>/);
  const upsert = await org.limited('PATCH', 'sobjects/City__c/Code__c/Theirs', { Name: 'x' });
  assert.equal(upsert.status, 403);
  assert.doesNotMatch(upsert.text, /a0\w{13}/);
});

test('rows of a job are refused one by one, in the result file in those words', async () => {
  await using org = await openOrgWithRights();
  const { mine, theirs } = await fill(org);
  const { limited, grant } = org;
  const withCity = (more: object) => ({ ...whole, objects: { ...whole.objects, City__c: { ...mayAll, ...more } } });
  const insert = (code: string) => runJob(limited, { operation: 'insert', csv: `Name,Code__c\n${code},${code}\n` });
  await grant(withCity({ create: false }));
  assert.match(
    (await insert('a')).failed,
    /"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:entity type cannot be inserted: City__c:--"/,
  );
  await grant(whole);
  assert.equal((await insert('a')).failed.split('\n').length, 2);

  const update = { operation: 'update', csv: `Id,Name,Population__c\n${mine},Mine,3\n` };
  await grant(withCity({ edit: false, delete: false }));
  assert.match(
    (await runJob(limited, update)).failed,
    /"INSUFFICIENT_ACCESS_OR_READONLY:insufficient access rights on object id:--"/,
  );
  await grant({ ...whole, fields: { City__c: { Population__c: { read: true } } } });
  assert.match(
    (await runJob(limited, update)).failed,
    /"INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create\/update fields: Population__c\. Please check the security settings of this field and verify that it is read\/write for your profile or permission set\.:Population__c --"/,
  );
  await grant({ ...whole, defaults: { Country__c: 'Private' } });
  const lookup = { operation: 'update', csv: `Id,Country__r.Code__c\n${mine},Theirs\n` };
  assert.match(
    (await runJob(limited, lookup)).failed,
    /"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY:insufficient access rights on cross-reference id:Country__c --"/,
  );
  await grant({ ...whole, defaults: { City__c: 'Private' } });
  const remove = await runJob(limited, { operation: 'delete', csv: `Id\n${theirs}\n` });
  assert.match(remove.failed, /"INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--"/);
  const upsert = { operation: 'upsert', externalIdFieldName: 'Code__c', csv: 'Code__c,Name\nTheirs,x\nup,y\n' };
  const upserted = await runJob(limited, upsert);
  assert.match(
    upserted.failed,
    /^"","INSUFFICIENT_ACCESS_OR_READONLY:insufficient access rights on object id:--","Theirs"/m,
  );
  assert.equal(upserted.failed.trim().split('\n').length, 2);
});

test('a hard delete leaves nothing in the bin, neither of a record nor of its details; a delete does', async () => {
  await using org = await openOrgWithRights();
  const { mine, theirs } = await fill(org);
  const { limited, grant } = org;
  const all = { City__c: { ...mayAll, modifyAll: true }, Street__c: mayAll };
  await grant({ ...whole, bulkApiHardDelete: true, objects: { ...whole.objects, ...all } });
  const inBin = async (object: string) => {
    const answer = await limited('GET', `queryAll?q=${encodeURIComponent(`SELECT Id FROM ${object}`)}`);
    return (answer.json as { totalSize: number }).totalSize;
  };
  assert.deepEqual([await inBin('City__c'), await inBin('Street__c')], [2, 2]);
  const hard = await runJob(limited, { operation: 'hardDelete', csv: `Id\n${mine}\n` });
  assert.deepEqual([hard.state, await inBin('City__c'), await inBin('Street__c')], ['JobComplete', 1, 1]);
  const soft = await runJob(limited, { operation: 'delete', csv: `Id\n${theirs}\n` });
  assert.deepEqual([soft.state, await inBin('City__c'), await inBin('Street__c')], ['JobComplete', 1, 1]);
});

test('a column, or an external id, that may not be read is none to a job', async () => {
  await using org = await openOrgWithRights();
  await org.grant({ ...whole, fields: {} });
  const job = { operation: 'insert', csv: 'Name,Code__c,Population__c\na,a,1\n' };
  const { state, errorMessage } = await runJob(org.limited, job);
  assert.deepEqual([state, errorMessage], ['Failed', 'InvalidBatch : Field name not found : Population__c']);
  const { made } = await runJob(org.limited, { operation: 'upsert', externalIdFieldName: 'Twin__c', csv: '' });
  assert.equal(made.status, 400);
  assert.match(made.text, /Field name provided, Twin__c is not an External ID for City__c/);
  await org.grant(whole);
  assert.equal((await runJob(org.limited, job)).state, 'JobComplete');
});

/** Rows refused of a job of so many, whose right to create them is granted once it is at work. */
async function refusedUntilGranted({ limited, grant }: OrgWithRights, total: number): Promise<number> {
  await grant({ ...whole, objects: { ...whole.objects, City__c: { read: true } } });
  const csv = `Name,Code__c\n${Array.from({ length: total }, (_, number) => `n${number},c${number}-${total}\n`).join('')}`;
  const made = await limited('POST', 'jobs/ingest', { object: 'City__c', operation: 'insert' });
  const { id } = made.json as { id: string };
  await limited('PUT', `jobs/ingest/${id}/batches`, undefined, { csv });
  await limited('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  for (let processed = 0; processed === 0; ) {
    const job = (await limited('GET', `jobs/ingest/${id}`)).json as { numberRecordsProcessed: number };
    processed = job.numberRecordsProcessed;
  }
  await grant(whole);
  const { failed, state } = await endOfJob(limited, id);
  assert.equal(state, 'JobComplete');
  return failed.trim().split('\n').length - 1;
}

test('a right counts for the next 200 rows of a job at work', async () => {
  await using org = await openOrgWithRights();
  // A machine may be so busy that a small job is over before the right is granted.
  for (let total = 10_000; total <= 160_000; total *= 4) {
    const refused = await refusedUntilGranted(org, total);
    assert.ok(refused > 0 && refused % 200 === 0, `${refused} of ${total} refused`);
    if (refused === total) continue;
    const [count] = await select(org.limited, 'SELECT COUNT(Id) made FROM City__c');
    assert.equal(count?.made, total - refused);
    return;
  }
  assert.fail('no right was in force before its job had ended');
});

test('the further pages of a query follow the rights of the moment', async () => {
  await using org = await openOrgWithRights();
  const { limited, grant } = org;
  await grant(whole);
  const rows = Array.from({ length: 2500 }, (_, number) => `n${number},c${number}\n`).join('');
  await runJob(limited, { operation: 'insert', csv: `Name,Code__c\n${rows}` });
  const first = (await limited('GET', query('SELECT Population__c FROM City__c'))).json as { nextRecordsUrl: string };
  const more = () => limited('GET', first.nextRecordsUrl.replace('/services/data/v68.0/', ''));
  assert.equal((await more()).status, 200);
  await grant({ ...whole, apexClasses: ['Quiet'] });
  assert.equal((await more()).status, 200, 'what does not touch the query does not end it');
  await grant({ ...whole, fields: {} });
  assert.match((await more()).text, /No such column 'Population__c' on entity 'City__c'/);
  await grant({ ...whole, defaults: { City__c: 'Private' } });
  assert.match((await more()).text, /INVALID_QUERY_LOCATOR/);
});

test('a job of another user is not there, unless one may view all data', async () => {
  await using org = await openOrgWithRights();
  await org.grant(whole);
  const { id } = await runJob(org.other, { operation: 'insert', csv: 'Name,Code__c\na,secret\n' });
  const paths = [`jobs/ingest/${id}`, `jobs/ingest/${id}/successfulResults`, `jobs/ingest/${id}/failedResults`];
  for (const path of paths) assert.equal((await org.limited('GET', path)).status, 404, path);
  assert.equal((await org.limited('DELETE', `jobs/ingest/${id}`)).status, 404);
  const listed = async () => ((await org.limited('GET', 'jobs/ingest')).json as { records: object[] }).records.length;
  assert.equal(await listed(), 0);
  await org.grant({ ...whole, viewAllData: true });
  for (const path of paths) assert.equal((await org.limited('GET', path)).status, 200, path);
  assert.equal(await listed(), 1);
});

test('a parent is reached through its child only where it may be seen', async () => {
  await using org = await openOrgWithRights();
  const { theirs } = await fill(org);
  const parent = () => org.limited('GET', `sobjects/City__c/${theirs}/Country__r`);
  await org.grant({ ...whole, defaults: { Country__c: 'Private' } });
  assert.equal((await parent()).status, 404);
  await org.grant({ ...whole, objects: { City__c: mayAll } });
  assert.equal((await parent()).status, 404);
  await org.grant({ ...whole, fields: {} });
  assert.equal((await parent()).status, 404);
  await org.grant(whole);
  assert.equal((await parent()).status, 200);
});

test('users and the organization may be read by everybody, what else Setup keeps with View All Data', async () => {
  await using org = await openOrgWithRights();
  await org.grant(whole);
  assert.ok((await names(org.limited, 'SELECT Name FROM User')).length >= 3);
  assert.equal((await names(org.limited, 'SELECT Name FROM Organization')).length, 1);
  for (const object of ['Profile', 'PermissionSet', 'LoginHistory', 'OauthToken', 'ConnectedApplication']) {
    const soql = query(`SELECT Id FROM ${object}`);
    await org.grant(whole);
    const refused = await org.limited('GET', soql);
    assert.match(refused.text, new RegExp(`sObject type '${object}' is not supported`));
    assert.equal((await org.limited('GET', `sobjects/${object}/describe`)).status, 404);
    await org.grant({ ...whole, viewAllData: true });
    assert.equal((await org.limited('GET', soql)).status, 200);
  }
});
