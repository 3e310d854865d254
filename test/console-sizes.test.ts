/** Sizes as the pages show and take them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeEntered, sizeParts, sizeText } from '../console/ui/size.ts';

test('a size is read in the unit that suits it, rounded', () => {
  assert.deepEqual([0, 4_096, 1_572_864, 21_474_836_480].map(sizeText), ['0 KiB', '4 KiB', '1.5 MiB', '20 GiB']);
});

test('a size is edited in the largest unit in which it is short, and is to the byte what it was', () => {
  for (const [bytes, size, unit] of [
    [21_474_836_480, '20', 'GiB'],
    [1_610_612_736, '1.5', 'GiB'],
    [524_288_000, '500', 'MiB'],
    [20_000_000_000, '20000000000', 'bytes'],
    [1, '1', 'bytes'],
  ] as const) {
    assert.deepEqual(sizeParts(bytes), { size, unit });
    assert.equal(sizeEntered(size, unit), bytes);
  }
});

test('what is no size is none', () => {
  for (const typed of ['', 'much', '-1', '1,5', '1e3', '20 GiB']) assert.equal(sizeEntered(typed, 'GiB'), undefined);
  assert.equal(sizeEntered('1.5', 'bytes'), undefined);
});
