/** For property tests: any call of any operation, with values that fit its schemas for the most part, and at times do not. */
import fc from 'fast-check';
import type { Operation } from './index.ts';

type Shape = Readonly<Record<string, unknown>>;

export type AnyCall<Parts> = { operation: Operation<Parts>; path: string; body: unknown };

/** `ids` stand in the path for what differs. */
export function anyCall<Parts>(
  operations: readonly Operation<Parts>[],
  ids: readonly string[],
): fc.Arbitrary<AnyCall<Parts>> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc
      .record({
        id: fc.constantFrom(...ids),
        body: operation.body === undefined ? fc.constant(undefined) : anyValue(operation.body as Shape),
        query: operation.query === undefined ? fc.constant({}) : anyValue(operation.query as unknown as Shape),
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

function anyValue(schema: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fittingOf(schema) }, { weight: 1, arbitrary: fc.jsonValue() });
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
