/** For property tests: any call of any operation, with values that fit its schemas for the most part, and at times do not. */
import fc from 'fast-check';
import type { Operation } from './index.ts';

type Shape = Readonly<Record<string, unknown>>;

export type AnyCall<Parts> = { operation: Operation<Parts>; path: string; body: unknown };

/** How a value keeps to its schema: with no more than what is required, wholly, or spoilt in places. */
type Care = 'least' | 'fits' | 'spoilt';

/** A third of the calls is as short as may be, a third fits wholly, a third is spoilt in places; `ids` stand in the path for what differs, the first of them most often. */
export function anyCall<Parts>(
  operations: readonly Operation<Parts>[],
  ids: readonly [string, ...string[]],
): fc.Arbitrary<AnyCall<Parts>> {
  const id = fc.oneof(fc.constant(ids[0]), fc.constantFrom(...ids));
  return fc
    .tuple(fc.constantFrom(...operations), fc.constantFrom<Care>('least', 'fits', 'spoilt'))
    .chain(([operation, care]) =>
      fc
        .record({
          id,
          body: operation.body === undefined ? fc.constant(undefined) : anyValue(operation.body as Shape, care),
          query: operation.query === undefined ? fc.constant({}) : anyValue(operation.query as unknown as Shape, care),
        })
        .map(({ id, body, query }) => ({
          operation,
          body,
          path: operation.path.replaceAll(/:\w+/g, id) + searchOf(query),
        })),
    );
}

function searchOf(query: unknown): string {
  const pairs = Object.entries(Object(query)).map(
    ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as [string, string],
  );
  const search = new URLSearchParams(pairs).toString();
  return search === '' ? '' : `?${search}`;
}

function anyValue(schema: Shape, care: Care): fc.Arbitrary<unknown> {
  const fitting = fittingOf(schema, care);
  return care === 'fits'
    ? fitting
    : fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: fc.jsonValue() });
}

function fittingOf(schema: Shape, care: Care): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => fittingOf(one as Shape, care)));
  switch (schema.type) {
    case 'string':
      return care === 'spoilt' ? anyString : stringOf(schema);
    case 'integer':
      return care === 'spoilt' ? fc.integer({ min: -5, max: 2000 }) : integerOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(anyValue(schema.items as Shape, care), { maxLength: 4 });
    default:
      return objectOf(schema, care);
  }
}

const anyString = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.constantFrom('a@b.example', 'https://b.example', 'Name_1'),
);

function stringOf({ pattern, format, minLength = 0, maxLength = 90 }: Shape): fc.Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const bounds = { minLength: Number(minLength), maxLength: Math.min(Number(maxLength), 90) };
  return fc.oneof(fc.string({ unit: 'grapheme', ...bounds }), anyString);
}

function integerOf({ minimum = 0, maximum = 2000 }: Shape): fc.Arbitrary<number> {
  return fc.integer({ min: Number(minimum), max: Number(maximum) });
}

function objectOf({ properties = {}, required = [], patternProperties }: Shape, care: Care): fc.Arbitrary<unknown> {
  const wanted = new Set(required as string[]);
  const all = Object.entries(properties as Record<string, Shape>);
  const entries = care === 'least' ? all.filter(([name]) => wanted.has(name)) : all;
  const known = entries.map(([name, shape]) => [name, anyValue(shape, care)] as const);
  const [any] = Object.values((patternProperties ?? {}) as Record<string, Shape>);
  if (any !== undefined)
    return fc.dictionary(fc.constantFrom('Account', 'account', 'Name', 'Phone', 'x', '__proto__'), anyValue(any, care));
  return fc.record(Object.fromEntries(known), { requiredKeys: [...wanted] });
}
