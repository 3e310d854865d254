/** Walkthrough 9, its wrong turns, by keyboard alone: each is answered with what is wrong and what to do, and what is done then mends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeRecords, type Hands, runOnce, startRun, ways } from './outbound-walk.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

const [, handsOf] = ways[1];

const secretName = 'SLUICE_SECRET_LIMITED';
const limited = {
  consumerKey: `3MVG9${'limited'.padEnd(60, 'a')}`,
  consumerSecret: 'a-secret-of-the-limited-app-and-nothing-else',
};

/** Second among the apps: the first is whose key the stage signs in with. */
const setup = `
organization: { name: Acme, type: production }
profiles:
  - { name: Limited, license: Salesforce, userPermissions: [ApiEnabled], objects: { Account: [read, viewAll] }, fields: { Account: { Ext__c: read } } }
users:
  - { username: integration@acme.example, lastName: Integration }
  - { username: limited@acme.example, lastName: Limited, profile: Limited }
connectedApps:
  - { name: Sluice, scopes: [api, id], clientCredentials: { enabled: true, runAs: integration@acme.example } }
  - { name: Limited, scopes: [api, id], consumerKey: ${limited.consumerKey}, consumerSecret: env:${secretName}, clientCredentials: { enabled: true, runAs: limited@acme.example } }
objects:
  - name: Account
    fields:
      - { name: Ext__c, type: text, length: 40, unique: true, externalId: true }
      - { name: Hidden__c, type: text, length: 40 }
`;

const accounts = {
  name: 'accounts',
  type: 'outbound',
  object: 'Account',
  fields: ['Id', 'Ext__c', 'Hidden__c', 'Name'],
  target: { table: 'accounts', create: true },
  changes: 'incremental',
};

test('W9, wrong turns: a field that may not be read, a column of another type, a bookmark that is too old', async () => {
  await using stage = await openRunStage({ setup, environment: { [secretName]: limited.consumerSecret } });
  const hands = handsOf(stage.person);
  await changeRecords(stage, 'Account', { insert: [{ Ext__c: 'acc-1', Name: 'One', Hidden__c: 'h' }] });
  await stage.keepInterface(accounts);
  await stage.keepInterface({ ...accounts, name: 'unfit', target: { table: 'unfit' } });
  await stage.logIn('/');
  await hands.person.comesTo('Home');
  await columnOfAnotherType(stage, hands);
  await oldBookmark(stage, hands);
  await fieldNotReadable(stage, hands);
});

async function columnOfAnotherType({ sql }: RunStage, hands: Hands): Promise<void> {
  await sql(
    'create table unfit ("Id" varchar(18) primary key, "Ext__c" text, "Hidden__c" text, "Name" integer, "IsDeleted" boolean)',
  );
  await runOnce(hands, 'unfit', 'Failed');
  await says(hands, /column "Name".*cannot hold text of 255/, /Make the column character varying\(255\)/);
  assert.deepEqual(await sql('select * from unfit'), []);
  await sql('alter table unfit alter "Name" type varchar(255)');
  await runOnce(hands, 'unfit', 'Completed');
  assert.equal((await sql('select * from unfit')).length, 1);
}

async function oldBookmark({ sql }: RunStage, hands: Hands): Promise<void> {
  await runOnce(hands, 'accounts', 'Completed');
  const upTo = new Date(Date.now() - 16.5 * 86_400_000).toISOString();
  await sql(
    `update sluice_bookmark set value = (value::jsonb || '{"upTo":"${upTo}"}')::text where name = 'outbound:accounts'`,
  );
  await runOnce(hands, 'accounts', 'Failed');
  await says(
    hands,
    /16 days ago; the org shows deleted records for 15 days/,
    /"Everything, not only what changed" in the Console/,
  );
  await runOnce(hands, 'accounts', 'Completed', { full: true });
  await hands.person.find('region', 'Details').getByText('Everything, not only what changed').waitFor();
  await runOnce(hands, 'accounts', 'Completed');
}

/** The connection is that of a user who may not read all that the interface wants. */
async function fieldNotReadable({ keepConnection, keepInterface, sql }: RunStage, hands: Hands): Promise<void> {
  await keepConnection('limited', { salesforce: limited });
  await keepInterface({
    ...accounts,
    name: 'unreadable',
    connection: 'limited',
    target: { table: 'hidden', create: true },
  });
  await runOnce(hands, 'unreadable', 'Failed');
  await says(hands, /Account has no field Hidden__c/, /Read access to Account\.Hidden__c/);
  assert.deepEqual(await sql(`select 1 from pg_tables where tablename = 'hidden'`), [], 'nothing was made');
}

async function says({ person }: Hands, ...sentences: RegExp[]): Promise<void> {
  const told = (await person.page.getByRole('alert').first().textContent()) ?? '';
  for (const sentence of sentences) assert.match(told, sentence);
}

test('W9, wrong turns: an agent that is killed half-way takes the run up when it is back, and the table is as the org', async () => {
  await using stage = await openRunStage();
  const { person } = stage;
  const hands = handsOf(person);
  const records = Array.from({ length: 200 }, (_, n) => ({ Ext__c: `acc-${n}`, Name: `Account ${n}` }));
  await changeRecords(stage, 'Account', { insert: records });
  await stage.keepInterface({ ...accounts, fields: ['Id', 'Ext__c', 'Name'], mode: 'bulk' });
  await stage.setFaults([{ path: '/services/data/**/jobs/query/**', kind: 'latency', latencyMs: 5_000, share: 1 }]);
  await stage.logIn('/');
  await person.comesTo('Home');
  const shown = await startRun(hands, 'accounts');
  await shown.getByText('Running', { exact: true }).waitFor();
  await shown.getByText('Reading', { exact: true }).waitFor();
  await stage.agent.kill();
  await shown.getByText('Its agent does not say now how far it is.', { exact: false }).waitFor();
  assert.deepEqual(await stage.sql('select * from accounts'), [], 'nothing of it is in the table');
  await stage.setFaults([]);
  await stage.agent.start();
  await shown.getByText('Completed', { exact: true }).waitFor();
  await person.comesTo('Agent Control Board');
  const held = await stage.sql('select "Id", "Ext__c", "Name" from accounts order by "Id"');
  assert.equal(held.length, 200);
  assert.deepEqual(
    held,
    await stage
      .query('SELECT Id, Ext__c, Name FROM Account ORDER BY Id')
      .then((all) => all.map(({ Id, Ext__c, Name }) => ({ Id, Ext__c, Name }))),
  );
  assert.equal((await stage.call('GET', '/runs')).json.total, 1, 'it is the same run');
});
