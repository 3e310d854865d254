import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTarget, type TargetColumn } from '../../src/database/index.ts';
import { createTestMariadb, type MariadbAddress, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { refuses } from './database.ts';
import { bulkCsv, testTarget } from './load.ts';

const missing = whyNoMariadb();
if (missing) test('MariaDB as a target', { skip: missing }, () => {});
else testMariadbTarget();

function testMariadbTarget(): void {
  const settingsOf = (address: MariadbAddress) => ({ type: 'mariadb', ...address, tls: 'off' }) as const;

  testTarget('MariaDB', async () => ({
    settings: settingsOf(await createTestMariadb()),
    hasTypes: true,
    tableOf: (name) => name,
    sourceOf: (table) => ({ table }),
    close: async () => {},
  }));

  const columns: readonly TargetColumn[] = [
    { name: 'id', kind: 'text', length: 18 },
    { name: 'name', kind: 'text', length: 40 },
  ];

  async function load(address: MariadbAddress, table: string, rows: readonly Record<string, string>[]) {
    await using target = await openTarget(settingsOf(address));
    await using opened = await target.openLoad({
      into: { table, columns, key: ['id'] },
      deletions: { by: 'remove', unstaged: true },
    });
    await opened.stage(bulkCsv(rows, { of: columns }));
    return await opened.merge();
  }

  test('a table whose key does not tell capitals apart is loaded, unless two keys would be one to it', async () => {
    const address = await createTestMariadb();
    await runMariadb(
      address,
      `create table folded (id varchar(18) collate utf8mb4_general_ci primary key, name varchar(40) character set latin1)`,
    );
    assert.equal((await load(address, 'folded', [{ id: 'a', name: 'x' }, { id: 'b' }])).inserted, 2);
    const counts = await load(address, `${address.database}.folded`, [
      { id: 'a', name: 'X' },
      { id: 'c', name: 'ü' },
    ]);
    assert.deepEqual(counts, { staged: 2, inserted: 1, updated: 1, unchanged: 0, deleted: 1 });
    await refuses(
      load(address, 'folded', [{ id: 'd' }, { id: 'D' }]),
      'LOAD_ROW_UNFIT',
      /"D" and "d" are one.*general_ci/,
    );
    await refuses(load(address, 'folded', [{ id: 'd', name: '京' }]), 'LOAD_ROW_UNFIT', /name/);
    await refuses(load(address, 'folded', [{ id: 'd', name: 'x'.repeat(41) }]), 'LOAD_ROW_UNFIT', /name/);
    assert.deepEqual(await runMariadb(address, 'select * from folded order by id'), [
      { id: 'a', name: 'X' },
      { id: 'c', name: 'ü' },
    ]);
  });

  test('where the server takes no local files the rows go in by statements, with the same outcome', async () => {
    const address = await createTestMariadb({ options: ['--local-infile=0'] });
    await using target = await openTarget(settingsOf(address));
    await target.prepareTable({ table: 'stated', columns, key: ['id'] }, { create: true });
    const texts = ["it's", '\\', 'a\nb', '"', '\t', '😀', '', "\\'"];
    const rows = texts.map((name, place) => ({ id: `${place}`, name }));
    const many = Array.from({ length: 30_000 }, (_, place) => ({ id: `m${place}`, name: 'x'.repeat(40) }));
    assert.equal((await load(address, 'stated', [...rows, ...many])).inserted, 30_008);
    assert.equal((await load(address, 'stated', [...rows, ...many])).unchanged, 30_008);
    const found = await runMariadb(address, `select name from stated where id not like 'm%' order by id`);
    assert.deepEqual(
      found.map(({ name }) => name ?? ''),
      texts,
    );
    await refuses(load(address, 'stated', [{ id: 'x'.repeat(19) }]), 'LOAD_ROW_UNFIT', /id/);
  });

  test('a user who may not create anything but temporary tables loads into tables that are there', async () => {
    const address = await createTestMariadb();
    const user = `u${address.database.slice(5)}`;
    await runMariadb(
      address,
      `create table given (id varchar(18) primary key, name varchar(40));
       create table sluice_bookmark (name varchar(190) primary key, value text not null, changed_at timestamp not null);
       create user ${user}@'127.0.0.1' identified by 'writes';
       grant select, insert, update, create temporary tables on ${address.database}.* to ${user}@'127.0.0.1'`,
    );
    await using target = await openTarget({ ...settingsOf(address), user, password: 'writes' });
    const into = { table: 'given', columns, key: ['id'] };
    await target.prepareTable(into, { create: true });
    await using opened = await target.openLoad({ into });
    await opened.stage(bulkCsv([{ id: 'a' }], { of: columns }));
    assert.equal((await opened.merge({ bookmark: { name: 'b', value: 'new' } })).inserted, 1);
    assert.equal(await target.readBookmark('b'), 'new');
  });

  test('what a table of MariaDB lacks is said before anything is loaded', async () => {
    const address = await createTestMariadb();
    await runMariadb(
      address,
      `create table lacking (id varchar(18) primary key, name varchar(40), must int not null);
       create table partly (id varchar(18), name varchar(40), unique (id(5)));
       create table plain (id varchar(18) primary key, name varchar(40)) engine = MyISAM;
       create table narrow (id varchar(18) primary key, name varchar(20));
       create view looked as select * from narrow`,
    );
    await using target = await openTarget(settingsOf(address));
    const prepare = (table: string, of = columns) => target.prepareTable({ table, columns: of, key: ['id'] });
    await refuses(prepare('lacking'), 'TARGET_UNFIT', /"must" must have a value/);
    await refuses(prepare('partly'), 'TARGET_UNFIT', /keeps id unique/);
    await refuses(prepare('plain'), 'TARGET_UNFIT', /MyISAM.*InnoDB/);
    await refuses(prepare('narrow'), 'TARGET_COLUMN_UNFIT', /varchar\(20\).*text of 40.*varchar\(40\)/);
    await refuses(prepare('looked'), 'TARGET_UNFIT', /VIEW/);
    await refuses(prepare('narow'), 'TARGET_MISSING', /Did you mean "narrow"/);
    await refuses(prepare('narrow', [{ name: 'id', kind: 'text' }]), 'TARGET_UNFIT', /any length/);
  });
}
