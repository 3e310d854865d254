import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf } from './paging.ts';

const rows = [
  { name: 'beta', uses: 10, by: null },
  { name: 'Alpha', uses: 9, by: 'Ann' },
  { name: 'gamma 10', uses: 1, by: 'Bob' },
  { name: 'gamma 9', uses: 2, by: 'Bob' },
];
const names = (page: { rows: readonly { name: string }[] }) => page.rows.map(({ name }) => name);

test('a list is searched, sorted without case and with numbers in their order, and cut into pages', () => {
  assert.deepEqual(names(pageOf(rows, {}, 'name')), ['Alpha', 'beta', 'gamma 9', 'gamma 10']);
  assert.deepEqual(names(pageOf(rows, { sort: '-uses' }, 'name')), ['beta', 'Alpha', 'gamma 9', 'gamma 10']);
  assert.deepEqual(names(pageOf(rows, { search: 'BOB' }, 'name')), ['gamma 9', 'gamma 10']);
  const second = pageOf(rows, { page: 2, pageSize: 3 }, 'name');
  assert.deepEqual([names(second), second.total, second.page], [['gamma 10'], 4, 2]);
  assert.deepEqual(pageOf(rows, { page: 9 }, 'name').rows, []);
});

test('what is empty comes first', () => {
  assert.equal(names(pageOf(rows, { sort: 'by' }, 'name'))[0], 'beta');
});

test('a column that is not there is refused with those that are', () => {
  assert.throws(() => pageOf(rows, { sort: 'nmae' }, 'name'), /There is no column nmae/);
});
