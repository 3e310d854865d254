import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openTarget, type TargetColumn } from '../../src/database/index.ts';
import { refuses } from './database.ts';
import { bulkCsv, testTarget } from './load.ts';

const outside = mkdtempSync(join(tmpdir(), 'sluice-csv-load-'));
const folder = join(outside, 'contract');
mkdirSync(folder);
after(() => rmSync(outside, { recursive: true }));

testTarget('A folder of CSV files', async () => ({
  settings: { type: 'csv', folder },
  hasTypes: false,
  tableOf: (name) => `${name}.csv`,
  sourceOf: (file) => ({ file }),
  close: async () => {},
}));

test('the manifest tells rows, bytes and digest of each file, and nothing hidden stays beside them', () => {
  const { files } = JSON.parse(readFileSync(join(folder, 'sluice-manifest.json'), 'utf8'));
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv') && !name.startsWith('.'));
  assert.ok(names.length > 10);
  assert.deepEqual(Object.keys(files).sort(), names.sort());
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual({ ...files[name], rows: 0 }, { rows: 0, bytes: bytes.length, sha256 }, name);
  }
  const hidden = readdirSync(folder).filter((name) => name.startsWith('.'));
  assert.deepEqual(hidden, []);
});

const columns: readonly TargetColumn[] = [
  { name: 'id', kind: 'text', length: 18 },
  { name: 'name', kind: 'text' },
];

function makeFolder(name: string): string {
  const path = join(outside, name);
  mkdirSync(path);
  return path;
}

test('a file keeps its delimiter, its order and the columns that are not loaded', async () => {
  const path = makeFolder('kept');
  writeFileSync(join(path, 'kept.csv'), '\uFEFFnote;id;name\r\n"x;y";a;A\r\n;b;B\r\nz;c;C\r\n');
  await using target = await openTarget({ type: 'csv', folder: path, delimiter: ';' });
  const into = { table: 'kept.csv', columns, key: ['id'] };
  await using load = await target.openLoad({ into, deletions: { by: 'remove', unstaged: true } });
  await load.stage(
    bulkCsv(
      [
        { id: 'c', name: 'C' },
        { id: 'a', name: 'semi;colon' },
        { id: 'd', name: 'D' },
      ],
      { of: columns },
    ),
  );
  assert.deepEqual(await load.merge(), { staged: 3, inserted: 1, updated: 1, unchanged: 1, deleted: 1 });
  assert.equal(readFileSync(join(path, 'kept.csv'), 'utf8'), 'note;id;name\n"x;y";a;"semi;colon"\nz;c;C\n;d;D\n');
});

test('a commit that a process did not live to finish is finished by the next one', async () => {
  const path = makeFolder('pending');
  writeFileSync(join(path, 'a.csv'), 'id,name\n1,old\n');
  writeFileSync(join(path, '.a.csv.sluice-new'), 'id,name\n1,new\n');
  const manifest = { files: {}, bookmarks: { b: 'new' }, pending: { from: '.a.csv.sluice-new', to: 'a.csv' } };
  writeFileSync(join(path, 'sluice-manifest.json'), JSON.stringify(manifest));
  await using target = await openTarget({ type: 'csv', folder: path });
  assert.equal(await target.readBookmark('b'), 'new');
  assert.equal(readFileSync(join(path, 'a.csv'), 'utf8'), 'id,name\n1,new\n');
  assert.equal(await target.readBookmark('toString'), undefined);
});

test('a file outside the folder is not written, by no path and no link', async () => {
  const path = makeFolder('guarded');
  writeFileSync(join(outside, 'secret.csv'), 'id,name\n');
  symlinkSync(join(outside, 'secret.csv'), join(path, 'link.csv'));
  await using target = await openTarget({ type: 'csv', folder: path });
  for (const table of [
    '../secret.csv',
    join(outside, 'secret.csv'),
    'link.csv',
    '.hidden.csv',
    'sluice-manifest.json',
  ]) {
    await refuses(
      target.prepareTable({ table, columns, key: ['id'] }, { create: true }),
      'TARGET_UNFIT',
      /ends in \.csv/,
    );
  }
  assert.equal(readFileSync(join(outside, 'secret.csv'), 'utf8'), 'id,name\n');
  writeFileSync(join(path, 'sluice-manifest.json'), '{');
  await refuses(target.readBookmark('b'), 'LOAD_FAILED', /sluice-manifest\.json cannot be read/);
});
