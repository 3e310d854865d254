/** Walkthrough 9, in its pages: records out of Salesforce into a new table, then just what changed, and a table that does not fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

const accounts = {
  name: 'accounts',
  type: 'outbound',
  object: 'Account',
  fields: ['Id', 'Ext__c', 'Name'],
  target: { table: 'accounts', create: true },
  changes: 'incremental',
};

type Changes = { insert?: readonly object[]; update?: readonly object[]; delete?: readonly object[] };

async function change({ org }: RunStage, changes: Changes): Promise<void> {
  const { url, consumerKey, consumerSecret } = org;
  await using salesforce = openSalesforce({ myDomainUrl: url, consumerKey, consumerSecret });
  for (const [operation, records] of Object.entries(changes)) {
    const asked = { operation: operation as keyof Changes, object: 'Account', records: records as never };
    const outcomes = await salesforce.saveCollection(asked);
    assert.ok(outcomes.every(({ success }) => success));
  }
}

/** By Manual Process, to the page of its run. */
async function runOf({ person }: RunStage, name: string, status: string): Promise<void> {
  await person.open('board', 'Agent Control Board');
  await person.comesTo('Agent Control Board');
  await person.find('row', new RegExp(name)).getByText('Outbound', { exact: true }).waitFor();
  await person.tick(`Tick ${name}`);
  await person.press('Manual Process');
  const shown = person.find('region', `Progress of ${name}`);
  await shown.getByText(status, { exact: true }).waitFor();
  await shown.getByRole('link').first().click();
  await person.page.getByRole('heading', { level: 1, name: new RegExp(`^Run \\d+ of ${name}$`) }).waitFor();
}

const inTarget = ({ person }: RunStage, count: string) =>
  person.find('region', 'In the target').locator('dl > div', { hasText: count }).locator('dd').textContent();

test('an interface out of Salesforce fills a new table, and the next run brings just what changed or was deleted', async () => {
  await using stage = await openRunStage();
  const records = Array.from({ length: 5 }, (_, n) => ({ Ext__c: `acc-${n}`, Name: `Account ${n}` }));
  await change(stage, { insert: records });
  await stage.keepInterface(accounts);
  await stage.logIn('/');
  await stage.person.comesTo('Home');
  await runOf(stage, 'accounts', 'Completed');
  await stage.person.comesTo('Run 1 of accounts');
  assert.equal(await inTarget(stage, 'Inserted'), '5');
  const held = await stage.sql('select "Id" as id, "Ext__c" as ext, "Name" as name from accounts order by 2');
  const org = await stage.query('SELECT Id, Ext__c, Name FROM Account ORDER BY Ext__c');
  assert.deepEqual(
    held.map(({ id, ext, name }) => [id, ext, name]),
    org.map(({ Id, Ext__c, Name }) => [Id, Ext__c, Name]),
  );
  const [first, second] = org;
  await change(stage, {
    update: [{ Id: first?.Id, Name: 'Renamed' }],
    delete: [{ Id: second?.Id }],
  });
  await runOf(stage, 'accounts', 'Completed');
  assert.deepEqual([await inTarget(stage, 'Updated'), await inTarget(stage, 'Deleted')], ['1', '1']);
  const after = await stage.sql('select "Name" as name, "IsDeleted" as gone from accounts order by "Ext__c" limit 2');
  assert.deepEqual(
    after.map(({ name, gone }) => [name, gone]),
    [
      ['Renamed', false],
      ['Account 1', true],
    ],
  );
});

test('a target table with another column type makes the run fail, with the column and what to do', async () => {
  await using stage = await openRunStage();
  await change(stage, { insert: [{ Ext__c: 'acc-1', Name: 'No number' }] });
  await stage.sql(
    'create table accounts ("Id" varchar(18) primary key, "Ext__c" text, "Name" integer, "IsDeleted" boolean not null default false)',
  );
  await stage.keepInterface(accounts);
  await stage.logIn('/');
  await stage.person.comesTo('Home');
  await runOf(stage, 'accounts', 'Failed');
  await stage.person.comesTo('Run 1 of accounts');
  await stage.person.page.getByRole('alert').getByText(/Name/).waitFor();
  assert.deepEqual(await stage.sql('select * from accounts'), []);
});
