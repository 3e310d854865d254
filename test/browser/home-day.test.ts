/** The Console's Home of a hub that has been at work for a day: how many rows moved when, and how the last runs went. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { countRows } from '../../src/hub/store/throughput.ts';
import { openSqliteFile } from '../../src/store/index.ts';
import { runSql } from '../postgres.ts';
import { type ConsoleStage, openConsoleStage } from './console-stage.ts';

const grainMs = 600_000;
const migrations = join(import.meta.dirname, '..', '..', 'src', 'hub', 'store', 'sql');
const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;

const tables = `
create table customer as select 'C-' || n as number, case when n % 60 = 0 then null else 'Customer ' || n end as name,
  'Town ' || n % 40 as town from generate_series(1, 900) n;
create table person as select 'Person ' || n as name, n || '@people.example' as mail from generate_series(1, 2400) n;
create table asked as select 'Visitor ' || n as name, 'Company ' || n % 90 as company from generate_series(1, 350) n`;

const accounts = { source: { table: 'customer' }, object: 'Account', operation: 'upsert', externalId: 'Ext__c' };
const interfaces = [
  {
    name: 'accounts',
    ...accounts,
    allowRejects: '5%',
    mapping: { Ext__c: 'number', Name: 'name', BillingCity: 'town' },
  },
  { name: 'contacts', ...inserted('person', 'Contact'), mapping: { LastName: 'name', Email: 'mail' } },
  { name: 'leads', ...inserted('asked', 'Lead'), mapping: { LastName: 'name', Company: 'company' } },
];

function inserted(table: string, object: string) {
  return { source: { table }, object, operation: 'insert', mode: 'bulk' };
}

/** By the API, one after the other, each until it has ended. */
async function runAll({ call }: ConsoleStage, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const [{ id }] = (await call('POST', '/runs', { interfaces: [name] })).json.runs;
    let run = { state: '', status: '' };
    while (run.state !== 'ended') run = (await call('GET', `/runs/${id}?wait=20`)).json;
    assert.equal(run.status, 'completed', name);
  }
}

/** More in the middle of the day than in the night. */
function rowsAt(at: number) {
  const share = Math.max(0, Math.sin(((at % 86_400_000) / 86_400_000) * 2 * Math.PI - Math.PI / 2));
  const rows = Math.round(120 + 4600 * share + ((Math.floor(at / grainMs) * 37) % 90) * 5);
  const rejected = Math.round(rows * 0.03);
  return { succeeded: rows - rejected, rejected, unknown: 0 };
}

/** As reports of an agent are counted, for each ten minutes of the day before. */
async function countDay({ folder, call }: ConsoleStage): Promise<number> {
  const [{ id: interfaceId }] = (await call('GET', '/interfaces?search=accounts')).json.rows;
  await using store = openSqliteFile({ folder: join(folder, 'hub'), name: 'hub.sqlite', migrations, errors });
  const now = Date.now();
  const times = Array.from({ length: 141 }, (_, place) => now - (place + 1) * grainMs);
  await store.write(() => {
    for (const at of times) countRows(store, { interfaceId, at, now, rows: rowsAt(at) });
  });
  return times.reduce((sum, at) => sum + rowsAt(at).succeeded, 0);
}

test('Home of a hub at work shows how many rows moved when through the day, and how the last runs went', async () => {
  await using stage = await openConsoleStage();
  const { person, call, connection, postgres } = stage;
  await runSql(postgres, tables);
  assert.equal((await call('POST', '/connections', connection('acme'))).status, 201);
  assert.equal((await call('POST', '/integrations', { name: 'Shop' })).status, 201);
  for (const wish of interfaces) {
    const definition = { ...wish, integration: 'Shop', connection: 'acme', status: 'deployed' };
    const made = await call('POST', '/interfaces', { definition });
    assert.equal(made.status, 201, JSON.stringify(made.errors));
  }
  const before = await countDay(stage);
  await runAll(stage, ['accounts', 'contacts', 'leads', 'accounts']);
  const succeeded = before + 885 + 2400 + 350 + 885;
  await stage.logIn();
  await person.comesTo('Home');
  await person
    .find('img', new RegExp(`^Rows of the last day: ${succeeded.toLocaleString('en')} succeeded, `))
    .waitFor();
  const rows = person.find('table', 'Runs, the last one first').getByRole('row');
  const [, last] = await rows.allTextContents();
  assert.match(last ?? '', /^accounts.*Completed900885150/);
  assert.equal(await rows.count(), 5);
  await person.picture('home', { height: 1325 });
});
