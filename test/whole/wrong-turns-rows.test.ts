import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, type TestContext, test } from 'node:test';
import { openLedger, type RowRecord } from '../../src/ledger/index.ts';
import { startSluice } from './sluice-program.ts';
import { writeAccounts } from './stage.ts';
import { insertBody, numbered, openStage, type Scene, type Stage, upsertBody } from './wrong-turns-stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const header = 'id,name,note\n';
const bothModes = ['collections', 'bulk'] as const;

/** A scene whose source is these bytes. */
function place(t: TestContext, name: string, body: string, ...source: (string | Uint8Array)[]): Scene {
  const scene = stage.place(t, { name, body });
  writeFileSync(
    join(scene.folder, 'accounts.csv'),
    Buffer.concat([header, ...source].map((part) => Buffer.from(part))),
  );
  return scene;
}

/** `key: code by whom (fields)` of each reject of the last run, in the order of the keys. */
async function rejectsOf({ folder, prefix }: Scene): Promise<string[]> {
  await using ledger = openLedger(join(folder, 'data'));
  const [run] = ledger.listRuns({ limit: 1 });
  const tell = ({ key, code, rejectedBy }: RowRecord) => `${key.replace(prefix, '')}: ${code} by ${rejectedBy}`;
  return run ? [...ledger.readRejects(run.id)].map(tell).sort() : [];
}

/** A person who sees digests is told where the values are. */
async function expectKeysExplained({ folder }: Scene): Promise<void> {
  const { out } = await startSluice({ args: ['rejects', '--data', 'data'], folder, secret: '' }).ended;
  assert.match(out, /the interface names no key; "sluice rejects \d+ --json" has their values/);
}

const refusedSays = [
  /\d+ of \d+ rows were rejected, and the interface allows 0\.\n"sluice rejects \d+" shows which/,
  '(ROWS_REJECTED)',
];

describe('rows that are not as they should be', { concurrency: 3 }, () => {
  for (const mode of bothModes) {
    test(`by ${mode}, a cell of 200 KB, a broken byte and #N/A as a text are refused here by name, and the others go on`, async (t) => {
      const prefix = `odd${mode}-`;
      const source = [
        `${prefix}0,good,"a note, with ""quotes"""\n`,
        `${prefix}1,long,${'x'.repeat(204_800)}\n`,
        `${prefix}2,broken,`,
        new Uint8Array([0x63, 0x61, 0x66, 0xe9]),
        `\n${prefix}3,mark,#N/A\n${prefix}4,#N/A,"line\nbreak"\n${prefix}5,,no name\n${prefix}6,good,last\n`,
      ];
      const scene = place(t, `odd${mode}`, `${upsertBody}mode: ${mode}\n`, ...source);
      await scene.run({
        code: 3,
        says: refusedSays,
        rows: { read: 7, sent: 3, succeeded: 2, rejected: 5, unknown: 0 },
      });
      assert.deepEqual(await rejectsOf(scene), [
        '1: CELL_TOO_LONG by sluice',
        '2: INVALID_UTF8 by sluice',
        '3: NULL_MARK_AS_TEXT by sluice',
        '4: NULL_MARK_AS_TEXT by sluice',
        '5: REQUIRED_FIELD_MISSING by salesforce',
      ]);
      assert.deepEqual(await stage.idsOf(prefix), [`${prefix}0`, `${prefix}6`]);
      const { out } = await startSluice({ args: ['rejects', '--data', 'data'], folder: scene.folder, secret: '' })
        .ended;
      for (const words of ['131072 characters', 'not UTF-8', 'clear this field']) assert.ok(out.includes(words), out);
      writeAccounts(join(scene.folder, 'accounts.csv'), { count: 7, prefix });
      await scene.run({ code: 0, rows: { read: 7, sent: 7, succeeded: 7, created: 5, updated: 2, rejected: 0 } });
    });

    test(`by ${mode}, an external id that the source has twice is refused both times, and sent once when mended`, async (t) => {
      const prefix = `twice${mode}-`;
      const scene = place(
        t,
        `twice${mode}`,
        `${upsertBody}mode: ${mode}\n`,
        `${prefix}0,A,x\n${prefix}0,B,y\n${prefix}1,C,z\n`,
      );
      await scene.run({ code: 3, says: refusedSays, rows: { read: 3, sent: 3, succeeded: 1, rejected: 2 } });
      assert.deepEqual(await rejectsOf(scene), [
        '0: DUPLICATE_VALUE by salesforce',
        '0: DUPLICATE_VALUE by salesforce',
      ]);
      assert.deepEqual(await stage.idsOf(prefix), [`${prefix}1`]);
      writeFileSync(join(scene.folder, 'accounts.csv'), `${header}${prefix}0,A,x\n${prefix}1,C,z\n`);
      await scene.run({ code: 0, rows: { read: 2, succeeded: 2, created: 1, updated: 1 } });
    });

    test(`by ${mode}, an insert that is run again is refused where a field is unique, and makes nothing twice`, async (t) => {
      const scene = stage.place(t, {
        name: `again${mode}`,
        count: 5,
        body: `${insertBody.replace('key: Ext__c\n', '')}mode: ${mode}\n`,
      });
      await scene.run({ code: 0, rows: { read: 5, succeeded: 5, created: 5 } });
      await scene.run({ code: 3, says: refusedSays, rows: { read: 5, sent: 5, succeeded: 0, rejected: 5 } });
      assert.ok((await rejectsOf(scene)).every((reject) => reject.includes('DUPLICATE_VALUE by salesforce')));
      await expectKeysExplained(scene);
      assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, 5));
    });
  }

  for (const [count, mode] of [
    [200, 'collections'],
    [201, 'bulk'],
  ] as const) {
    test(`${count} rows go by ${mode}, and running them again makes none`, async (t) => {
      const scene = stage.place(t, { name: `border${count}`, count });
      const first = await scene.run({ code: 0, rows: { read: count, sent: count, created: count } });
      assert.equal(first?.runs[0]?.mode, mode);
      const second = await scene.run({ code: 0, rows: { read: count, created: 0, updated: count } });
      assert.equal(second?.runs[0]?.mode, mode);
      assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, count));
    });
  }

  test('rejects beyond what the interface allows end with exit code 3, within it with 0', async (t) => {
    const isBad = (row: number) => row < 2;
    const bodyOf = (allowed: string) => `${upsertBody}allowRejects: ${allowed}\n`;
    const scene = stage.place(t, { name: 'allow', count: 250, isBad, body: bodyOf('1') });
    const rows = { read: 250, sent: 250, succeeded: 248, rejected: 2 };
    await scene.run({
      code: 3,
      says: ['2 of 250 rows were rejected, and the interface allows 1.', 'raise allowRejects'],
      rows,
    });
    const wider = stage.place(t, { name: 'allow', count: 250, isBad, body: bodyOf('1%') });
    const finished = await wider.run({ code: 0, rows });
    assert.equal(finished?.status, 'completed');
  });

  test('rows whose parent is missing are refused one by one, and go in once the parent is there', async (t) => {
    const body = `source: { file: contacts.csv }
object: Contact
operation: upsert
externalId: Ext__c
mapping: { Ext__c: id, LastName: name, AccountId: { parent: Account, externalId: Ext__c, column: account } }
`;
    const scene = stage.place(t, { name: 'parent', body });
    const rows = Array.from(
      { length: 300 },
      (_, row) => `parent-${row},Name,${row % 100 === 7 ? 'parent-late' : ''}\n`,
    );
    writeFileSync(join(scene.folder, 'contacts.csv'), `id,name,account\n${rows.join('')}`);
    await scene.run({ code: 3, says: refusedSays, rows: { read: 300, sent: 300, succeeded: 297, rejected: 3 } });
    assert.deepEqual(
      await rejectsOf(scene),
      ['107', '207', '7'].map((key) => `${key}: INVALID_FIELD by salesforce`),
    );
    await stage.salesforce.request({
      method: 'POST',
      path: '/sobjects/Account',
      json: { Name: 'Late', Ext__c: 'parent-late' },
    });
    await scene.run({ code: 0, rows: { read: 300, succeeded: 300, created: 3, updated: 297 } });
    assert.deepEqual(await stage.idsOf('parent-', 'Contact'), numbered('parent-', 300));
  });

  test('a quoted line break at the border of two chunks stays in its row', async (t) => {
    const note = `"first line\n${'second, "'.replace('"', '""')}\nthird"`;
    const rows = Array.from({ length: 60 }, (_, row) => `cut-${row},Name,${note}\n`);
    const body = `${upsertBody}mode: bulk\nchunk: { maxBytes: 1000 }\n`;
    const scene = place(t, 'cut', body, ...rows);
    await scene.run({ code: 0, rows: { read: 60, sent: 60, succeeded: 60, created: 60 } });
    const notes = await Array.fromAsync(
      stage.salesforce.query(`SELECT Description FROM Account WHERE Ext__c LIKE 'cut-%'`),
    );
    assert.equal(notes.length, 60);
    for (const { Description } of notes) assert.equal(Description, 'first line\nsecond, "\nthird');
  });

  test('a CSV file whose last quote is missing, or of which a row has a cell too many, is refused with its line', async (t) => {
    const open = place(t, 'open', upsertBody, 'open-0,A,"never closed\nopen-1,B,x\n');
    await open.run({
      code: 1,
      says: [/CSV is broken at line \d+ of file "accounts\.csv"/, 'RFC 4180'],
      rows: { read: 0, sent: 0 },
    });
    const wide = place(t, 'wide', upsertBody, 'wide-0,A,x\nwide-1,B,x,y\n');
    await wide.run({
      code: 1,
      says: [/line 3 of file "accounts\.csv".*4 cells, the header 3/],
      rows: { read: 0, sent: 0 },
    });
    assert.deepEqual([...(await stage.idsOf('open-')), ...(await stage.idsOf('wide-'))], []);
  });

  test('a SQLite file that is not there, is no database, or lacks the table is said; an empty table is green', async (t) => {
    const body = upsertBody.replace('{ file: accounts.csv }', '{ table: account }');
    const scene = stage.place(t, { name: 'sqlite', body, database: 'type: sqlite, file: ./source.sqlite' });
    const file = join(scene.folder, 'source.sqlite');
    await scene.run({
      code: 1,
      says: [/source\.sqlite" cannot be reached: the file does not exist/, '(DATABASE_UNREACHABLE)'],
    });
    writeFileSync(file, 'this is no database, whatever its name may say, and never was one');
    await scene.run({ code: 1, says: [/cannot be reached: file is not a database/, '(DATABASE_UNREACHABLE)'] });
    writeFileSync(file, '');
    await scene.run({ code: 1, says: ['no table "account"', '(SOURCE_MISSING)'] });
    using database = new DatabaseSync(file);
    database.exec('create table account (id text, name text, note text)');
    await scene.run({ code: 0, rows: { read: 0, sent: 0, succeeded: 0 } });
    database.exec(`insert into account values ('sqlite-0', 'A', 'x'), ('sqlite-1', cast(x'ff' as text), 'y')`);
    await scene.run({ code: 3, says: refusedSays, rows: { read: 2, sent: 1, succeeded: 1, rejected: 1 } });
    assert.deepEqual(await rejectsOf(scene), ['1: INVALID_UTF8 by sluice']);
  });
});
