import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { copyDataFolder } from './copy-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { openSqliteFile } from './sqlite-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-copy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;

function migrationsOf(name: string, ...scripts: string[]): string {
  const migrations = join(folder, name);
  mkdirSync(migrations, { recursive: true });
  for (const [index, sql] of scripts.entries())
    writeFileSync(join(migrations, `${String(index + 1).padStart(6, '0')}.sql`), sql);
  return migrations;
}

const first = 'CREATE TABLE entry (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;';

/** A program that writes pairs without end, each in one transaction, and says so when it begins. */
const writer = `
  const { DatabaseSync } = require('node:sqlite');
  const store = new DatabaseSync(process.argv[1], { timeout: 60000 });
  store.exec('PRAGMA journal_mode = WAL');
  const insert = store.prepare('INSERT INTO entry (name) VALUES (?)');
  const text = 'x'.repeat(2000);
  for (let n = 0; ; n++) {
    store.exec('BEGIN IMMEDIATE');
    insert.run(text);
    insert.run(text);
    store.exec('COMMIT');
    if (n === 50) console.log('begun');
  }`;

test('a folder is copied whole while another process writes to its stores and keeps it locked', async (t) => {
  const source = join(folder, 'busy');
  const name = 'hub.sqlite';
  await openSqliteFile({ folder: join(source, 'hub'), name, migrations: migrationsOf('sql', first), errors })[
    Symbol.asyncDispose
  ]();
  using _lock = lockFolder(join(source, 'hub'));
  writeFileSync(join(source, 'hub', 'hub.key'), 'key\n');
  const child = spawn(process.execPath, ['--eval', writer, join(source, 'hub', name)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const counts: number[] = [];
  for (const to of ['one', 'two']) {
    const target = join(folder, to);
    assert.deepEqual(await copyDataFolder(source, target), {
      stores: [join('hub', name)],
      files: [join('hub', 'hub.key')],
    });
    assert.deepEqual(readdirSync(join(target, 'hub')).sort(), ['hub.key', name]);
    using copy = new DatabaseSync(join(target, 'hub', name));
    const count = Number(copy.prepare('SELECT count(*) AS n FROM entry').get()?.n);
    assert.equal(count % 2, 0, 'no half of a transaction');
    counts.push(count);
  }
  assert.ok(counts[0]! > 100 && counts[1]! > counts[0]!, String(counts));
  assert.equal(child.exitCode, null, 'the writer was not disturbed');
  for (const path of ['one', 'one/hub', `one/hub/${name}`, 'one/hub/hub.key'])
    assert.equal(statSync(join(folder, path)).mode & 0o077, 0, `${path} is for its owner alone`);
});

test('nothing is written over, and what is no data folder is not copied', async () => {
  const source = join(folder, 'small');
  await openSqliteFile({ folder: source, name: 'a.sqlite', migrations: migrationsOf('sql', first), errors })[
    Symbol.asyncDispose
  ]();
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'mine'), 'x');
  writeFileSync(join(folder, 'file'), 'x');
  const refused = (from: string, to: string, reason: RegExp) =>
    assert.rejects(copyDataFolder(from, to), (error: Error & { code?: string }) =>
      reason.test(`${error.code} ${error.message}`),
    );
  await refused(source, full, /DATA_COPY_REFUSED.*not empty/);
  await refused(source, join(folder, 'file'), /DATA_COPY_REFUSED.*a file/);
  await refused(source, join(source, 'copy'), /DATA_COPY_REFUSED.*inside/);
  await refused(full, join(folder, 'new'), /DATA_COPY_REFUSED.*no store/);
  await refused(join(folder, 'nowhere'), join(folder, 'new'), /FILE_UNREADABLE/);
  assert.deepEqual([readFileSync(join(full, 'mine'), 'utf8'), existsSync(join(folder, 'new'))], ['x', false]);
  await assert.rejects(copyDataFolder(source, join(folder, 'new'), AbortSignal.abort(new Error('stop'))), /stop/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('unfinished')),
    [],
  );
});

test('a store that is broken is not passed off as a backup', async () => {
  const source = join(folder, 'broken');
  const store = openSqliteFile({
    folder: source,
    name: 'b.sqlite',
    migrations: migrationsOf('sql', first),
    errors,
  });
  await store.write(() => {
    for (let n = 0; n < 500; n++) store.run('INSERT INTO entry (name) VALUES (:name)', { name: 'y'.repeat(500) });
  });
  await store[Symbol.asyncDispose]();
  const file = join(source, 'b.sqlite');
  truncateSync(file, Math.floor(statSync(file).size / 2 / 8192) * 8192);
  await assert.rejects(
    copyDataFolder(source, join(folder, 'of-broken')),
    (error: { code?: string }) => error.code === 'STORE_COPY_BROKEN' || error.code === 'FILE_UNREADABLE',
  );
  assert.equal(existsSync(join(folder, 'of-broken')), false);
});

test('before an older store is changed it is copied as it was, and the log names the copy and says when it is done', async () => {
  const place = { folder: join(folder, 'older'), name: 'c.sqlite', errors };
  const told: object[] = [];
  const say = (entry: object) => void told.push(entry);
  const log = { debug: say, info: say, warn: say, error: say };
  const old = openSqliteFile({ ...place, migrations: migrationsOf('sql', first), log });
  await old.write(() => old.run('INSERT INTO entry (name) VALUES (:name)', { name: 'kept' }));
  await old[Symbol.asyncDispose]();
  assert.deepEqual(told, [], 'a new store has nothing to keep');
  const newer = migrationsOf('newer', first, 'DROP TABLE entry;');
  for (const _ of ['the upgrade', 'a start after it'])
    await openSqliteFile({ ...place, migrations: newer, log })[Symbol.asyncDispose]();
  const file = join(place.folder, place.name);
  const copy = `${file}.schema-1`;
  const [before, after, ...others] = told as { seconds?: number }[];
  assert.deepEqual(before, { file, copy, version: 1, newest: 2, megabytes: 1 });
  assert.deepEqual({ ...after, seconds: typeof after?.seconds }, { file, version: 2, seconds: 'number' });
  assert.deepEqual(others, []);
  assert.equal(statSync(copy).mode & 0o077, 0);
  {
    using kept = new DatabaseSync(copy, { readOnly: true });
    assert.equal(kept.prepare('SELECT name FROM entry').get()?.name, 'kept');
    assert.equal(kept.prepare('PRAGMA user_version').get()?.user_version, 1);
  }
  assert.throws(() => openSqliteFile({ ...place, migrations: migrationsOf('sql', first), log }), {
    code: 'STORE_TOO_NEW',
  });
});

test('an upgrade that fails leaves the store as it was, and the next try finds the same copy', async () => {
  const place = { folder: join(folder, 'failing'), name: 'd.sqlite', errors };
  await openSqliteFile({ ...place, migrations: migrationsOf('sql', first) })[Symbol.asyncDispose]();
  const failing = migrationsOf(
    'failing-sql',
    first,
    'ALTER TABLE entry ADD COLUMN more TEXT; SELECT no_such_function();',
  );
  for (const _ of ['once', 'and again'])
    assert.throws(() => openSqliteFile({ ...place, migrations: failing }), /no_such_function/);
  await using same = openSqliteFile({ ...place, migrations: migrationsOf('sql', first) });
  assert.deepEqual(same.all('SELECT * FROM entry'), []);
  assert.deepEqual(
    readdirSync(place.folder).filter((name) => name.includes('schema')),
    ['d.sqlite.schema-1'],
  );
});
