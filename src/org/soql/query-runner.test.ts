import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../records/database.ts';
import { createExampleOrg, ids, me, schema, startOfTime } from './example-org.test.ts';
import { createQueryRunner } from './index.ts';

/** Two countries, five cities, one of them deleted, one without a country. */
function createAtlas() {
  const org = createExampleOrg();
  const france = org.add('Country__c', { Name: 'France', Code__c: 'FR' });
  const chad = org.add('Country__c', { Name: 'Chad', Code__c: 'TD' });
  org.add('Country__c', { Name: 'Nowhere', Code__c: 'NW' });
  org.add('City__c', {
    Name: 'Paris',
    Country__c: france,
    Population__c: 2_100_000,
    Capital__c: 1,
    Size__c: 'Large',
    Tags__c: 'river',
    Founded__c: '0259-01-01',
    Seen__c: startOfTime,
    OwnerId: me,
  });
  org.add('City__c', {
    Name: 'Lyon',
    Country__c: france,
    Population__c: 520_000.5,
    Capital__c: 0,
    Size__c: 'Middle',
    Tags__c: 'river;hill',
    Founded__c: '2026-11-20',
    Token__c: 'aB',
  });
  org.add('City__c', {
    Name: "N'Djaména",
    Country__c: chad,
    Population__c: 1_500_000,
    Capital__c: 1,
    Size__c: 'Large',
    Tags__c: null,
    Opens__c: '08:30:00.000Z',
    Seen__c: startOfTime - 86_400_000,
  });
  org.add('City__c', { Name: 'Atlantis', Population__c: null, Capital__c: 0, Size__c: null, Tags__c: 'port' });
  org.add('City__c', { Name: 'Gone', Country__c: chad, IsDeleted: 1, Population__c: 1 });
  return org;
}

const url = (object: string, prefix: string, number: number) => ({
  type: object,
  url: `/services/data/v68.0/sobjects/${object}/${ids(prefix, number)}`,
});

test('a record carries its attributes first, then what was selected, in that order and in canonical case', () => {
  const { records, ...page } = createAtlas().query("select population__C, ID, name from CITY__c where NAME = 'paris'");
  assert.deepEqual(page, { totalSize: 1, done: true });
  assert.equal(
    JSON.stringify(records),
    JSON.stringify([
      { attributes: url('City__c', 'a01', 1), Population__c: 2_100_000, Id: ids('a01', 1), Name: 'Paris' },
    ]),
  );
});

test('values leave in the forms that Salesforce gives them in JSON', () => {
  const org = createAtlas();
  const [paris, , ndjamena] = org.query(
    'SELECT Capital__c, Founded__c, Seen__c, Opens__c, IsDeleted, Tags__c FROM City__c ORDER BY Id',
  ).records;
  assert.deepEqual(
    { ...paris, attributes: 0 },
    {
      attributes: 0,
      Capital__c: true,
      Founded__c: '0259-01-01',
      Seen__c: '2026-11-21T10:15:30.000+0000',
      Opens__c: null,
      IsDeleted: false,
      Tags__c: 'river',
    },
  );
  assert.equal(ndjamena?.Opens__c, '08:30:00.000Z');
});

test('parents stand within the record, and a parent that is not there is null', () => {
  const { records } = createAtlas().query(
    'SELECT Name, Country__r.Name, Country__r.Code__c FROM City__c ORDER BY Name',
  );
  assert.deepEqual(records[0], { attributes: url('City__c', 'a01', 4), Name: 'Atlantis', Country__r: null });
  assert.deepEqual(records[1], {
    attributes: url('City__c', 'a01', 2),
    Name: 'Lyon',
    Country__r: { attributes: url('Country__c', 'a00', 1), Name: 'France', Code__c: 'FR' },
  });
});

test('a child query is a result of its own, and null where there are no children', () => {
  const { records } = createAtlas().query(
    'SELECT Name, (SELECT Name, Capital__c, Country__r.Code__c FROM Cities__r WHERE Population__c > 1000000 ORDER BY Name DESC LIMIT 1) FROM Country__c ORDER BY Name',
  );
  assert.deepEqual(
    records.map((record) => record.Name),
    ['Chad', 'France', 'Nowhere'],
  );
  assert.deepEqual(records[0]?.Cities__r, {
    totalSize: 1,
    done: true,
    records: [
      {
        attributes: url('City__c', 'a01', 3),
        Name: "N'Djaména",
        Capital__c: true,
        Country__r: { attributes: url('Country__c', 'a00', 2), Code__c: 'TD' },
      },
    ],
  });
  assert.equal(records[2]?.Cities__r, null);
});

test('children may have children, and ways up and down may be mixed', () => {
  const org = createExampleOrg();
  const acme = org.add('Account', { Name: 'Acme' });
  const branch = org.add('Account', { Name: 'Branch', ParentId: acme });
  org.add('Contact', { Name: 'Ada Lovelace', LastName: 'Lovelace', AccountId: branch });
  const [record] = org.query(
    'SELECT Name, (SELECT Name, Parent.Name, (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM Account WHERE ParentId = null',
  ).records;
  const children = record?.ChildAccounts as { records: Record<string, unknown>[] };
  assert.deepEqual(children.records[0]?.Parent, { attributes: url('Account', '001', 1), Name: 'Acme' });
  assert.deepEqual(children.records[0]?.Contacts, {
    totalSize: 1,
    done: true,
    records: [{ attributes: url('Contact', '003', 1), LastName: 'Lovelace' }],
  });
});

test('deleted records are seen by queryAll alone', () => {
  const org = createAtlas();
  assert.equal(org.query('SELECT Id FROM City__c').totalSize, 4);
  assert.equal(org.query('SELECT Id FROM City__c', { all: true }).totalSize, 5);
  assert.equal(org.query('SELECT COUNT() FROM City__c WHERE IsDeleted = TRUE', { all: true }).totalSize, 1);
});

const conditions: Record<string, readonly string[]> = {
  "Name = 'PARIS'": ['Paris'],
  "Name = 'N\\'DJAMÉNA'": ["N'Djaména"],
  "Name != 'Paris'": ['Atlantis', 'Lyon', "N'Djaména"],
  "Name <> 'Paris' AND Capital__c = true": ["N'Djaména"],
  'Population__c = null': ['Atlantis'],
  'Population__c != null AND Population__c < 600000': ['Lyon'],
  'Population__c != 2100000': ['Atlantis', 'Lyon', "N'Djaména"],
  'Population__c >= 1.5e6': ["N'Djaména", 'Paris'],
  "NOT Name = 'Paris'": ['Atlantis', 'Lyon', "N'Djaména"],
  'NOT (Population__c > 600000)': ['Atlantis', 'Lyon'],
  "(NOT Name LIKE 'p%') AND Capital__c = true": ["N'Djaména"],
  "Name LIKE 'P%'": ['Paris'],
  "Name LIKE '_yo%'": ['Lyon'],
  "Name LIKE '%LA%' OR Name LIKE 'ly_n'": ['Atlantis', 'Lyon'],
  "Name LIKE 'P\\_ris'": [],
  "Name IN ('lyon', 'PARIS', 'nothing')": ['Lyon', 'Paris'],
  "Name NOT IN ('lyon', 'PARIS')": ['Atlantis', "N'Djaména"],
  'Population__c IN (520000.5, null)': ['Atlantis', 'Lyon'],
  'Population__c NOT IN (520000.5)': ['Atlantis', "N'Djaména", 'Paris'],
  'Population__c NOT IN (520000.5, null)': ["N'Djaména", 'Paris'],
  'Capital__c != true': ['Atlantis', 'Lyon'],
  "Tags__c INCLUDES ('hill')": ['Lyon'],
  "Tags__c INCLUDES ('river;hill', 'port')": ['Atlantis', 'Lyon'],
  "Tags__c EXCLUDES ('river')": ['Atlantis', "N'Djaména"],
  "Tags__c = 'river;hill'": ['Lyon'],
  "toLabel(Size__c) = 'medium'": ['Lyon'],
  "Size__c = 'middle'": ['Lyon'],
  "Token__c = 'aB'": ['Lyon'],
  "Token__c = 'ab'": [],
  "Country__r.Name = 'france'": ['Lyon', 'Paris'],
  "Country__r.Name != 'France'": ['Atlantis', "N'Djaména"],
  'Country__r.Name = null': ['Atlantis'],
  "Country__r.Name = 'France' OR Country__c = null": ['Atlantis', 'Lyon', 'Paris'],
  'Country__c = null': ['Atlantis'],
  'Founded__c = YESTERDAY': ['Lyon'],
  'Founded__c = LAST_N_DAYS:3': ['Lyon'],
  'Founded__c < 2000-01-01': ['Paris'],
  'Seen__c = TODAY': ['Paris'],
  'Seen__c < TODAY': ["N'Djaména"],
  'Seen__c <= TODAY': ["N'Djaména", 'Paris'],
  'Seen__c >= TODAY': ['Paris'],
  'Seen__c > YESTERDAY': ['Paris'],
  'Seen__c != TODAY': ['Atlantis', 'Lyon', "N'Djaména"],
  'Seen__c IN (TODAY, YESTERDAY)': ["N'Djaména", 'Paris'],
  'Seen__c = 2026-11-21T11:15:30+01:00': ['Paris'],
  'Seen__c >= 2026-11-21T10:15:30.000Z': ['Paris'],
  'Opens__c = 08:30:00.000Z': ["N'Djaména"],
  'CALENDAR_YEAR(Founded__c) = 2026': ['Lyon'],
  'DAY_ONLY(Seen__c) = 2026-11-20': ["N'Djaména"],
  'HOUR_IN_DAY(Seen__c) = 10 AND DAY_IN_WEEK(Seen__c) = 7': ['Paris'],
};

for (const [condition, names] of Object.entries(conditions)) {
  test(`the cities WHERE ${condition} are ${names.join(', ') || 'none'}`, () => {
    assert.deepEqual(createAtlas().column(`SELECT Name FROM City__c WHERE ${condition} ORDER BY Name`), names);
  });
}

test('an id is found with 15 characters, with 18, and with 18 whose case was lost', () => {
  const org = createAtlas();
  const id = ids('a01', 1);
  for (const text of [id, id.slice(0, 15), id.toLowerCase()]) {
    assert.deepEqual(org.column(`SELECT Name FROM City__c WHERE Id = '${text}'`), ['Paris']);
    assert.deepEqual(org.column(`SELECT Name FROM City__c WHERE Id IN ('${text}')`), ['Paris']);
  }
});

test('semi joins and anti joins ask for records by those of another object', () => {
  const org = createAtlas();
  assert.deepEqual(
    org.column(
      'SELECT Name FROM Country__c WHERE Id IN (SELECT Country__c FROM City__c WHERE Capital__c = true) ORDER BY Name',
    ),
    ['Chad', 'France'],
  );
  assert.deepEqual(org.column('SELECT Name FROM Country__c WHERE Id NOT IN (SELECT Country__c FROM City__c)'), [
    'Nowhere',
  ]);
  assert.deepEqual(
    org.column("SELECT Name FROM City__c WHERE Country__c IN (SELECT Id FROM Country__c WHERE Code__c = 'td')"),
    ["N'Djaména"],
  );
});

test('lists of thousands of values are one parameter', () => {
  const org = createAtlas();
  const list = Array.from({ length: 4000 }, (_, index) => `'${ids('a01', index + 1)}'`).join(',');
  assert.equal(org.query(`SELECT Id FROM City__c WHERE Id IN (${list})`).totalSize, 4);
});

test('hundreds of conditions in a chain are no trouble', () => {
  const org = createAtlas();
  const chain = Array.from({ length: 2500 }, (_, index) => `Name = 'City ${index}'`).join(' OR ');
  assert.deepEqual(org.column(`SELECT Name FROM City__c WHERE ${chain} OR Name = 'Lyon'`), ['Lyon']);
});

test('records are sorted regardless of case, picklists by their values, nulls first', () => {
  const org = createAtlas();
  org.add('City__c', { Name: 'berlin' });
  assert.deepEqual(org.column('SELECT Name FROM City__c ORDER BY Name'), [
    'Atlantis',
    'berlin',
    'Lyon',
    "N'Djaména",
    'Paris',
  ]);
  assert.deepEqual(org.column('SELECT Name FROM City__c ORDER BY Size__c NULLS LAST, Name DESC'), [
    'Lyon',
    'Paris',
    "N'Djaména",
    'berlin',
    'Atlantis',
  ]);
  assert.deepEqual(org.column('SELECT Name FROM City__c ORDER BY Population__c DESC, Name'), [
    'Atlantis',
    'berlin',
    'Paris',
    "N'Djaména",
    'Lyon',
  ]);
  assert.deepEqual(
    org.column('SELECT Name FROM City__c ORDER BY Country__r.Name ASC NULLS LAST, Name LIMIT 2 OFFSET 1'),
    ['Lyon', 'Paris'],
  );
});

test('COUNT() is a number without records, and minds LIMIT', () => {
  const org = createAtlas();
  assert.deepEqual(org.query('SELECT COUNT() FROM City__c'), { totalSize: 4, done: true, records: [] });
  assert.equal(org.query('SELECT count() FROM City__c LIMIT 3').totalSize, 3);
  assert.equal(org.query("SELECT count() FROM City__c WHERE Country__r.Code__c = 'FR'").totalSize, 2);
});

test('aggregates come as AggregateResult, unnamed ones as expr0, expr1', () => {
  const org = createAtlas();
  const { records, totalSize } = org.query(
    'SELECT Country__r.Name, COUNT(Id), MAX(Population__c) most, SUM(Population__c) FROM City__c GROUP BY Country__r.Name HAVING COUNT(Id) > 0 ORDER BY COUNT(Id) DESC, Country__r.Name NULLS LAST',
  );
  assert.equal(totalSize, 3);
  assert.deepEqual(records[0], {
    attributes: { type: 'AggregateResult' },
    Name: 'France',
    expr0: 2,
    most: 2_100_000,
    expr1: 2_620_000.5,
  });
  assert.deepEqual(records[2], {
    attributes: { type: 'AggregateResult' },
    Name: null,
    expr0: 1,
    most: null,
    expr1: null,
  });
  assert.deepEqual(org.query('SELECT COUNT(Id), MIN(Seen__c) FROM City__c').records, [
    { attributes: { type: 'AggregateResult' }, expr0: 4, expr1: '2026-11-20T10:15:30.000+0000' },
  ]);
  assert.deepEqual(
    org.query(
      'SELECT CALENDAR_YEAR(Seen__c) y, COUNT_DISTINCT(Country__c) FROM City__c WHERE Seen__c != null GROUP BY CALENDAR_YEAR(Seen__c)',
    ).records[0]?.y,
    2026,
  );
  assert.deepEqual(
    org.column('SELECT Size__c FROM City__c WHERE Size__c != null GROUP BY Size__c ORDER BY Size__c', 'Size__c'),
    ['Middle', 'Large'],
  );
});

test('FIELDS() stands for all, custom or standard fields', () => {
  const org = createAtlas();
  const [all] = org.query('SELECT FIELDS(ALL) FROM City__c LIMIT 1').records;
  const [custom] = org.query('SELECT Name, FIELDS(CUSTOM) FROM City__c LIMIT 200').records;
  const [standard] = org.query('SELECT FIELDS(STANDARD) FROM City__c').records;
  assert.ok('Tags__c' in all! && 'SystemModstamp' in all);
  assert.ok('Tags__c' in custom! && !('Id' in custom) && 'Name' in custom);
  assert.ok(!('Tags__c' in standard!) && 'Id' in standard!);
});

test('an address is one object of its parts, and null when they are all empty', () => {
  const org = createExampleOrg();
  org.add('Account', { Name: 'Acme', BillingCity: 'Paris', BillingPostalCode: '75001' });
  const [record] = org.query('SELECT BillingAddress, ShippingAddress FROM Account').records;
  assert.deepEqual(record?.BillingAddress, {
    city: 'Paris',
    country: null,
    geocodeAccuracy: null,
    latitude: null,
    longitude: null,
    postalCode: '75001',
    state: null,
    street: null,
  });
  assert.equal(record?.ShippingAddress, null);
});

test('toLabel() gives the label and FORMAT() the form a person reads, under an alias when there is one', () => {
  const org = createAtlas();
  const [record] = org.query(
    "SELECT toLabel(Size__c), FORMAT(Population__c) people, Population__c, toLabel(Tags__c) t FROM City__c WHERE Name = 'Lyon'",
  ).records;
  assert.deepEqual(
    { ...record, attributes: 0 },
    { attributes: 0, Size__c: 'Medium', people: '520,001', Population__c: 520_000.5, t: 'river;Hilly' },
  );
});

test('a reference to several objects leads to whichever it is', () => {
  const org = createExampleOrg();
  org.add('Visit__c', { Name: 'One', Who__c: org.add('Contact', { Name: 'Ada', Email: 'ada@acme.example' }) });
  org.add('Visit__c', { Name: 'Two', Who__c: org.add('Lead', { Name: 'Bob', Email: 'bob@acme.example' }) });
  org.add('Visit__c', { Name: 'Three' });
  assert.deepEqual(org.column('SELECT Who__r.Name, Who__r.Email FROM Visit__c ORDER BY Id', 'Who__r'), [
    { attributes: { type: 'Name', url: url('Contact', '003', 1).url }, Name: 'Ada', Email: 'ada@acme.example' },
    { attributes: { type: 'Name', url: url('Lead', '00Q', 1).url }, Name: 'Bob', Email: 'bob@acme.example' },
    null,
  ]);
  assert.deepEqual(org.column("SELECT Name FROM Visit__c WHERE Who__r.Name = 'bob'"), ['Two']);
});

test('aliases of objects head a path, also in the old form with several in FROM', () => {
  const org = createAtlas();
  assert.deepEqual(org.column("SELECT c.Name, c.Country__r.Name FROM City__c c WHERE c.Country__r.Code__c = 'TD'"), [
    "N'Djaména",
  ]);
  assert.deepEqual(org.column("SELECT City__c.Name FROM City__c, City__c.Country__r k WHERE k.Code__c = 'TD'"), [
    "N'Djaména",
  ]);
});

test('USING SCOPE mine keeps to records of the user; everything and FOR VIEW change nothing', () => {
  const org = createAtlas();
  assert.deepEqual(org.column('SELECT Name FROM City__c USING SCOPE mine'), ['Paris']);
  assert.equal(org.query('SELECT Name FROM City__c USING SCOPE everything FOR VIEW').totalSize, 4);
  assert.equal(org.query('SELECT Name FROM City__c FOR REFERENCE').totalSize, 4);
});

test('days of date literals are those of the user', () => {
  const org = createExampleOrg();
  org.add('User', { Name: 'Ada', TimeZoneSidKey: 'Pacific/Auckland' });
  const elsewhere = org.add('User', { Name: 'Bob', TimeZoneSidKey: 'Nowhere/Nowhere' });
  // 10:15 UTC on the 21st is 23:15 in Auckland; an hour later it is the 22nd there.
  org.add('City__c', { Name: 'Now', Seen__c: startOfTime });
  org.add('City__c', { Name: 'Later', Seen__c: startOfTime + 3_600_000 });
  assert.deepEqual(org.column('SELECT Name FROM City__c WHERE Seen__c = TODAY'), ['Now']);
  assert.deepEqual(org.column('SELECT Name FROM City__c WHERE Seen__c = TOMORROW'), ['Later']);
  assert.equal(org.query('SELECT Id FROM City__c WHERE Seen__c = TODAY', { userId: elsewhere }).totalSize, 2);
});

test('date literals mean the moment of each call, not of the first', () => {
  const org = createAtlas();
  const soql = 'SELECT Name FROM City__c WHERE Seen__c = YESTERDAY';
  assert.deepEqual(org.column(soql), ["N'Djaména"]);
  org.pass(86_400_000);
  assert.deepEqual(org.column(soql), ['Paris']);
});

function createCrowd(count: number) {
  const org = createExampleOrg();
  org.database.exec('BEGIN');
  for (let number = 1; number <= count; number += 1)
    org.add('City__c', { Name: `City ${String(number).padStart(5, '0')}` });
  org.database.exec('COMMIT');
  return org;
}

test('pages together give each record once, in order, and totalSize counts them all', () => {
  const org = createCrowd(501);
  const seen: unknown[] = [];
  let page = org.query('SELECT Name FROM City__c ORDER BY Name DESC', { batchSize: 200 });
  for (;;) {
    assert.equal(page.totalSize, 501);
    seen.push(...page.records.map((record) => record.Name));
    if (page.done) break;
    assert.match(page.nextLocator!, /^01g[0-9A-Za-z]{15}-\d+$/);
    page = org.runner.queryMore({ userId: me, locator: page.nextLocator!, apiVersion: 68 });
  }
  assert.equal(page.records.length, 101);
  assert.deepEqual(
    seen,
    Array.from({ length: 501 }, (_, index) => `City ${String(501 - index).padStart(5, '0')}`),
  );
});

test('later pages show the records as they were when the query began', () => {
  const org = createCrowd(300);
  const page = org.query('SELECT Name FROM City__c ORDER BY Name', { batchSize: 200 });
  org.database.exec('DELETE FROM "City__c"');
  assert.equal(org.runner.queryMore({ userId: me, locator: page.nextLocator!, apiVersion: 68 }).records.length, 100);
});

const invalidLocator = {
  refusal: { status: 400, errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' },
};

test('a locator is refused when it is nonsense, of another user, idle for a quarter of an hour, or the eleventh before', () => {
  const org = createCrowd(201);
  const open = () => org.query('SELECT Id FROM City__c', { batchSize: 200 }).nextLocator!;
  const more = (locator: string, userId = me) => org.runner.queryMore({ userId, locator, apiVersion: 68 });
  const first = open();
  assert.throws(() => more('nonsense'), invalidLocator);
  assert.throws(() => more(first, ids('005', 2)), invalidLocator);
  assert.throws(() => more(first.replace('-200', '-201')), invalidLocator);
  for (let count = 0; count < 10; count += 1) open();
  assert.throws(() => more(first), invalidLocator);
  const last = open();
  org.pass(14 * 60_000);
  assert.equal(more(last).records.length, 1);
  org.pass(15 * 60_000);
  assert.throws(() => more(last), invalidLocator);
  const tables = org.database.prepare('SELECT count(*) AS n FROM sqlite_temp_schema').get();
  assert.equal(tables?.n, 0);
});

test('more than 2000 groups are refused, since aggregate queries have no further pages', () => {
  const org = createCrowd(2001);
  assert.equal(org.refusal('SELECT Name, COUNT(Id) FROM City__c GROUP BY Name').errorCode, 'EXCEEDED_ID_LIMIT');
  assert.equal(org.query('SELECT Name, COUNT(Id) FROM City__c GROUP BY Name LIMIT 2000').totalSize, 2000);
});

test('columns=true describes fields, parents, children and functions', () => {
  const { runner } = createExampleOrg();
  const columns = (soql: string) =>
    runner.queryColumns({ userId: me, soql }) as { columnMetadata: Record<string, unknown>[] };
  const plain = columns('SELECT Id FROM Account');
  assert.deepEqual(plain, {
    columnMetadata: [
      {
        aggregate: false,
        apexType: 'Id',
        booleanType: false,
        columnName: 'Id',
        custom: false,
        displayName: 'Id',
        foreignKeyName: null,
        insertable: false,
        joinColumns: [],
        numberType: false,
        textType: true,
        updatable: false,
      },
    ],
    entityName: 'Account',
    groupBy: false,
    idSelected: true,
    keyPrefix: '001',
  });
  const [name, parent, children] = columns(
    'SELECT Name, Parent.Owner.Name, (SELECT LastName FROM Contacts) FROM Account',
  ).columnMetadata;
  assert.equal(name?.textType, true);
  const within = (column: unknown) => (column as { joinColumns: Record<string, unknown>[] }).joinColumns;
  assert.deepEqual(
    [parent?.columnName, parent?.aggregate, within(parent)[0]?.columnName, within(within(parent)[0])[0]?.columnName],
    ['Parent', false, 'Owner', 'Name'],
  );
  assert.deepEqual(
    [children?.columnName, children?.aggregate, within(children)[0]?.columnName],
    ['Contacts', true, 'LastName'],
  );
  const grouped = columns(
    'SELECT Industry, COUNT(Id), MAX(AnnualRevenue) most FROM Account GROUP BY Industry',
  ).columnMetadata;
  assert.deepEqual(
    grouped.map((column) => [column.columnName, column.displayName, column.aggregate]),
    [
      ['Industry', 'Industry', false],
      ['expr0', 'COUNT(Id)', true],
      ['most', 'MAX(AnnualRevenue)', true],
    ],
  );
});

test('a lookup by a folded unique field and a condition on a parent both begin with an index', () => {
  const { database, runner, query } = createExampleOrg();
  const plans: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    if (sql.startsWith('SELECT'))
      plans.push(
        prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => detail)
          .join('; '),
      );
    return prepare(sql);
  };
  query("SELECT Id FROM Account WHERE Ext__c = 'A-1'");
  query("SELECT Id FROM Account WHERE Ext__c IN ('A-1', 'A-2')");
  query("SELECT Id FROM Account WHERE Name LIKE 'Ac%'");
  query("SELECT Id FROM City__c WHERE Country__r.Code__c = 'FR'");
  assert.ok(runner);
  for (const plan of plans) assert.doesNotMatch(plan, /SCAN/);
  assert.equal(plans.length, 4);
});

test('a connection that only reads can page, and holds no read open between pages', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-soql-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'records.sqlite');
  const writer = createExampleOrg({ file });
  writer.database.exec('PRAGMA journal_mode = WAL');
  writer.database.exec('BEGIN');
  for (let number = 0; number < 450; number += 1) writer.add('City__c', { Name: `City ${number}` });
  writer.database.exec('COMMIT');
  const database = openDatabase(file, { durable: true, readOnly: true });
  t.after(() => {
    database.close();
    writer.database.close();
  });
  const reader = createQueryRunner({ database, schema });
  const page = reader.query({ userId: me, soql: 'SELECT Id FROM City__c', all: false, batchSize: 200, apiVersion: 68 });
  assert.equal(page.totalSize, 450);
  writer.add('City__c', { Name: 'Late' });
  assert.equal(writer.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy, 0);
  assert.equal(reader.queryMore({ userId: me, locator: page.nextLocator!, apiVersion: 68 }).records.length, 200);
});

test('conditions nested a hundred deep are answered', () => {
  const org = createAtlas();
  const soql = `SELECT Name FROM City__c WHERE ${'(NOT '.repeat(90)}Name = 'Lyon'${')'.repeat(90)}`;
  assert.deepEqual(org.column(soql), ['Lyon']);
});

test('children of more than a page have a locator of their own', () => {
  const org = createExampleOrg();
  const country = org.add('Country__c', { Name: 'Big' });
  org.add('Country__c', { Name: 'Small' });
  org.database.exec('BEGIN');
  for (let number = 1; number <= 2100; number += 1) org.add('City__c', { Name: `City ${number}`, Country__c: country });
  org.database.exec('COMMIT');
  const [big, small] = org.query(
    "SELECT Name, (SELECT Name FROM Cities__r WHERE Name != 'City 1' ORDER BY Id) FROM Country__c ORDER BY Name",
  ).records as Record<
    string,
    { totalSize: number; done: boolean; nextRecordsUrl: string; records: { Name: string }[] }
  >[];
  const { records, ...page } = big!.Cities__r!;
  assert.equal(small!.Cities__r, null);
  assert.deepEqual([page.totalSize, page.done, records.length, records[0]?.Name], [2099, false, 2000, 'City 2']);
  assert.match(page.nextRecordsUrl, /^\/services\/data\/v68.0\/query\/01g\w{15}-2000$/);
  const locator = page.nextRecordsUrl.split('/').at(-1)!;
  const more = org.runner.queryMore({ userId: me, locator, apiVersion: 68 });
  assert.deepEqual(
    [more.totalSize, more.done, more.records.length, more.records.at(-1)?.Name],
    [2099, true, 99, 'City 2100'],
  );
  const [two] = org.query('SELECT (SELECT Id FROM Cities__r LIMIT 2 OFFSET 1) FROM Country__c ORDER BY Name').records;
  assert.deepEqual({ ...(two!.Cities__r as object), records: 0 }, { totalSize: 2, done: true, records: 0 });
  const [exact] = org.query('SELECT (SELECT Id FROM Cities__r LIMIT 2000) FROM Country__c ORDER BY Name').records;
  assert.deepEqual({ ...(exact!.Cities__r as object), records: 0 }, { totalSize: 2000, done: true, records: 0 });
});
