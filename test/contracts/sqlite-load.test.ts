import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openTarget, type TargetColumn } from '../../src/database/index.ts';
import { refuses } from './database.ts';
import { testTarget } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-load-'));
after(() => rmSync(folder, { recursive: true }));

testTarget('SQLite', async () => {
  const file = join(folder, 'target.sqlite');
  writeFileSync(file, '');
  return {
    settings: { type: 'sqlite', file },
    hasTypes: true,
    tableOf: (name) => name,
    sourceOf: (table) => ({ table }),
    close: async () => {},
  };
});

test('loads into SQLite leave no file beside it', () => {
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('staging')),
    [],
  );
});

const columns: readonly TargetColumn[] = [
  { name: 'id', kind: 'text', length: 18 },
  { name: 'active', kind: 'boolean' },
];

function create(name: string, sql: string): string {
  const file = join(folder, name);
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  return file;
}

test('what a table of SQLite lacks is said before anything is loaded', async () => {
  const file = create(
    'lacking.sqlite',
    `create table lacking (id text primary key, active boolean, must text not null);
     create table folded (id text collate nocase primary key, active integer);
     create table partly (id text, active integer);
     create unique index some on partly (id) where active;
     create view looked as select * from lacking`,
  );
  await using target = await openTarget({ type: 'sqlite', file });
  const prepare = (table: string) => target.prepareTable({ table, columns, key: ['id'] });
  await refuses(prepare('lacking'), 'TARGET_UNFIT', /"must" must have a value/);
  await refuses(prepare('folded'), 'TARGET_UNFIT', /keeps id unique/);
  await refuses(prepare('partly'), 'TARGET_UNFIT', /keeps id unique/);
  await refuses(prepare('looked'), 'TARGET_UNFIT', /it is a view/);
  await refuses(prepare('lackin'), 'TARGET_MISSING', /Did you mean "lacking"/);
});

test('a large merge into SQLite lets others have their turn, and waits for another writer to end', async () => {
  const file = create('large.sqlite', 'create table large (id integer primary key, active boolean)');
  await using target = await openTarget({ type: 'sqlite', file });
  await using load = await target.openLoad({
    into: { table: 'large', columns: [{ name: 'id', kind: 'integer' }, columns[1]!], key: ['id'] },
  });
  await load.stage([Buffer.from(`id,active\n${Array.from({ length: 50_000 }, (_, id) => `${id},true\n`).join('')}`)]);
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  let turns = 0;
  const ticking = setInterval(() => {
    turns++;
    if (turns === 5) other.exec('rollback');
  }, 1);
  const { inserted } = await load.merge();
  clearInterval(ticking);
  other.close();
  assert.equal(inserted, 50_000);
  assert.ok(turns >= 10, `${turns} turns`);
});
