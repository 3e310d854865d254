import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRowDigest, createRowSum } from './row-digest.ts';

const places = [0, 1, 2];
const row = fc.tuple(fc.string(), fc.string(), fc.string());

function textOf(cells: readonly string[], order: readonly number[] = places): string {
  const digest = createRowDigest();
  digest.take(cells, order);
  return digest.text();
}

function sumOf(rows: readonly (readonly string[])[]) {
  const sum = createRowSum();
  const digest = createRowDigest();
  for (const cells of rows) {
    digest.take(cells, places);
    sum.add(digest);
  }
  return sum;
}

test('a digest is 16 hex digits and follows the columns, not their order in the file', () => {
  assert.match(textOf(['a', 'b', 'c']), /^[0-9a-f]{16}$/);
  assert.equal(textOf(['a', 'b', 'c']), textOf(['c', 'a', 'b'], [1, 2, 0]));
  assert.notEqual(textOf(['a', 'b', 'c']), textOf(['b', 'a', 'c']));
  assert.notEqual(textOf(['ab', '', 'c']), textOf(['a', 'b', 'c']));
});

test('a null has one digest, whichever way Salesforce gives it back, and so has a line end inside a cell', () => {
  assert.equal(textOf(['a', '#N/A', 'c']), textOf(['a', '', 'c']));
  assert.equal(textOf(['a\r\nb', '', '']), textOf(['a\nb', '', '']));
});

test('sums of the same rows are equal in any order, and differ when a row is lost, doubled or changed', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.nat(), (rows, pick) => {
      const sum = sumOf(rows);
      assert.ok(sum.equals(sumOf([...rows].reverse())));
      const index = pick % rows.length;
      assert.ok(!sum.equals(sumOf(rows.filter((_, at) => at !== index))), 'lost');
      assert.ok(!sum.equals(sumOf([...rows, rows[index] as (typeof rows)[number]])), 'doubled');
      assert.ok(
        !sum.equals(sumOf(rows.map((cells, at) => (at === index ? [`${cells[0]}!`, cells[1], cells[2]] : cells)))),
        'changed',
      );
    }),
  );
});

test('digests of many like rows do not collide', () => {
  const seen = new Set<string>();
  for (let number = 0; number < 100_000; number++) seen.add(textOf([String(number), `Name ${number}`, '']));
  assert.equal(seen.size, 100_000);
});
