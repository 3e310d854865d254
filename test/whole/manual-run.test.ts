/** Manual runs of several interfaces through a hub with two agents, the messages they leave, and what becomes of them when something goes wrong. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestMariadb, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { createTestDatabase, runSql, startPostgres } from '../postgres.ts';
import { endOfRun, type HubStage, insist, openHubStage, until } from './hub-stage.ts';
import type { FaultRule } from './org-program.ts';
import { expectEnd } from './sluice-program.ts';

const rows = 900;
const refused = rows / 10;
/** Every tenth name is longer than the field. */
const fill = (table: string, prefix: string, tooLong: string) =>
  `create table ${table} (id varchar(40) primary key, name varchar(400));
   insert into ${table} with recursive n (n) as (select 0 union all select n + 1 from n where n < ${rows - 1})
   select concat('${prefix}-', n), case when n % 10 = 3 then ${tooLong} else concat('Name ', n) end from n`;
const tooLong = "repeat('x', 300)";

let stage: HubStage;
let mariadb: Awaited<ReturnType<typeof createTestMariadb>> | undefined;

const inbound = (name: string, connection: string, more: object = {}) => ({
  name,
  connection,
  integration: 'Shop',
  source: { table: name },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mapping: { Ext__c: 'id', Name: 'name', Batch__c: { constant: name } },
  check: 'off',
  allowRejects: '100%',
  ...more,
});

before(async () => {
  stage = await openHubStage('manual-run', { leaseSeconds: 5 });
  await stage.addIntegration('Shop');
  const postgres = await createTestDatabase();
  const { database, ...address } = postgres;
  for (const table of ['small', 'places', 'checked', 'long', 'revoked', 'killed', 'hubless', 'frozen'])
    await runSql(postgres, fill(table, table, tooLong));
  await runSql(postgres, `delete from small where name like 'x%' or id > 'small-2'`);
  await stage.connect('postgres', 'own', { database: 'postgres', databaseName: database, ...address });
  await stage.addInterface(inbound('places', 'postgres', { sequence: 2 }));
  await stage.addInterface(inbound('small', 'postgres', { sequence: 1 }));
  await stage.addInterface(inbound('checked', 'postgres', { check: undefined }));
  await stage.addInterface(inbound('long', 'postgres', { chunk: { maxRows: 20 } }));
  for (const name of ['revoked', 'killed', 'hubless', 'frozen'])
    await stage.addInterface(inbound(name, 'postgres', { chunk: { maxRows: 200 } }));
  if (whyNoMariadb()) return;
  mariadb = await createTestMariadb();
  await runMariadb(mariadb, fill('orders', 'orders', tooLong));
  const { database: databaseName, ...at } = mariadb;
  await stage.connect('mariadb', 'dialled', { database: 'mariadb', databaseName, ...at });
  await stage.addInterface(inbound('orders', 'mariadb'));
});

after(() => stage[Symbol.asyncDispose]());

const slowJobs = (latencyMs: number, ...more: FaultRule[]) =>
  stage.org.setFaults([{ path: '/services/data/*/jobs/**', kind: 'latency', latencyMs }, ...more], 1);
/** Until it is calm again no run comes to its end: the org does not say how far a job is. */
const heldJobs = (latencyMs: number) =>
  slowJobs(latencyMs, { path: '/services/data/*/jobs/ingest/*', method: 'GET', kind: 'unavailable' });
const calm = () => stage.org.setFaults([], 1);

async function process(name: string): Promise<{ id: number; run: string }> {
  const { status, json } = await stage.call('POST', '/runs', { interfaces: [name] });
  assert.equal(status, 201, JSON.stringify(json));
  return json.runs[0];
}

const isUnderWay = (id: number, phases = ['reading', 'sending']) =>
  until(`run ${id} sends`, async () => {
    const { json } = await stage.call('GET', `/runs/${id}`);
    assert.notEqual(json.state, 'ended', JSON.stringify(json));
    return (json.progress?.rows.sent ?? 0) > 0 && phases.includes(json.progress.phase) && json;
  });

/** How many messages a run has of each status. */
function countOf(run: string): Record<string, number> {
  const sql = `SELECT status, count(*) AS n FROM message WHERE run_id = (SELECT id FROM run WHERE run = '${run}') GROUP BY status`;
  return Object.fromEntries(stage.read(sql).map(({ status, n }) => [String(status), Number(n)]));
}

/** What the org holds of an interface, by external id. */
async function heldOf(batch: string): Promise<string[]> {
  const found = stage.salesforce.query(`SELECT Ext__c FROM Account WHERE Batch__c = '${batch}'`);
  return (await Array.fromAsync(found)).map(({ Ext__c }) => String(Ext__c));
}

/** Of a table in which a tenth was refused: each other row is there, was saved once, and every row is a message. */
async function checkAll(name: string, run: string): Promise<void> {
  const held = await heldOf(name);
  assert.deepEqual([held.length, new Set(held).size], [rows - refused, rows - refused]);
  assert.equal(stage.history(name).length, rows - refused, 'no row was saved twice');
  assert.deepEqual(countOf(run), { Completed: rows - refused, Failed: refused });
}

const sluice = async (args: string[], code = 0) => await expectEnd(stage.sluice(...args), { code }, stage.password);

test('several interfaces go one after the other in the order of their integration, and a tenth of the rows is refused with its reason', async () => {
  const { finished, err } = await sluice(['process', 'places', 'small', '--follow', '--json'], 0);
  assert.deepEqual(
    finished?.runs.map(({ interface: name, status }) => [name, status]),
    [
      ['small', 'completed'],
      ['places', 'completed'],
    ],
    err,
  );
  assert.deepEqual(
    [finished?.runs[1]?.rows.read, finished?.runs[1]?.rows.succeeded, finished?.runs[1]?.rows.rejected],
    [rows, rows - refused, refused],
  );
  const { json } = await stage.call('GET', '/runs?interface=places');
  await checkAll('places', json.rows[0].run);
  const listed = await sluice(['messages', '--status', 'Failed', '--interface', 'places', '--json', '--limit', '1000']);
  const failed = listed.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(failed.length, refused);
  for (const message of failed) {
    assert.deepEqual(
      [message.outcome, message.rejectedBy, message.code],
      ['rejected', 'salesforce', 'STRING_TOO_LONG'],
    );
    assert.match(message.reason, /Account Name: data value too large/);
  }
});

test('a message is found by key, Salesforce id and text; tried again, edited, cancelled, and its history says so', async () => {
  const find = async (query: string) => (await stage.call('GET', `/messages?interface=places&${query}`)).json.rows;
  const [good] = await find('key=places-7');
  assert.deepEqual([good.status, good.attempt], ['Completed', 1]);
  const [same] = await find(`salesforceId=${good.salesforceId.slice(0, 15)}`);
  assert.equal(same.id, good.id);
  const [again, edited, unwanted] = await find('status=Failed&text=too%20large&pageSize=3');
  await sluice(['messages', 'reprocess', String(again.id)]);
  const twice = await until('it is tried again', async () => {
    const { json } = await stage.call('GET', `/messages/${again.id}`);
    return json.status === 'Failed' && json.attempt === 2 && json;
  });
  assert.equal(twice.code, 'STRING_TOO_LONG');
  await sluice(['messages', 'edit', String(edited.id), 'Name=Short enough']);
  const copy = await until('its copy goes through', async () => {
    const [found] = await find(`key=${edited.key}&status=Completed`);
    return found;
  });
  const { json: original } = await stage.call('GET', `/messages/${edited.id}`);
  assert.deepEqual([original.status, original.copies[0].id], ['Cancelled', copy.id]);
  assert.ok((await heldOf('places')).includes(edited.key));
  await sluice(['messages', 'cancel', String(unwanted.id)]);
  const { json: cancelled } = await stage.call('GET', `/messages/${unwanted.id}`);
  assert.equal(cancelled.status, 'Cancelled');
  assert.equal(cancelled.history.at(-1).by, 'admin');
  await sluice(['messages', 'reprocess', '--status', 'Failed', '--interface', 'places']);
  await until(
    'all are tried again',
    async () => (await find('status=Failed&attempt=2&pageSize=200')).length === refused - 2,
  );
});

test('what the check before sending refuses says that it was checked here', async () => {
  const { finished } = await sluice(['process', 'checked', '--follow', '--json']);
  assert.deepEqual([finished?.rows.sent, finished?.rows.rejected], [rows - refused, refused]);
  const { json } = await stage.call('GET', '/messages?interface=checked&status=Failed&rejectedBy=sluice&pageSize=200');
  assert.equal(json.rows.length, refused);
  assert.equal(json.rows[0].code, 'STRING_TOO_LONG');
});

test('rows of MariaDB go by the agent that has dialled in', { skip: whyNoMariadb() }, async () => {
  const { finished } = await sluice(['process', 'orders', '--follow', '--json']);
  assert.deepEqual([finished?.status, finished?.rows.succeeded], ['completed', rows - refused]);
  const { json } = await stage.call('GET', '/runs?interface=orders');
  await checkAll('orders', json.rows[0].run);
});

test('a run shows how far it is, and is cancelled: what was sent is accounted for, the rest is not sent', async () => {
  await slowJobs(400);
  const { id, run } = await process('long');
  const seen = await isUnderWay(id, ['sending']);
  assert.equal(seen.progress.rows.read, rows, JSON.stringify(seen.progress));
  assert.match((await sluice(['cancel', String(id)])).out, /is being stopped by its agent/);
  await calm();
  const ended = await endOfRun(stage.call, id);
  assert.equal(ended.status, 'cancelled', JSON.stringify(ended));
  assert.equal(ended.rows.unknown, 0);
  const held = await heldOf('long');
  assert.deepEqual([held.length, countOf(run).Completed ?? 0], [ended.rows.succeeded, held.length]);
  assert.ok(held.length < rows - refused, `${held.length} rows went through`);
});

test('the source database is down: the run fails with the sentence of its agent, and nothing is sent', async () => {
  const postgres = await startPostgres();
  const { database, connectionString: _, stop, ...address } = postgres;
  await runSql(postgres, `${fill('gone', 'gone', tooLong)}`);
  await stage.connect('gone', 'own', { database: 'postgres', databaseName: database, ...address });
  await stage.addInterface(inbound('gone', 'gone'));
  await stop();
  const { err } = await sluice(['process', 'gone', '--follow', '--json'], 1);
  assert.match(err, /cannot be reached/);
  const { json } = await stage.call('GET', '/runs?interface=gone');
  const [{ status, error, rows: counts }] = json.rows;
  assert.deepEqual([status, error.code, counts.sent], ['failed', 'DATABASE_UNREACHABLE', 0]);
  assert.ok(error.next.length > 10);
  assert.deepEqual(await heldOf('gone'), []);
});

test('a token that is revoked in mid-run, and revoked again, is asked for anew, and the run goes through', async () => {
  const jobs = '/services/data/*/jobs/ingest/*';
  const revoked = [`${jobs}/batches`, `${jobs}/successfulResults**`];
  await stage.org.setFaults(
    revoked.map((path) => ({ path, kind: 'expired-token', times: 1 })),
    1,
  );
  const { id, run } = await process('revoked');
  const ended = await endOfRun(stage.call, id);
  assert.equal(await stage.org.countFaults(), 2);
  await calm();
  assert.deepEqual([ended.status, ended.error], ['completed', null]);
  await checkAll('revoked', run);
});

test('an agent that is killed in mid-run and started again brings the run to its end, with every row once', async () => {
  await heldJobs(200);
  const { id, run } = await process('killed');
  await isUnderWay(id);
  await stage.own.kill();
  await stage.own.start();
  await calm();
  const ended = await endOfRun(stage.call, id);
  assert.equal(ended.status, 'completed', JSON.stringify(ended));
  await checkAll('killed', run);
});

test('a hub that is killed in mid-run and started again hears all of it, while the agent went on', async () => {
  await heldJobs(200);
  const following = stage.sluice('process', 'hubless', '--follow', '--json');
  const { id, run } = await until('the run is asked for', async () => {
    const { json } = await stage.call('GET', '/runs?interface=hubless');
    return json.rows[0];
  });
  await isUnderWay(id);
  await stage.hub.kill();
  await calm();
  await until('the agent is done without it', async () => (await heldOf('hubless')).length === rows - refused);
  await stage.hub.start();
  const ended = await insist(() => endOfRun(stage.call, id));
  assert.equal(ended.status, 'completed', JSON.stringify(ended));
  await checkAll('hubless', run);
  const { code, finished, err } = await following.ended;
  assert.deepEqual([code, finished?.rows.succeeded], [0, rows - refused], err);
});

test('an agent frozen beyond its lease in mid-run goes on when it wakes, and nothing is written twice', async () => {
  await heldJobs(200);
  const { id, run } = await process('frozen');
  await isUnderWay(id);
  stage.own.signal('SIGSTOP');
  const asked = await process('frozen');
  await until('its lease is over', () => {
    const [waiting] = stage.read(`SELECT lease, lease_until FROM run WHERE id = ${id}`);
    return waiting && (waiting.lease_until === null || Number(waiting.lease_until) < Date.now());
  });
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  assert.equal((await stage.call('GET', `/runs/${id}`)).json.state, 'running', 'nobody else was given what had begun');
  stage.own.signal('SIGCONT');
  await calm();
  const ended = await endOfRun(stage.call, id);
  assert.equal(ended.status, 'completed', JSON.stringify(ended));
  await checkAll('frozen', run);
  const second = await endOfRun(stage.call, asked.id);
  assert.deepEqual([second.status, second.rows.succeeded], ['completed', rows - refused]);
});
