import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Errors } from 'typebox/schema';
import { Type } from './schema.ts';
import { surelyFits } from './surely-fits.ts';

const schema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]+$', maxLength: 5, description: 'small letters' }),
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    kind: Type.Optional(Type.Enum(['a', 'b'])),
    source: Type.Optional(Type.Union([Type.Object({ file: Type.String({ minLength: 1 }) }), Type.Null()])),
    many: Type.Optional(Type.Array(Type.Boolean())),
    mapping: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Union([Type.Number(), Type.Literal('all')]), {
        additionalProperties: false,
        minProperties: 1,
      }),
    ),
  },
  { additionalProperties: false, title: 'X' },
) as unknown as Readonly<Record<string, unknown>>;

const scalar = fc.oneof(
  fc.constantFrom(null, true, 0, 1, 9, 10, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, undefined),
  fc.constantFrom('', 'a', 'b', 'abcde', 'abcdef', 'A', 'a\n', '🙂', 'all'),
);
const anyValue = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('file', 'a', 'B', ''), scalar),
);
const almost = fc.record(
  {
    name: anyValue,
    rows: anyValue,
    kind: anyValue,
    source: anyValue,
    many: anyValue,
    mapping: anyValue,
    other: anyValue,
  },
  { requiredKeys: [] },
);
const good = fc.record(
  {
    name: fc.constantFrom('a', 'abcde'),
    rows: fc.constantFrom(1, 9),
    kind: fc.constantFrom('a', 'b'),
    source: fc.constantFrom(null, { file: 'x' }),
    many: fc.array(fc.boolean(), { maxLength: 2 }),
    mapping: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 'all'), { minKeys: 1 }),
  },
  { requiredKeys: ['name'] },
);

test('what surely fits is accepted by TypeBox too', () => {
  const value = fc.oneof(
    almost,
    anyValue,
    fc.tuple(good, almost).map(([a, b]) => ({ ...a, ...b })),
  );
  fc.assert(
    fc.property(value, (one) => {
      if (surelyFits(schema, one)) assert.deepEqual(Errors(schema, one)[1], []);
    }),
    { numRuns: 3_000 },
  );
});

test('what is as it should be surely fits, so that TypeBox is not loaded for it', () => {
  fc.assert(fc.property(good, (one) => surelyFits(schema, one)));
});

test('a keyword that is not known makes nothing sure', () => {
  assert.equal(surelyFits({ type: 'string', format: 'date' }, '2026-11-25'), false);
  assert.equal(surelyFits({ type: 'array', additionalProperties: true }, []), false);
});
