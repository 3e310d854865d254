/** Walkthrough 5: a manual run, followed, cancelled and cut off in each way, and what the Message Monitor says of its rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothWays, withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

/** Salesforce refuses a longer name. */
const longestName = 255;

const shops = {
  name: 'shops',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mode: 'bulk',
  check: 'off',
  allowRejects: '50%',
  mapping: { Ext__c: 'id', Name: 'name' },
};

const towns = { ...shops, name: 'towns', source: { table: 'town' } };

/** Every `badEvery`th has a name that is too long. */
async function fill({ sql }: RunStage, table: string, { count, badEvery = 0 }: { count: number; badEvery?: number }) {
  const bad = badEvery === 0 ? 'false' : `n % ${badEvery} = 0`;
  await sql(`create table ${table} as select '${table}-' || n as id,
    case when ${bad} then repeat('x', ${longestName + 45}) else 'Name ' || n end as name from generate_series(1, ${count}) n`);
}

async function countOf({ query }: RunStage, prefix: string): Promise<number> {
  return (await query(`SELECT Id FROM Account WHERE Ext__c LIKE '${prefix}-%'`)).length;
}

/** Ticks, starts, and gives what is shown of the run. */
async function process(person: Person, name: string) {
  await person.tick(`Tick ${name}`);
  await person.press('Manual Process');
  await person.reads(/runs? (was|were) started\./);
  const shown = person.find('region', `Progress of ${name}`);
  await shown.waitFor();
  return {
    shown,
    ends: (status: string) => shown.getByText(status, { exact: true }).first().waitFor({ timeout: 120_000 }),
    figure: async (label: string) => {
      const text = await shown.locator('dl > div', { hasText: label }).locator('dd').first().textContent();
      return Number(text?.replaceAll(',', '') || Number.NaN);
    },
  };
}

/** So slow that there is time to do something in the middle. */
const slowUploads = {
  path: '/services/data/*/jobs/ingest/*/batches',
  method: 'PUT',
  kind: 'latency',
  latencyMs: 5_000,
};

/** A run of 1,500 rows that has begun, and whose uploads take their time. */
async function beInMidRun(stage: RunStage, person: Person) {
  await fill(stage, 'shop', { count: 1_500 });
  await stage.keepInterface({ ...shops, chunk: { maxRows: 300 } });
  await openBoard(stage);
  await stage.setFaults([slowUploads]);
  const run = await process(person, 'shops');
  await run.shown.getByText(/^(Reading|Sending)$/).waitFor();
  return run;
}

/** From what is shown of it, once it is over. */
async function looksAtRun(person: Person) {
  await person.follow('Run 1 of shops');
  await person.comesTo('Run 1 of shops');
  await person.find('region', 'Progress').getByText('Completed', { exact: true }).waitFor();
}

async function openBoard(stage: RunStage) {
  await stage.logIn('/control-board');
  await stage.person.comesTo('Agent Control Board');
}

for (const [how, hands] of bothWays)
  test(`interfaces are ticked and processed, and every row stands in the Message Monitor with what Salesforce said, ${how}`, async () => {
    await using stage = await openRunStage();
    const person = hands(stage.person);
    await fill(stage, 'shop', { count: 500, badEvery: 10 });
    await fill(stage, 'town', { count: 20 });
    for (const definition of [shops, towns]) await stage.keepInterface(definition);
    await stage.logIn('/');
    await person.comesTo('Home');
    await person.open('board', 'Agent Control Board');
    await person.comesTo('Agent Control Board');
    for (const column of ['Interface', 'Object', 'Operation', 'Direction', 'Status', 'Last Run'])
      await person.find('columnheader', column).waitFor();
    await person.press('Manual Process');
    await person.reads('Tick the interfaces to process first.');
    await person.tick('Tick towns');
    const { shown, ends, figure } = await process(person, 'shops');
    await ends('Completed');
    assert.deepEqual(
      [await figure('Rows read'), await figure('Sent'), await figure('Succeeded'), await figure('Failed')],
      [500, 500, 450, 50],
    );
    assert.equal(await countOf(stage, 'shop'), 450);
    await person.picture('control-board');
    await person.turnTo('Scheduler');
    await person.reads('By hand');
    await person.comesTo('Agent Control Board');
    await person.turnTo('Log');
    await person.reads(/The agent started; it is of version/);
    await person.comesTo('Agent Control Board');
    await person.turnTo('Interface');
    await person.find('link', 'shops').waitFor();
    await person.open('runs', 'Runs');
    await person.comesTo('Runs');
    await person.follow('Run 1');
    await person.comesTo('Run 1 of shops');
    await person.picture('run');
    await person.follow('Failed Messages');
    await person.comesTo('Message Monitor');
    await person.reads('50 messages on this page');
    await person.find('button', 'Look at all, not only run 1').waitFor();
    await person.reads('rejected: Salesforce');
    await person.reads(/STRING_TOO_LONG/);
    await person.follow('shop-10');
    await person.comesTo('shop-10');
    await person.find('link', 'Version 1').waitFor();
    await person.follow('Run 1 of shops');
    await person.comesTo('Run 1 of shops');
    await person.page.goBack();
    await person.comesTo('shop-10');
    await person.follow('Edit and Reprocess');
    await person.fill('Name', 'Mended');
    await person.press('Reprocess');
    await person.comesTo('shop-10');
    await person.find('region', 'Details').getByText('Completed', { exact: true }).waitFor();
    assert.deepEqual(
      (await stage.query("SELECT Name FROM Account WHERE Ext__c = 'shop-10'")).map(({ Name }) => Name),
      ['Mended'],
    );
    assert.equal(await shown.count(), 0);
  });

test('a run whose source database is down says so, and what to do', async () => {
  await using stage = await openRunStage();
  const { person, proxy } = stage;
  await fill(stage, 'shop', { count: 5 });
  await stage.keepInterface(shops);
  proxy.cutAfter(0);
  await openBoard(stage);
  const { ends, shown } = await process(withKeyboardAlone(person), 'shops');
  await ends('Failed');
  await shown
    .getByRole('alert')
    .getByText(/database/)
    .waitFor();
  await person.comesTo('Agent Control Board');
  proxy.cutAfter(Number.POSITIVE_INFINITY);
  const again = await process(person, 'shops');
  await again.ends('Completed');
  assert.equal(await countOf(stage, 'shop'), 5);
});

test('Cancel stops a run cleanly, by keyboard alone: what was sent is accounted for, and nothing else is', async () => {
  await using stage = await openRunStage();
  const person = withKeyboardAlone(stage.person);
  await fill(stage, 'shop', { count: 3_000 });
  await stage.keepInterface({ ...shops, chunk: { maxRows: 300 } });
  await openBoard(stage);
  await stage.setFaults([slowUploads]);
  const { ends, shown, figure } = await process(person, 'shops');
  await shown.getByText(/^(Reading|Sending)$/).waitFor();
  await person.press('Cancel');
  await person.reads('Run 1 is being cancelled.');
  await ends('Cancelled');
  assert.equal(await figure('Succeeded'), await countOf(stage, 'shop'));
  assert.ok((await countOf(stage, 'shop')) < 3_000);
});

for (const [how, hands] of bothWays) {
  test(`a token that is revoked in the middle of a run costs no row, ${how}`, async () => {
    await using stage = await openRunStage();
    const person = hands(stage.person);
    await fill(stage, 'shop', { count: 900 });
    await stage.keepInterface({ ...shops, chunk: { maxRows: 300 } });
    await openBoard(stage);
    await stage.setFaults([
      { path: '/services/data/*/jobs/ingest/**', method: 'PUT', kind: 'expired-token', times: 1 },
    ]);
    const { ends, figure } = await process(person, 'shops');
    await ends('Completed');
    assert.equal(await figure('Succeeded'), 900);
    assert.equal(await countOf(stage, 'shop'), 900);
    await looksAtRun(person);
  });

  test(`an agent that is killed in the middle of a run goes on with it when it is started again, ${how}`, async () => {
    await using stage = await openRunStage();
    const person = hands(stage.person);
    const { ends, shown, figure } = await beInMidRun(stage, person);
    await stage.agent.kill();
    await shown.getByText(/Its agent does not say now how far it is|Not connected/).waitFor();
    await stage.setFaults([]);
    await stage.agent.start();
    await ends('Completed');
    assert.equal(await figure('Succeeded'), 1_500);
    assert.equal(await countOf(stage, 'shop'), 1_500);
    await looksAtRun(person);
  });

  test(`a hub that is killed in the middle of a run is told by the page, which goes on by itself when it is back, ${how}`, async () => {
    await using stage = await openRunStage();
    const person = hands(stage.person);
    const { ends, figure } = await beInMidRun(stage, person);
    await stage.hub.kill();
    await person.reads('The server does not answer.');
    await stage.setFaults([]);
    await stage.hub.start();
    await ends('Completed');
    assert.equal(await figure('Succeeded'), 1_500);
    assert.equal(await countOf(stage, 'shop'), 1_500);
    await looksAtRun(person);
  });
}
