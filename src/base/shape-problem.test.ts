import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { findShapeProblem } from './shape-problem.ts';

const schema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]+$', description: 'a word' }),
    kinds: Type.Optional(Type.Array(Type.Enum(['read', 'edit']))),
  },
  { additionalProperties: false },
);

test('a value that fits has no problem', () => {
  assert.equal(findShapeProblem(schema, { name: 'a', kinds: ['read'] }), undefined);
});

test('what does not fit is told with its place, alone and as a whole sentence', () => {
  assert.deepEqual(findShapeProblem(schema, { name: 'a', kinds: ['reed'] }), {
    path: ['kinds', 0],
    atName: false,
    expectation: 'must be one of read, edit (did you mean "read"?)',
    sentence: 'kinds[0] must be one of read, edit (did you mean "read"?)',
  });
  assert.equal(findShapeProblem(schema, { name: '1' })?.sentence, 'name must be a word');
  assert.equal(findShapeProblem(schema, {})?.sentence, 'the file lacks "name"');
});

test('an unknown name comes before all else, with the nearest known one', () => {
  const problem = findShapeProblem(schema, { names: 'a' });
  assert.deepEqual([problem?.path, problem?.atName], [['names'], true]);
  assert.equal(problem?.sentence, 'there is no "names" in the file; did you mean "name"?');
});
