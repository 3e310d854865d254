import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textTable, widthOf } from './text-table.ts';

test('numbers stand to the right with thousands apart, texts to the left', () => {
  const table = textTable(
    ['name', 'rows'],
    [
      ['cities', 135_233],
      ['x', 7],
    ],
  );
  assert.equal(table, 'name       rows\ncities  135,233\nx             7');
});

test('wide letters count as two and joined marks as none, so that columns stay straight', () => {
  assert.equal(widthOf('中国'), 4);
  assert.equal(widthOf('é'), 1);
  assert.equal(widthOf('e\u0301'), 1);
  assert.equal(
    textTable(
      ['a', 'b'],
      [
        ['中国', 'x'],
        ['abcd', 'x'],
      ],
    ),
    'a     b\n中国  x\nabcd  x',
  );
});

test('line breaks and control characters in data never reach the terminal', () => {
  assert.equal(textTable(['a'], [['x\u001b[31m\ny']]), 'a\nx [31m y');
});

test('a table without rows is its headings', () => {
  assert.equal(textTable(['run', 'rows'], []), 'run  rows');
});
