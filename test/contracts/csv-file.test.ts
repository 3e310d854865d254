import assert from 'node:assert/strict';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { csvRow } from '../../src/base/index.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import {
  bigLabel,
  bigRows,
  goldenKinds,
  goldenRows,
  invalidBytes,
  readAll,
  refuses,
  testDatabase,
} from './database.ts';

const outside = mkdtempSync(join(tmpdir(), 'sluice-csv-'));
const folder = join(outside, 'inside');
mkdirSync(folder);
after(() => rmSync(outside, { recursive: true }));

const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);

function* bigLines() {
  yield 'id,label\n';
  for (let id = 1; id <= bigRows; id += 1000) {
    yield Array.from({ length: 1000 }, (_, place) => `${id + place},"${bigLabel}"\n`).join('');
  }
}

testDatabase('A folder of CSV files', async () => {
  const rows = [
    Object.keys(goldenKinds),
    ...goldenRows.map((row) => Object.values(row).map((value) => String(value ?? ''))),
  ];
  write('golden.csv', rows.map((row) => csvRow(row)).join(''));
  const latin1 = `"${invalidBytes.toString('latin1').replaceAll('"', '""')}"`;
  write('invalid.csv', Buffer.from(`id,label\n1,${latin1}\n`, 'latin1'));
  await pipeline(Readable.from(bigLines()), createWriteStream(join(folder, 'big.csv')));
  const database = await openDatabase({ type: 'csv', folder });
  return {
    database,
    golden: { file: 'golden.csv' },
    invalid: { database, source: { file: 'invalid.csv' } },
    big: { file: 'big.csv' },
    missing: { file: 'nowhere.csv' },
    hasTypes: false,
    countOpen: async () => readdirSync('/proc/self/fd').filter((handle) => isOpen(handle)).length,
    close: async () => database[Symbol.asyncDispose](),
  };
});

function isOpen(handle: string): boolean {
  try {
    return readlinkSync(join('/proc/self/fd', handle)).endsWith('big.csv');
  } catch {
    return false;
  }
}

async function readColumn(database: Database, file: string, column: string): Promise<string> {
  const cells = [
    { column, nulls: 'clear' as const },
    { constant: '|', nulls: 'clear' as const },
  ];
  return String(await readAll(database.readCsv({ source: { file }, cells, timeZone: 'UTC' })));
}

test('a byte order mark, CRLF, another delimiter and empty lines are all read', async () => {
  write('semicolons.csv', '\uFEFF"id";Städte\r\n1;"a;b"\r\n\r\n2;京\r\n\r\n');
  await using database = await openDatabase({ type: 'csv', folder, delimiter: ';' });
  assert.deepEqual(
    (await database.columns({ file: 'semicolons.csv' })).map(({ name }) => name),
    ['id', 'Städte'],
  );
  assert.equal(await readColumn(database, 'semicolons.csv', 'Städte'), 'a;b,|\n京,|\n');
  assert.equal(await readColumn(database, 'semicolons.csv', 'id'), '1,|\n2,|\n');
});

test('a broken file is refused with the line', async () => {
  write('unclosed.csv', 'id,label\n1,a\n2,"b\n3,c\n');
  write('short.csv', 'id,label\n1,"a\nb"\n2\n3,c\n');
  write('long.csv', `id,label\n${'1,"x\ny"\n'.repeat(30_000)}2,b,c\n`);
  await using database = await openDatabase({ type: 'csv', folder });
  await refuses(
    readColumn(database, 'unclosed.csv', 'id'),
    'CSV_INVALID',
    /line 3 of file "unclosed\.csv": a quote is opened/,
  );
  await refuses(
    readColumn(database, 'short.csv', 'id'),
    'CSV_INVALID',
    /line 4 of file "short\.csv": the row has 1 cells, the header 2/,
  );
  await refuses(
    readColumn(database, 'long.csv', 'id'),
    'CSV_INVALID',
    /line 60002 of file "long\.csv": the row has 3 cells/,
  );
});

test('a file without a usable header is refused', async () => {
  write('nothing.csv', '');
  write('twice.csv', 'id,id\n1,2\n');
  write('utf16.csv', Buffer.from('\uFEFFid,label\n', 'utf16le'));
  write('header.csv', 'id,label\n');
  await using database = await openDatabase({ type: 'csv', folder });
  await refuses(readColumn(database, 'nothing.csv', 'id'), 'SOURCE_INVALID', /empty/);
  await refuses(readColumn(database, 'twice.csv', 'id'), 'SOURCE_INVALID', /two of its columns are called "id"/);
  await refuses(readColumn(database, 'utf16.csv', 'id'), 'SOURCE_INVALID', /UTF-16/);
  assert.equal(await readColumn(database, 'header.csv', 'id'), '');
});

test('a file outside the folder is not read, by no path and no link', async () => {
  writeFileSync(join(outside, 'secret.csv'), 'id\n1\n');
  symlinkSync(join(outside, 'secret.csv'), join(folder, 'link.csv'));
  symlinkSync(outside, join(folder, 'up'));
  await using database = await openDatabase({ type: 'csv', folder });
  for (const file of ['../secret.csv', join(outside, 'secret.csv'), 'link.csv', 'up/secret.csv', '..', '.']) {
    await refuses(readColumn(database, file, 'id'), 'SOURCE_INVALID', /outside the folder/);
  }
  mkdirSync(join(folder, 'deep'));
  write('deep/cities.csv', 'id\n7\n');
  assert.equal(await readColumn(database, 'deep/cities.csv', 'id'), '7,|\n');
});

test('a wrong folder, delimiter or kind of source is said at once', async () => {
  await refuses(openDatabase({ type: 'csv', folder: join(outside, 'none') }), 'DATABASE_UNREACHABLE', /none/);
  await refuses(
    openDatabase({ type: 'csv', folder: join(outside, 'secret.csv') }),
    'DATABASE_UNREACHABLE',
    /no folder/,
  );
  await refuses(openDatabase({ type: 'csv', folder, delimiter: '||' }), 'SETTING_INVALID', /delimiter/);
  await using database = await openDatabase({ type: 'csv', folder });
  await refuses(database.columns({ table: 'cities' }), 'SOURCE_MISSING', /a file/);
  await refuses(database.columns({ file: 'goldn.csv' }), 'SOURCE_MISSING', /Did you mean "golden\.csv"/);
});

test('where a text without quotes clears fields, it does so, and the same text in quotes and an empty cell do not', async () => {
  write('marked.csv', 'id,note\n1,#N/A\n2,"#N/A"\n3,\n');
  const nulls = 'keep' as const;
  const plan = {
    source: { file: 'marked.csv' },
    cells: [
      { column: 'id', nulls },
      { column: 'note', nulls },
    ],
    timeZone: 'UTC',
  };
  const read = async (clearText: { clearText?: string }) => {
    await using database = await openDatabase({ type: 'csv', folder, ...clearText });
    return Buffer.concat(await Array.fromAsync(database.readCsv(plan))).toString();
  };
  assert.equal(await read({ clearText: '#N/A' }), '1,#N/A\n2,"#N/A"\n3,\n');
  assert.equal(await read({}), '1,"#N/A"\n2,"#N/A"\n3,\n');
});
