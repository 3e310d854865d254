import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { openDatabase } from '../../src/database/index.ts';
import { createTestMariadb, type MariadbAddress, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { bigLabel, bigRows, goldenRows, invalidBytes, readAll, refuses, testDatabase } from './database.ts';

const missing = whyNoMariadb();
if (missing) test('MariaDB as a source', { skip: missing }, () => {});
else testMariadb();

function testMariadb(): void {
  const open = (address: MariadbAddress, other: Partial<MariadbAddress> = {}) =>
    openDatabase({ type: 'mariadb', ...address, ...other, tls: 'off' });

  async function insertGolden(address: MariadbAddress): Promise<void> {
    await runMariadb(
      address,
      `create table golden (id int primary key, label longtext, big bigint, amount decimal(30, 4), ratio double,
       active tinyint(1), born date, seen datetime(3), \`odd "name", really\` varchar(40));
       create table big as select seq as id, '${bigLabel}' as label from seq_1_to_${bigRows}`,
    );
    for (const row of goldenRows) {
      await runMariadb(address, 'insert into golden values (?,?,?,?,?,?,?,?,?)', Object.values(row));
    }
  }

  const countOthers = `select count(*) as open from information_schema.processlist where db = database() and id <> connection_id()`;

  testDatabase(
    'MariaDB',
    async () => {
      const address = await createTestMariadb();
      await insertGolden(address);
      const database = await open(address);
      return {
        database,
        golden: { table: 'golden' },
        big: { table: 'big' },
        missing: { table: 'nowhere' },
        hasTypes: true,
        countOpen: async () => Number((await runMariadb(address, countOthers))[0]!.open),
        close: async () => database[Symbol.asyncDispose](),
      };
    },
    { holdsAnyBytes: false },
  );

  async function readCells(address: MariadbAddress, query: string, timeZone = 'UTC'): Promise<string> {
    await using database = await open(address);
    const columns = await database.columns({ query });
    const cells = columns.map(({ name }) => ({ column: name, nulls: 'clear' as const }));
    return String(await readAll(database.readCsv({ source: { query }, cells, timeZone })));
  }

  test('MariaDB lets no bytes into a text that are no UTF-8, and gives those of a binary column in base64', async () => {
    const address = await createTestMariadb();
    await runMariadb(address, 'create table kept (label varchar(40), raw varbinary(40))');
    await assert.rejects(
      runMariadb(address, 'insert into kept (label) values (?)', [invalidBytes]),
      /Incorrect string|Invalid/,
    );
    await runMariadb(address, 'insert into kept (raw) values (?)', [invalidBytes]);
    assert.equal(await readCells(address, 'select raw, 1 as one from kept'), `${invalidBytes.toString('base64')},1\n`);
  });

  test('MariaDB writes each of its own types in the form Salesforce reads', async () => {
    const address = await createTestMariadb();
    for (const [type, value, written] of [
      ['tinyint(1)', '1', 'true'],
      ['tinyint(1)', '0', 'false'],
      ['tinyint(1)', '7', '7'],
      ['bit(1)', "b'1'", 'true'],
      ['bit(9)', "b'100000001'", '257'],
      ['tinyint', '-5', '-5'],
      ['bigint unsigned', '18446744073709551615', '18446744073709551615'],
      ['int(8) zerofill', '42', '42'],
      ['year', '2026', '2026'],
      ['decimal(40, 10)', '123456789012345678901234567890.5', '123456789012345678901234567890.5000000000'],
      ['double', '1e20', '100000000000000000000'],
      ['double', '-1.25e21', '-1250000000000000000000'],
      ['double', '1.2345678901234567e300', `12345678901234567${'0'.repeat(284)}`],
      ['double', '1e-7', '0.0000001'],
      ['double', '-1.5e-12', '-0.0000000000015'],
      ['double', '0.1', '0.1'],
      ['float', '0.1', '0.1'],
      ['float', '16777216', '16777216'],
      ['float', '1.5e10', '15000000512'],
      ['date', "'1969-07-20'", '1969-07-20'],
      ['datetime(6)', "'2026-03-29 00:30:00.123999'", '2026-03-29T00:30:00.123Z'],
      ['timestamp(3)', "'2026-03-29 00:30:00.123'", '2026-03-29T00:30:00.123Z'],
      ['time(1)', "'10:15:30.5'", '10:15:30.500Z'],
      ['binary(2)', "x'00ff'", 'AP8='],
      ['blob', "repeat(x'ab', 100)", Buffer.alloc(100, 0xab).toString('base64')],
      ['json', `'{"a": 1}'`, '"{""a"": 1}"'],
      ["enum('a','b,c')", "'b,c'", '"b,c"'],
      ["set('a','b')", "'a,b'", '"a,b"'],
      ['varchar(9) character set latin1', "'Zürich'", '"Zürich"'],
      ['varchar(9) character set ucs2', "'京'", '"京"'],
      ['varchar(9)', "'  '", '"  "'],
      ['varchar(9)', "''", '#N/A'],
      ['uuid', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"'],
    ] as const) {
      await runMariadb(
        address,
        `set time_zone = '+00:00'; create or replace table typed (x ${type}); insert into typed values (${value})`,
      );
      assert.equal(await readCells(address, 'select x, 1 as y from typed'), `${written},1\n`, `${type} ${value}`);
    }
  });

  test('what has no form in Salesforce goes out as MariaDB writes it, so that the row is refused and not bent', async () => {
    const address = await createTestMariadb();
    await runMariadb(
      address,
      `set sql_mode = ''; create table odd (day date, partly date, at datetime, late time, early time);
       insert into odd values ('0000-00-00', '2026-00-00', '0000-00-00 00:00:00', '100:00:00', '-01:00:00')`,
    );
    assert.equal(
      await readCells(address, 'select * from odd'),
      '0000-00-00,2026-00-00,0000-00-00 00:00:00,100:00:00,-01:00:00\n',
    );
    assert.equal(await readCells(address, 'select at, 1 as one from odd', 'Europe/Paris'), '0000-00-00 00:00:00,1\n');
  });

  test('a DATETIME is read in the zone of the interface, a TIMESTAMP is an instant, without tables of zones in the server', async () => {
    const address = await createTestMariadb();
    await runMariadb(
      address,
      `set time_zone = '+02:00'; create table zoned (a datetime, b timestamp null, c datetime, d int);
       insert into zoned values ('2026-03-29 02:30', '2026-03-29 02:30', '2026-10-25 02:30', 1), (null, null, '2026-01-01', 2)`,
    );
    assert.equal(
      await readCells(address, 'select * from zoned order by d', 'Europe/Paris'),
      '2026-03-29T01:30:00.000Z,2026-03-29T00:30:00.000Z,2026-10-25T01:30:00.000Z,1\n#N/A,#N/A,2025-12-31T23:00:00.000Z,2\n',
    );
  });

  test('a MariaDB query may end in a semicolon or a comment, and is one statement that only reads', async () => {
    const address = await createTestMariadb();
    await runMariadb(address, 'create table kept (id int); insert into kept values (1)');
    assert.equal(await readCells(address, 'select id, 2 as two from kept; '), '1,2\n');
    await using qualified = await open(address);
    assert.equal((await qualified.columns({ table: `${address.database}.kept` })).length, 1);
    assert.equal(await readCells(address, 'select id, 2 as two from kept # all of it'), '1,2\n');
    await refuses(
      readCells(address, 'select 1) as x; drop table kept; select * from (select 1'),
      'SOURCE_INVALID',
      /syntax/,
    );
    await refuses(readCells(address, 'delete from kept returning id'), 'SOURCE_INVALID', /syntax/);
    await runMariadb(address, `create function gone() returns int begin delete from kept; return 1; end`);
    await refuses(readCells(address, 'select gone() as id, 1 as one'), 'SOURCE_INVALID', /READ ONLY/);
    assert.deepEqual(await runMariadb(address, 'select id from kept'), [{ id: 1 }]);
    await refuses(readCells(address, 'selec 1'), 'SOURCE_INVALID', /syntax/);
    await refuses(readCells(address, 'select idd from kept'), 'COLUMN_MISSING', /"idd"/);
    await using database = await open(address);
    await refuses(database.columns({ table: 'kpt' }), 'SOURCE_MISSING', /Did you mean "kept"/);
    await refuses(database.columns({ table: 'nobase.kept' }), 'SOURCE_MISSING', /nobase/);
    await refuses(database.columns({ file: 'kept.csv' }), 'SOURCE_MISSING', /a table or a query/);
  });

  test('a MariaDB that is not there, and a login that is refused, are said apart and never show the password', async () => {
    const address = await createTestMariadb();
    await refuses(
      open(address, { port: 1 }),
      'DATABASE_UNREACHABLE',
      /127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    );
    await refuses(
      open(address, { password: 'wr0ng-one' }),
      'DATABASE_LOGIN_REFUSED',
      /^(?!.*wr0ng-one).*Access denied/,
    );
    await refuses(open(address, { database: 'nowhere' }), 'DATABASE_LOGIN_REFUSED', /nowhere/);
    await refuses(
      openDatabase({ type: 'mysql', ...address, tls: 'require' }),
      'DATABASE_UNREACHABLE',
      /secure|SSL|TLS/,
    );
  });

  test('TLS towards MariaDB: require encrypts, verify also wants a certificate that is trusted', async (t) => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'database' }], {
      keyType: 'ec',
      algorithm: 'sha256',
    });
    const folder = mkdtempSync(join(tmpdir(), 'sluice-mariadb-tls-'));
    t.after(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'cert'), cert);
    writeFileSync(join(folder, 'key'), key);
    const options = [`--ssl-cert=${join(folder, 'cert')}`, `--ssl-key=${join(folder, 'key')}`];
    const address = await createTestMariadb({ options });
    await using database = await openDatabase({ type: 'mariadb', ...address, tls: 'require' });
    const cells = [{ column: 'VARIABLE_VALUE', nulls: 'keep' as const }];
    const query = `select variable_value as VARIABLE_VALUE from information_schema.session_status where variable_name = 'ssl_version'`;
    assert.match(String(await readAll(database.readCsv({ source: { query }, cells, timeZone: 'UTC' }))), /TLSv1/);
    await refuses(
      openDatabase({ type: 'mariadb', ...address, tls: 'verify' }),
      'DATABASE_UNREACHABLE',
      /self.signed|certificate/,
    );
  });

  test('a MariaDB connection that is lost in the middle is an error, never a short read', async () => {
    const address = await createTestMariadb();
    await using database = await open(address);
    const read = async () => {
      let blocks = 0;
      const cells = [{ column: 'seq', nulls: 'clear' as const }];
      for await (const _ of database.readCsv({
        source: { query: 'select seq from seq_1_to_9000000' },
        cells,
        timeZone: 'UTC',
      })) {
        if (blocks++ !== 2) continue;
        const others = await runMariadb(
          address,
          `select id from information_schema.processlist where db = database() and id <> connection_id()`,
        );
        for (const { id } of others) await runMariadb(address, `kill ${id}`);
      }
    };
    await refuses(read(), 'DATABASE_READ_FAILED', /the query .*broke off/);
  });

  test('a MariaDB query that waits is given up on the server too when the signal is aborted', async () => {
    const address = await createTestMariadb();
    await using database = await open(address);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 200);
    const plan = {
      source: { query: 'select sleep(60) as x' },
      cells: [{ column: 'x', nulls: 'keep' as const }],
      timeZone: 'UTC',
    };
    await assert.rejects(readAll(database.readCsv(plan, { signal: stop.signal })), /enough/);
    for (let tries = 0; (await runMariadb(address, countOthers))[0]!.open !== 0; tries++) {
      assert.ok(tries < 300, 'the query still runs');
      await sleep(20);
    }
  });
}
