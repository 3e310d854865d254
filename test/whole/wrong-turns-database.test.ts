import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { openCuttableProxy } from './cuttable-proxy.ts';
import { writeConnection } from './stage.ts';
import { numbered, openStage, type Scene, type Stage, upsertBody } from './wrong-turns-stage.ts';

const passwordName = 'SLUICE_SECRET_DATABASE';
/** Whoever reads the view stops near its end, for as long as somebody holds this lock. */
const lock = 4711;

let stage: Stage;
let database: PostgresAddress;

before(async () => {
  [stage, database] = await Promise.all([openStage(), createTestDatabase()]);
  await runSql(
    database,
    `create table account (id text, name text, note text);
     insert into account select g::text, 'Name ' || g, repeat('n', 500) from generate_series(0, 3999) g;
     create table nobody (id text, name text, note text);
     create view held as select id, name, case when id = '3500' then note || pg_advisory_lock_shared(${lock}) else note end as note from account`,
  );
});
after(() => stage.close());

const settingsOf = ({ port = database.port, name = database.database }: { port?: number; name?: string } = {}) =>
  `type: postgres, host: 127.0.0.1, port: ${port}, database: ${name}, user: ${database.user}, password: env:${passwordName}`;

/** Rows of a table or view, under ids of their own. */
function place(t: TestContext, { name, table = 'account' }: { name: string; table?: string }): Scene {
  const query = `select '${name}-' || id as id, name, note from ${table}`;
  const body = `${upsertBody.replace('{ file: accounts.csv }', `{ query: "${query}" }`)}chunk: { maxRows: 1000 }\n`;
  return stage.place(t, { name, body, database: settingsOf(), environment: { [passwordName]: database.password } });
}

/** The view can be read up to where the lock is asked for, until this is disposed of. */
async function holdView(): Promise<AsyncDisposable> {
  const holder = new pg.Client(database);
  await holder.connect();
  await holder.query(`select pg_advisory_lock(${lock})`);
  return { [Symbol.asyncDispose]: () => holder.end() };
}

const nothing = { read: 0, sent: 0, succeeded: 0, rejected: 0, unknown: 0 };
const all = { read: 4_000, sent: 4_000, succeeded: 4_000, created: 4_000, rejected: 0, unknown: 0 };

/** Green, and every row is there once. */
async function expectAll(scene: Scene): Promise<void> {
  await scene.run({ code: 0, rows: all });
  assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, 4_000));
  assert.deepEqual(await stage.openJobs(), []);
}

describe('a database that is not as it should be', () => {
  test('down at the start: the address and the reason are said, and a new run goes through', async (t) => {
    const scene = place(t, { name: 'down' });
    writeConnection(scene.folder, stage.org, settingsOf({ port: 1 }));
    const says = [
      /The database ".*" at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
      'Check that it is running',
      '(DATABASE_UNREACHABLE)',
    ];
    await scene.run({ code: 1, says, rows: nothing });
    writeConnection(scene.folder, stage.org, settingsOf());
    await expectAll(scene);
  });

  test('cut off in the middle: nothing of the half is processed, no job stays open, and a new run goes through', async (t) => {
    await using proxy = await openCuttableProxy(database);
    const scene = place(t, { name: 'cut' });
    writeConnection(scene.folder, stage.org, settingsOf({ port: proxy.port }));
    proxy.cutAfter(1_500_000);
    const says = [
      /Reading the query from .* broke off: /,
      'Run it again once the database is well',
      '(DATABASE_READ_FAILED)',
    ];
    await scene.run({ code: 1, says, rows: nothing });
    assert.deepEqual(await stage.idsOf(scene.prefix), []);
    assert.deepEqual(await stage.openJobs(), []);
    await scene.resume({ code: 0, rows: nothing });
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    await expectAll(scene);
  });

  test('its session ended by an administrator in the middle: the same', async (t) => {
    await using _held = await holdView();
    const scene = place(t, { name: 'ended', table: 'held' });
    const jobs = await stage.watchJobs();
    const running = scene.start();
    await jobs.waitFor(({ state }) => state === 'Open');
    await runSql(
      database,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice' and datname = current_database()`,
    );
    await scene.expect(running, { code: 1, says: [/broke off: /, '(DATABASE_READ_FAILED)'], rows: nothing });
    assert.deepEqual(await stage.idsOf(scene.prefix), []);
    assert.deepEqual(await stage.openJobs(), []);
  });

  test('stopped by Ctrl-C while it is read: nothing was processed, and no job stays open', async (t) => {
    await using _held = await holdView();
    const scene = place(t, { name: 'stopped', table: 'held' });
    const jobs = await stage.watchJobs();
    const running = scene.start();
    await jobs.waitFor(({ state }) => state === 'Open');
    running.child.kill('SIGINT');
    const says = [/was stopped: it received SIGINT\.\nNothing was processed; run it again when wanted\.\n/];
    const finished = await scene.expect(running, { code: 1, says, rows: nothing });
    assert.equal(finished?.status, 'cancelled');
    assert.deepEqual([await stage.idsOf(scene.prefix), await stage.openJobs()], [[], []]);
    await scene.resume({ code: 0, rows: nothing });
  });

  test('jobs that somebody aborts in Setup while it is read are made anew, and every row arrives once', async (t) => {
    const scene = place(t, { name: 'aborted', table: 'held' });
    const jobs = await stage.watchJobs();
    await using held = await holdView();
    const running = scene.start();
    const job = await jobs.waitFor(({ state }) => state === 'Open');
    await stage.salesforce.bulk.abort(job.id);
    await held[Symbol.asyncDispose]();
    await scene.expect(running, { code: 0, rows: all });
    assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, 4_000));
    assert.deepEqual(await stage.openJobs(), []);
  });

  test('a table, a column, a login or a query that is wrong is said as such', async (t) => {
    const scene = place(t, { name: 'wrong' });
    const withSource = (source: string, column = 'name') =>
      stage.place(t, {
        name: 'wrong',
        body: upsertBody.replace('{ file: accounts.csv }', source).replace('Name: name', `Name: ${column}`),
        database: settingsOf(),
        environment: { [passwordName]: database.password },
      });
    const wrong: readonly (readonly [Scene, readonly (string | RegExp)[]])[] = [
      [withSource('{ table: acount }'), ['no table "acount"', 'Did you mean "account"?', '(SOURCE_MISSING)']],
      [
        withSource('{ table: account }', 'nam'),
        ['no column "nam" in table "account"', 'The columns are: id, name, note.'],
      ],
      [
        withSource('{ query: "select id, nam, note from account" }'),
        ['no column "nam" in the query', '(COLUMN_MISSING)'],
      ],
      [
        withSource('{ query: "selec 1" }'),
        [/Reading the query .* is refused: syntax error/, 'psql', '(SOURCE_INVALID)'],
      ],
    ];
    for (const [one, says] of wrong) await one.run({ code: 1, says: [...says, /\bagain\b/], rows: nothing });
    const says = [
      /refused the login of "sluice": password authentication failed/,
      'Check user, password',
      '(DATABASE_LOGIN_REFUSED)',
    ];
    await scene.run({ code: 1, says, rows: nothing }, { environment: { [passwordName]: 'not-the-password' } });
  });

  test('a table of no rows is a green run of no rows', async (t) => {
    const finished = await place(t, { name: 'none', table: 'nobody' }).run({ code: 0, rows: nothing });
    assert.equal(finished?.status, 'completed');
  });
});
