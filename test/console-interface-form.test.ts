/** Whatever a definition may hold, the form of the Console gives it back when nobody has changed it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, valuesOf, withNumbersAsTheyStood } from '../console/hub/interfaces/interface-values.ts';
import { isSame } from '../console/hub/interfaces/merge.ts';
import { interfaceSchema, outboundSchema } from '../src/protocol/index.ts';

type Schema = {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  patternProperties?: Readonly<Record<string, Schema>>;
  minProperties?: number;
  pattern?: string;
  minimum?: number;
};

type Plain = Readonly<Record<string, unknown>>;

/** Names, numbers, shares and times; and what has spaces around it or runs over several lines. */
const words = ['Name', 'Owner.Name', '12', '7.50%', '15m', 'select 1\n  from t\n', ' two words '];

/** Values of each kind that the schema names, one at least. */
function valuesFor(schema: Schema): unknown[] {
  const { type, anyOf, pattern, minimum = 0 } = schema;
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return [...schema.enum];
  if (anyOf !== undefined) return anyOf.flatMap(valuesFor);
  if (type === 'string') return words.filter((word) => new RegExp(pattern ?? '').test(word));
  if (type === 'integer') return [minimum, minimum + 7];
  if (type === 'number') return [minimum, minimum + 2.5];
  if (type === 'boolean') return [true, false];
  if (type === 'null') return [null];
  if (type === 'array') return listsOf(schema);
  return schema.properties === undefined ? recordsOf(schema) : objectsOf(schema, schema.properties);
}

function listsOf({ items = {}, minItems = 0 }: Schema): unknown[] {
  const each = valuesFor(items);
  return [...(minItems === 0 ? [[]] : []), ...each.map((one) => [one]), each];
}

function recordsOf({ patternProperties = {}, minProperties = 0 }: Schema): Plain[] {
  const [[pattern, schema] = assert.fail('a record of nothing')] = Object.entries(patternProperties);
  const names = words.filter((word) => new RegExp(pattern).test(word));
  const each = valuesFor(schema);
  const filled = each.flatMap((value) => names.map((name) => ({ [name]: value })));
  const several = Object.fromEntries(names.map((name, place) => [name, each[place % each.length]]));
  return [...(minProperties === 0 ? [{}] : []), ...filled, several];
}

/** The fewest members, each other one alone with each of its values, and all of them. */
function objectsOf({ required = [] }: Schema, properties: Readonly<Record<string, Schema>>): Plain[] {
  const first = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, valuesFor(properties[name] ?? {})[0]]));
  const fewest = first(required);
  const each = Object.entries(properties).flatMap(([name, schema]) =>
    valuesFor(schema).map((value) => ({ ...fewest, [name]: value })),
  );
  return [fewest, ...each, first(Object.keys(properties))];
}

const plain = (schema: unknown) => JSON.parse(JSON.stringify(schema)) as Schema;

for (const [direction, schema, fewest] of [
  ['into', interfaceSchema, 400],
  ['out of', outboundSchema, 200],
] as const) {
  const definitions = valuesFor(plain(schema)) as Plain[];

  test(`an interface ${direction} Salesforce that is saved as it was opened is to the letter what it was`, () => {
    assert.ok(definitions.length > fewest, `${definitions.length} definitions were tried`);
    for (const definition of definitions) assert.deepEqual(definitionOf(valuesOf(definition, 1)), definition);
  });

  test(`one thing that is changed of an interface ${direction} Salesforce changes nothing else`, () => {
    for (const definition of definitions) {
      const values = valuesOf(definition, 1);
      assert.deepEqual(definitionOf({ ...values, name: 'other' }), { ...definition, name: 'other' });
      const { sequence: _, ...others } = definition;
      const changed = definitionOf({ ...values, sequence: '42', where: 'x' });
      const where = direction === 'out of' ? { where: 'x' } : {};
      assert.deepEqual(changed, { ...others, sequence: 42, ...where });
    }
  });
}

const scheduled = {
  ...{ name: 'shops', connection: 'box', source: { table: 'shop' }, object: 'Account', operation: 'insert' },
  schedule: { cron: '0 6 * * *', missed: 'run', overlap: 'never' },
  mapping: { Name: { column: 'name', otherwise: 'reject' }, Phone: { column: 'phone' } },
};

test('what is said although it would hold unsaid stays when something beside it is changed', () => {
  const values = valuesOf(scheduled, 1);
  const { schedule, mapping } = definitionOf({
    ...values,
    cron: '0 7 * * *',
    lines: values.lines.map((line) => (line.target === 'Phone' ? { ...line, column: 'mobile' } : line)),
  }) as unknown as typeof scheduled;
  assert.deepEqual(schedule, { cron: '0 7 * * *', missed: 'run', overlap: 'never' });
  assert.deepEqual(mapping, { Name: { column: 'name', otherwise: 'reject' }, Phone: 'mobile' });
});

test('what is taken out of the form goes', () => {
  const values = valuesOf(scheduled, 1);
  const gone = definitionOf({ ...values, scheduleKind: 'none', lines: values.lines.slice(0, 1) }) as Plain;
  assert.equal('schedule' in gone, false);
  assert.deepEqual(Object.keys(gone.mapping as Plain), ['Name']);
  assert.deepEqual((definitionOf({ ...values, missed: 'skip' }) as Plain).schedule, {
    ...scheduled.schedule,
    missed: 'skip',
  });
  const every = definitionOf({ ...values, scheduleKind: 'every', every: '15m' }) as Plain;
  assert.deepEqual(every.schedule, { every: '15m', missed: 'run', overlap: 'never' });
});

test('an interface that is turned around takes nothing along that is of the other direction', () => {
  const turned = definitionOf({ ...valuesOf(scheduled, 1), type: 'outbound', operation: 'query' }) as Plain;
  assert.deepEqual(Object.keys(turned.target as Plain), ['table']);
  assert.equal('source' in turned, false);
});

test('while a number is none, what else was changed can be seen', () => {
  const values = { ...valuesOf(scheduled, 1), name: 'other' };
  for (const name of ['sequence', 'maxRetries', 'allowRejects', 'maxBytes', 'maxRows'] as const) {
    const wrong = { ...values, [name]: 'many' };
    assert.throws(() => definitionOf(wrong));
    assert.ok(isSame(definitionOf(withNumbersAsTheyStood(wrong)), { ...scheduled, name: 'other' }));
  }
});
