import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tryMapping } from '../mapping/index.ts';
import type { InterfaceDefinition } from '../protocol/index.ts';
import { testMapping } from './test-mapping.ts';

const definition: InterfaceDefinition = {
  name: 'shops',
  connection: 'demo',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'insert',
  columns: { name: 'Text', size: 'Number' },
  mapping: {
    Name: 'name',
    Phone: { column: 'name', nulls: 'keep' },
    Site: { column: 'name', nulls: { default: 'none' } },
    Rating: { formula: 'UPPER(name) & TEXT(size)' },
    NumberOfEmployees: { formula: 'size / 2', nulls: 'keep' },
    Type: { column: 'kind', map: { a: 'Customer', b: null, c: '' }, otherwise: 'reject' },
    Industry: { column: 'kind', map: { a: 'Retail' }, otherwise: { default: 'Other' }, nulls: { default: 'Unknown' } },
    Source: { constant: null },
    Sic: { constant: 7, nulls: 'keep' },
  },
};

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('', ' ', '"', 'a,b', 'a\nb'));
const row = fc.record(
  {
    name: fc.option(text.filter((value) => value !== '#N/A')),
    size: fc.option(fc.integer({ min: -1e6, max: 1e6 })),
    kind: fc.option(fc.constantFrom('a', 'b', 'c', 'd', '')),
  },
  { requiredKeys: [] },
);

test('a mapping that is tried gives the same cells and refusals as the path that rows take in a run', async () => {
  const now = Date.parse('2026-03-05T12:00:00Z');
  let refusals = 0;
  const property = fc.asyncProperty(row, async (sample) => {
    const { mapping, columns } = definition;
    const rules = { operation: 'insert', defaultNulls: 'clear' } as const;
    const [tried] = tryMapping({ mapping, columns, rules, context: { now, timeZone: 'UTC' } }, [sample]);
    assert.ok(tried);
    if (tried.refused) refusals += 1;
    const expected = tried.refused ? { refused: tried.refused.code } : { expect: { ...tried.cells } };
    const [outcome] = await testMapping({ ...definition, tests: [{ row: sample, ...expected }] }, { now });
    assert.deepEqual(outcome?.differences, []);
  });
  await fc.assert(property, { numRuns: 500 });
  assert.ok(refusals > 20, `${refusals} refusals`);
});
