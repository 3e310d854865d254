/** Random queries over random records, answered by the org and by plain JavaScript. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createExampleOrg, type Values } from './example-org.test.ts';

type City = Values & { Id: string };
type Country = { id: string; name: string };
type Comparison = { soql: string; holds: (city: City, country: Country | undefined) => boolean };

const text = fc.constantFrom('a', 'A', 'b', 'Ab', 'aB_', '%', 'É', 'é', "o'", 'zz');
const amount = fc.integer({ min: -3, max: 3 });
const day = fc.constantFrom('2026-11-20', '2026-11-21', '2026-11-22');

const countries = fc.array(text, { minLength: 1, maxLength: 3 });
const cities = fc.array(
  fc.record({
    Name: fc.option(text),
    Population__c: fc.option(amount),
    Capital__c: fc.constantFrom(0, 1),
    Founded__c: fc.option(day),
    country: fc.option(fc.nat({ max: 2 })),
    IsDeleted: fc.constantFrom(0, 0, 0, 1),
  }),
  { maxLength: 12 },
);

const fold = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value).toLowerCase();
const quoted = (value: string): string => `'${value.replaceAll("'", "\\'")}'`;
const operators = ['=', '!=', '<', '<=', '>', '>='] as const;

function compares(operator: string, left: string | number | null, right: string | number): boolean {
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (left === null) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

const operator = fc.constantFrom(...operators);
const sameOrNot = fc.constantFrom('=', '!=');
const leaf: fc.Arbitrary<Comparison> = fc.oneof(
  fc.tuple(sameOrNot, text).map(([sign, value]) => ({
    soql: `Name ${sign} ${quoted(value)}`,
    holds: (city: City) => compares(sign, fold(city.Name), value.toLowerCase()),
  })),
  fc.tuple(operator, amount).map(([sign, value]) => ({
    soql: `Population__c ${sign} ${value}`,
    holds: (city: City) => compares(sign, city.Population__c ?? null, value),
  })),
  fc.tuple(operator, day).map(([sign, value]) => ({
    soql: `Founded__c ${sign} ${value}`,
    holds: (city: City) => compares(sign, city.Founded__c ?? null, value),
  })),
  fc.tuple(sameOrNot, fc.boolean()).map(([sign, value]) => ({
    soql: `Capital__c ${sign} ${value}`,
    holds: (city: City) => compares(sign, city.Capital__c === 1 ? 1 : 0, value ? 1 : 0),
  })),
  fc.tuple(sameOrNot, text).map(([sign, value]) => ({
    soql: `Country__r.Name ${sign} ${quoted(value)}`,
    holds: (_: City, country: Country | undefined) => compares(sign, fold(country?.name), value.toLowerCase()),
  })),
  fc.tuple(fc.boolean(), fc.array(fc.option(amount), { minLength: 1, maxLength: 40 })).map(([negated, values]) => ({
    soql: `Population__c ${negated ? 'NOT IN' : 'IN'} (${values.map(String).join(', ')})`,
    holds: (city: City) => values.includes((city.Population__c ?? null) as number | null) !== negated,
  })),
  text.map((value) => ({
    soql: `Name LIKE ${quoted(`${value.replaceAll(/[%_]/g, '\\$&')}%`)}`,
    holds: (city: City) => fold(city.Name)?.startsWith(value.toLowerCase()) ?? false,
  })),
  fc.constantFrom('Population__c', 'Name').map((field) => ({
    soql: `${field} = null`,
    holds: (city: City) => city[field] === null,
  })),
);

const { condition } = fc.letrec<{ condition: Comparison }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.boolean(), fc.array(tie('condition'), { minLength: 2, maxLength: 4 })).map(([all, parts]) => ({
      soql: parts.map(({ soql }) => `(${soql})`).join(all ? ' AND ' : ' OR '),
      holds: (city: City, country: Country | undefined) =>
        all ? parts.every((part) => part.holds(city, country)) : parts.some((part) => part.holds(city, country)),
    })),
    tie('condition').map((part) => ({
      soql: `NOT (${part.soql})`,
      holds: (city: City, country: Country | undefined) => !part.holds(city, country),
    })),
  ),
}));

test('what a condition finds is what plain JavaScript finds', () => {
  fc.assert(
    fc.property(countries, cities, condition, (names, rows, { soql, holds }) => {
      const org = createExampleOrg();
      const parents = names.map((name) => ({ id: org.add('Country__c', { Name: name }), name }));
      const parentOf = (index: number | null) => (index === null ? undefined : parents[index]);
      const stored = rows.map(({ country, ...values }) => {
        const parent = parentOf(country);
        const row = { ...values, Country__c: parent?.id ?? null };
        return { row: { ...row, Id: org.add('City__c', row) }, parent };
      });
      const expected = stored.filter(({ row, parent }) => row.IsDeleted === 0 && holds(row, parent));
      const query = `SELECT Id, Name, Population__c, Country__r.Name FROM City__c WHERE ${soql} ORDER BY Id`;
      const { records } = org.query(query);
      const found = records.map(({ attributes, Country__r, ...values }) => ({
        ...values,
        parent: (Country__r as { Name: string } | null)?.Name,
      }));
      assert.deepEqual(
        found,
        expected.map(({ row: { Id, Name, Population__c }, parent }) => ({
          Id,
          Name,
          Population__c,
          parent: parent?.name,
        })),
      );
      const count = org.query(`SELECT COUNT() FROM City__c WHERE ${soql}`);
      assert.equal(count.totalSize, expected.length);
      org.database.close();
    }),
    { numRuns: 300 },
  );
});

const sorting = fc.record({
  field: fc.constantFrom('Name', 'Population__c', 'Founded__c'),
  descending: fc.boolean(),
  nullsLast: fc.boolean(),
  limit: fc.nat({ max: 6 }),
  offset: fc.nat({ max: 4 }),
});

/** Small letters first, then by UTF-8, as SQLite compares; null before all. */
function compareKeys(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

test('sorted and cut results are those of plain JavaScript', () => {
  fc.assert(
    fc.property(cities, sorting, (rows, { field, descending, nullsLast, limit, offset }) => {
      const org = createExampleOrg();
      const live = rows
        .map(({ country: _, ...values }) => ({ ...values, Id: org.add('City__c', values) }))
        .filter(({ IsDeleted }) => IsDeleted === 0);
      const keyOf = (row: Values) => (field === 'Name' ? fold(row[field]) : (row[field] ?? null));
      const expected = live.toSorted((a, b) => {
        const [left, right] = [keyOf(a), keyOf(b)];
        if (left === null || right === null) return left === right ? 0 : (left === null) === nullsLast ? 1 : -1;
        return compareKeys(left, right) * (descending ? -1 : 1) || 0;
      });
      const order = `ORDER BY ${field} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsLast ? 'LAST' : 'FIRST'}, Id`;
      assert.deepEqual(
        org.column(`SELECT Id FROM City__c ${order} LIMIT ${limit} OFFSET ${offset}`, 'Id'),
        expected.slice(offset, offset + limit).map(({ Id }) => Id),
      );
      org.database.close();
    }),
    { numRuns: 150 },
  );
});

test('groups and children add up to what plain JavaScript adds up', () => {
  fc.assert(
    fc.property(countries, cities, (names, rows) => {
      const org = createExampleOrg();
      const parents = names.map((name) => org.add('Country__c', { Name: name }));
      const live = rows
        .map(({ country, ...values }) => {
          const row = { ...values, Country__c: (country === null ? undefined : parents[country]) ?? null };
          return { ...row, Id: org.add('City__c', row) };
        })
        .filter(({ IsDeleted }) => IsDeleted === 0);
      const groups = org.query(
        'SELECT Country__c c, COUNT(Id) n, COUNT(Population__c) known, SUM(Population__c) total, MIN(Founded__c) oldest FROM City__c GROUP BY Country__c',
      );
      const expected = [...Map.groupBy(live, ({ Country__c }) => Country__c)].map(([c, members]) => {
        const known = members.flatMap(({ Population__c }) => Population__c ?? []);
        const days = members.flatMap(({ Founded__c }) => Founded__c ?? []).toSorted();
        const total = known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0);
        return { c, n: members.length, known: known.length, total, oldest: days[0] ?? null };
      });
      const byCountry = (a: { c: unknown }, b: { c: unknown }) => String(a.c).localeCompare(String(b.c));
      const found = groups.records.map(({ attributes: _, ...values }) => values as { c: unknown });
      assert.deepEqual(found.toSorted(byCountry), expected.toSorted(byCountry));

      const { records } = org.query('SELECT Id, (SELECT Id FROM Cities__r ORDER BY Id) FROM Country__c');
      for (const { Id, Cities__r } of records) {
        const children = (Cities__r as { records: { Id: string }[] } | null)?.records.map((child) => child.Id) ?? null;
        const own = live.filter((city) => city.Country__c === Id).map((city) => city.Id);
        assert.deepEqual(children, own.length === 0 ? null : own);
      }
      org.database.close();
    }),
    { numRuns: 150 },
  );
});
