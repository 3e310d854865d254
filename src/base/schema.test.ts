import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as typebox from 'typebox';
import { Type } from './schema.ts';

/** The same schema in either's words. */
const write = (words: typeof Type) =>
  words.Object(
    {
      name: words.String({ minLength: 1 }),
      rows: words.Optional(words.Integer({ minimum: 1 })),
      share: words.Optional(words.Number()),
      kind: words.Enum(['a', 'b'], { description: 'one of two' }),
      source: words.Union([words.Object({ file: words.String() }), words.Literal('none'), words.Null()]),
      many: words.Optional(words.Array(words.Boolean(), { minItems: 1 })),
      mapping: words.Record(words.String({ pattern: '^[a-z]+$' }), words.String(), { minProperties: 1 }),
      free: words.Record(words.String(), words.Integer()),
      pair: words.Tuple([words.String(), words.Boolean()], { description: 'two' }),
      nothing: words.Object({}),
    },
    { additionalProperties: false, $id: 'x.schema.json' },
  );

test('a schema written without TypeBox is the one that TypeBox would have written', () => {
  assert.equal(JSON.stringify(write(Type), null, 1), JSON.stringify(write(typebox.Type), null, 1));
});
