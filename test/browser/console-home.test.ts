/** The Console's Home: what needs attention, what moved when, and what API calls are left, by mouse and by keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsoleStage } from './console-stage.ts';
import { withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

const shops = {
  name: 'shops',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mode: 'bulk',
  check: 'off',
  mapping: { Ext__c: 'id', Name: 'name' },
};

const fillSql = `create table shop as select 'shop-' || n as id,
  case when n % 10 = 0 then repeat('x', 300) else 'Name ' || n end as name from generate_series(1, 200) n`;

/** By the API, until it has ended. */
async function runShops({ call }: RunStage): Promise<{ id: number; status: string }> {
  const [{ id }] = (await call('POST', '/runs', { interfaces: ['shops'] })).json.runs;
  for (;;) {
    const { json } = await call('GET', `/runs/${id}?wait=20`);
    if (json.state === 'ended') return json;
  }
}

const usageAt = async ({ call }: RunStage) => (await call('GET', '/connections')).json.rows[0].apiUsage;

const chart = (person: Person, sentence: RegExp) => person.find('img', sentence).waitFor();

test('Home of a hub with nothing in it says how to begin', async () => {
  await using stage = await openConsoleStage();
  const { person } = stage;
  await stage.logIn();
  await person.comesTo('Home');
  await person.reads('Nothing moved in the last day.');
  await person.reads('There is no connection to an org yet.');
  await person.find('link', /^There is no connection yet\. Begin with/).click();
  await person.comesTo('New Connection');
  await person.page.goto('/interfaces/new');
  await person.comesTo('New Interface');
  await person.reads('No connection yet');
  await person.find('link', 'New Connection').click();
  await person.comesTo('New Connection');
});

test('Home shows what moved, what was refused, and the API calls that are left, and leads to each', async () => {
  await using stage = await openRunStage();
  const { person, call } = stage;
  await stage.sql(fillSql);
  await stage.keepInterface(shops);
  await stage.logIn('/');
  await person.comesTo('Home');
  await person.reads('Nothing needs attention.');
  await person.reads('Nothing moved in the last day.');
  const before = await usageAt(stage);
  assert.ok(before.used > 0, 'the ping read it');
  await person.reads(`${before.used.toLocaleString('en')} of ${before.allowed.toLocaleString('en')} used in 24 hours`);

  const run = await runShops(stage);
  assert.equal(run.status, 'completed with rejects');
  const { total } = (await call('GET', '/throughput?span=hour')).json;
  assert.deepEqual(total, { succeeded: 180, rejected: 20, unknown: 0 });
  const seen = await usageAt(stage);
  assert.ok(seen.used > before.used && seen.readAt > before.readAt, 'the run read it again');
  await person.page.reload();
  await person.comesTo('Home');
  await chart(person, /^Rows of the last day: 180 succeeded, 20 rejected, 0 unknown\. Most rows at .*: 200\.$/);
  await person.reads(`${seen.used.toLocaleString('en')} of`);

  await person.choose('Over the Last', 'Hour');
  await chart(person, /^Rows of the last hour: 180 succeeded/);
  await person.choose('Interface', 'shops');
  await person.page.waitForURL(/\?span=hour&interface=shops$/);
  await person.page.reload();
  await chart(person, /^Rows of the last hour: 180 succeeded/);
  await person.page.getByText('As a table').click();
  const table = person.find('table', 'Rows by time');
  const cells = await table.getByRole('row').nth(1).getByRole('cell').allTextContents();
  assert.deepEqual(cells.slice(1), ['180', '20', '0']);
  await person.comesTo('Home');
  await person.find('img', /^Rows of the last hour/).hover();
  await person.page
    .locator('.pointed')
    .getByText(/succeeded/)
    .waitFor();

  const chunk = '**/assets/chart-*.js';
  await person.page.route(chunk, (route) => route.fulfill({ status: 404 }));
  await person.page.reload();
  await person.reads(
    'The chart could not be loaded; the table has the same rows. Load the page again to try once more.',
  );
  await person.page.getByText('As a table').waitFor();
  await person.page.unroute(chunk);
  await person.page.reload();

  await person.follow('20 messages failed.');
  await person.comesTo('Message Monitor');
  await person.page.waitForURL(/status=Failed/);

  await byKeys(withKeyboardAlone(person), run);
});

/** The same ways without a mouse. */
async function byKeys(person: Person, { id }: { id: number }): Promise<void> {
  await person.open('home', 'Home');
  await person.comesTo('Home');
  await person.choose('Over the Last', 'Week');
  await chart(person, /^Rows of the last week: 180 succeeded/);
  await person.choose('Interface', 'shops');
  await person.page.waitForURL(/\?span=week&interface=shops$/);
  const summary = person.page.getByText('As a table');
  for (let steps = 0; steps < 50; steps += 1) {
    if (await summary.evaluate((element) => element.matches(':focus'))) break;
    await person.page.keyboard.press('Tab');
  }
  await person.page.keyboard.press('Enter');
  await person.find('table', 'Rows by time').waitFor();
  await person.open('home', 'Home');
  await person.follow('The last run of shops ended: completed with rejects.');
  await person.comesTo(`Run ${id} of shops`);
}
