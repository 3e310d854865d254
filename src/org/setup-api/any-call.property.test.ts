import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { setupOperations } from './operations.ts';
import { openSetupInTest } from './setup-in-test.ts';

type Shape = Readonly<Record<string, unknown>>;

/** Values that fit a schema for the most part, and at times do not. */
function anyValue(schema: Shape): fc.Arbitrary<unknown> {
  const fitting = fittingOf(schema);
  return fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: fc.jsonValue() });
}

function fittingOf(schema: Shape): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => fittingOf(one as Shape)));
  switch (schema.type) {
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 90 }),
        fc.constantFrom('a@b.example', 'https://b.example', 'Name_1'),
      );
    case 'integer':
      return fc.integer({ min: -5, max: 2000 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(anyValue(schema.items as Shape), { maxLength: 4 });
    default:
      return objectOf(schema);
  }
}

function objectOf({ properties = {}, required = [], patternProperties }: Shape): fc.Arbitrary<unknown> {
  const entries = Object.entries(properties as Record<string, Shape>);
  const known = entries.map(([name, shape]) => [name, anyValue(shape)] as const);
  const [any] = Object.values((patternProperties ?? {}) as Record<string, Shape>);
  if (any !== undefined)
    return fc.dictionary(fc.constantFrom('Account', 'account', 'Name', 'Phone', 'x', '__proto__'), anyValue(any));
  return fc.record(Object.fromEntries(known), { requiredKeys: required as string[] });
}

const ends = new Set(['logOut', 'logIn']);
const calls = setupOperations.filter(({ id }) => !ends.has(id));

test('whatever is sent to any operation, the answer is as described, and never a failure of the org', async () => {
  await using setup = await openSetupInTest();
  const { user } = (await setup.call('GET', '/session')).json;
  const app = (await setup.call('GET', '/apps')).json.rows[0];
  const profile = (await setup.call('GET', '/profiles')).json.rows[0];
  await setup.verify();
  const ids = fc.constantFrom(
    app.id,
    profile.id,
    'Account',
    'x',
    '%00',
    '..%2f',
    '005000000000000AAA',
    user.id.slice(0, 15),
  );
  const call = fc.constantFrom(...calls).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      id: ids,
      body: operation.body === undefined ? fc.constant(undefined) : anyValue(operation.body as Shape),
      query: operation.query === undefined ? fc.constant({}) : anyValue(operation.query as unknown as Shape),
    }),
  );
  let good = 0;
  let refused = 0;
  const property = fc.asyncProperty(call, async ({ operation, id, body, query }) => {
    const pairs = Object.entries(Object(query)).map(
      ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as [string, string],
    );
    const search = new URLSearchParams(pairs).toString();
    const path = `${operation.path.replaceAll(/:\w+/g, id)}${search === '' ? '' : `?${search}`}`;
    const { status } = await setup.call(operation.method, path, body);
    assert.ok(status < 500 && status !== 401, `${operation.id} answered ${status}`);
    if (status < 300) good += 1;
    else refused += 1;
  });
  await fc.assert(property, { numRuns: 1500 });
  assert.ok(good > 100 && refused > 100, `${good} good, ${refused} refused`);
});
