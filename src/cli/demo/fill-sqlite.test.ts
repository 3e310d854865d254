import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { demoTables } from './demo-tables.ts';
import { fillSqlite } from './fill-sqlite.ts';

test('where there is no PostgreSQL, the demo has the same rows in an SQLite file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-fill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tables = demoTables();
  const file = join(folder, 'demo.sqlite');
  assert.equal(
    fillSqlite(file, tables),
    tables.reduce((sum, { rowCount }) => sum + rowCount, 0),
  );
  using database = new DatabaseSync(file);
  assert.deepEqual(
    { ...database.prepare("select name, local_name from country where code = 'EG'").get() },
    {
      name: 'Egypt',
      local_name: 'مصر',
    },
  );
});

test('what was done to the tables of the demo is there at the next start, and a table that was dropped is made again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-fill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [countries, ...rest] = demoTables();
  const [, accounts] = rest;
  const file = join(folder, 'demo.sqlite');
  const rows = fillSqlite(file, [countries!, accounts!]);
  const database = new DatabaseSync(file);
  database.exec("update country set name = 'Mine' where code = 'EG'; drop table account");
  database.close();
  assert.equal(fillSqlite(file, [countries!, accounts!]), rows);
  using again = new DatabaseSync(file);
  assert.deepEqual({ ...again.prepare("select name from country where code = 'EG'").get() }, { name: 'Mine' });
});
