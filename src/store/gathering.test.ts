import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqliteFile } from './sqlite-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const migrations = join(folder, 'sql');
mkdirSync(migrations);
writeFileSync(join(migrations, '000001.sql'), 'CREATE TABLE entry (name TEXT PRIMARY KEY) STRICT;');
const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;

test('works of one turn share a transaction, and one that fails spoils no other and leaves nothing', async () => {
  await using store = openSqliteFile({ folder, name: 'gathered.sqlite', migrations, errors });
  const add = (name: string) => store.run('INSERT INTO entry VALUES (:name)', { name }).changes;
  const seen = () => store.all('SELECT name FROM entry ORDER BY name').map(({ name }) => name);
  const outcomes = await Promise.allSettled([
    store.gather(() => add('a')),
    store.gather(() => {
      add('half');
      throw new Error('no');
    }),
    store.gather(() => add('a')),
    store.gather(() => add('b')),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(seen(), ['a', 'b']);
  await Promise.all([store.gather(() => add('c')), store.write(() => add('d'))]);
  assert.deepEqual(seen(), ['a', 'b', 'c', 'd']);
});

test('nobody hears of a work before it is on disk', async () => {
  await using store = openSqliteFile({ folder, name: 'told.sqlite', migrations, errors });
  let told = false;
  const work = store
    .gather(() => store.run('INSERT INTO entry VALUES (:name)', { name: 'x' }))
    .then(() => {
      told = true;
    });
  assert.equal(store.get('SELECT count(*) AS n FROM entry')?.n, 0);
  assert.equal(told, false);
  await work;
  assert.equal(store.get('SELECT count(*) AS n FROM entry')?.n, 1);
});

test('a store that is closed waits for writers that come while others are still writing', async () => {
  const open = () => openSqliteFile({ folder, name: 'closed.sqlite', migrations, errors });
  const store = open();
  const add = (name: string) => store.run('INSERT INTO entry VALUES (:name)', { name });
  const begun = Promise.withResolvers<void>();
  const first = store.write(async () => {
    add('first');
    await begun.promise;
  });
  const closed = store[Symbol.asyncDispose]();
  const second = store.write(() => void add('second'));
  begun.resolve();
  await Promise.all([first, second, closed]);
  await using again = open();
  assert.deepEqual(
    again.all('SELECT name FROM entry ORDER BY name').map(({ name }) => name),
    ['first', 'second'],
  );
});
