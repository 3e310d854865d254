/** Walkthrough 9, in its pages: records out of Salesforce into a new table, then just what changed; and a backup of chosen objects. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../whole/hub-stage.ts';
import { changeRecords, type Hands, inTarget, makeOutbound, runOnce, setChanges, ways } from './outbound-walk.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

const everything = 'Everything each time';
const changedOnly = 'What changed since the last run';

const accounts = Array.from({ length: 5 }, (_, n) => ({ Ext__c: `acc-${n}`, Name: `Account ${n}` }));
const leads = Array.from({ length: 3 }, (_, n) => ({ LastName: `Lead ${n}`, Company: `Company ${n}` }));

for (const [how, handsOf] of ways) {
  test(`W9: accounts and leads out of Salesforce into new tables, then what changed, deleted rows marked or removed, ${how}`, async () => {
    await using stage = await openRunStage();
    const hands = handsOf(stage.person);
    await changeRecords(stage, 'Account', { insert: accounts });
    await changeRecords(stage, 'Lead', { insert: leads });
    await stage.logIn('/');
    await hands.person.comesTo('Home');
    await bringAccounts(stage, hands);
    await bringLeads(stage, hands);
  });

  test(`W9: chosen objects are backed up to files with a manifest of counts and digests, and again, ${how}`, async () => {
    await using stage = await openRunStage();
    const hands = handsOf(stage.person);
    await changeRecords(stage, 'Account', { insert: accounts });
    await changeRecords(stage, 'Lead', { insert: leads });
    await stage.logIn('/backup');
    await backUp(stage, hands);
    await backUpAgain(stage, hands);
  });
}

async function bringAccounts(stage: RunStage, hands: Hands): Promise<void> {
  const wish = { name: 'accounts', object: 'Account', table: 'accounts', deleted: 'Mark', changes: everything };
  await makeOutbound(hands, wish);
  await runOnce(hands, 'accounts', 'Completed');
  assert.equal((await inTarget(hands)).Inserted, '5');
  const org = await stage.query('SELECT Id, Ext__c, Name FROM Account ORDER BY Ext__c');
  assert.deepEqual(
    await held(stage),
    org.map(({ Id, Ext__c, Name }) => ({ Id, Ext__c, Name, IsDeleted: false })),
  );
  await setChanges(hands, 'accounts', changedOnly);
  const [first, second] = org;
  await changeRecords(stage, 'Account', {
    update: [{ Id: first?.Id, Name: 'Renamed' }],
    delete: [{ Id: second?.Id }],
  });
  await runOnce(hands, 'accounts', 'Completed');
  const { Inserted, Updated, Deleted } = await inTarget(hands);
  assert.deepEqual([Inserted, Updated, Deleted], ['0', '1', '1']);
  await hands.person.picture('run-into-table');
  const [renamed, gone] = await held(stage);
  assert.deepEqual([renamed?.Name, renamed?.IsDeleted, gone?.IsDeleted], ['Renamed', false, true]);
}

const held = ({ sql }: RunStage) => sql('select "Id", "Ext__c", "Name", "IsDeleted" from accounts order by "Ext__c"');

async function bringLeads(stage: RunStage, hands: Hands): Promise<void> {
  const wish = { name: 'leads', object: 'Lead', table: 'leads', deleted: 'Remove', changes: changedOnly };
  await makeOutbound(hands, wish);
  await runOnce(hands, 'leads', 'Completed');
  assert.equal((await inTarget(hands)).Inserted, '3');
  const [gone] = await stage.query('SELECT Id FROM Lead ORDER BY LastName');
  await changeRecords(stage, 'Lead', { delete: [{ Id: gone?.Id }] });
  await runOnce(hands, 'leads', 'Completed');
  assert.equal((await inTarget(hands)).Deleted, '1');
  const rows = await stage.sql('select "LastName" as name from leads order by 1');
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['Lead 1', 'Lead 2'],
  );
}

async function backUp(stage: RunStage, hands: Hands): Promise<void> {
  const { person } = hands;
  await person.comesTo('Back Up Objects');
  await person.reads('No connection of the type Agent File yet');
  await stage.keepConnection('files', { type: 'agentFile', database: { folder: 'backup' } });
  await person.page.reload();
  await person.comesTo('Back Up Objects');
  await person.press('Back Up Now');
  const refused = (field: string) => person.page.getByText(new RegExp(`^${field} is required\\.`));
  await person.reads('Connection is required. Choose the connection with the folder.');
  await person.choose('Integration', 'Shops');
  await refused('Integration').waitFor({ state: 'detached' });
  assert.equal(await refused('Connection').count(), 1, 'what was refused of another field stays');
  await person.choose('Connection', 'files');
  await refused('Connection').waitFor({ state: 'detached' });
  for (const object of ['Account', 'Lead']) await person.mark('Available Objects', object);
  await person.press('Add');
  await person.find('listbox', 'Selected Objects').getByRole('option', { name: 'Lead', exact: true }).waitFor();
  await person.comesTo('Back Up Objects');
  await person.press('Back Up Now');
  await bothCompleted(stage, hands, 2);
  assertManifest(stage, { Account: 5, Lead: 3 });
}

/** The interfaces that are there are used, and what is gone from the org goes from its file. */
async function backUpAgain(stage: RunStage, hands: Hands): Promise<void> {
  const { person } = hands;
  const [gone] = await stage.query('SELECT Id FROM Lead ORDER BY LastName');
  await changeRecords(stage, 'Lead', { delete: [{ Id: gone?.Id }] });
  await person.open('back', 'Back Up Objects');
  await person.comesTo('Back Up Objects');
  await person.choose('Integration', 'Shops');
  await person.choose('Connection', 'files');
  for (const object of ['Account', 'Lead']) await person.mark('Available Objects', object);
  await person.press('Add');
  await person.picture('back-up-objects');
  await person.press('Back Up Now');
  await bothCompleted(stage, hands, 4);
  assertManifest(stage, { Account: 5, Lead: 2 });
  assert.equal((await stage.call('GET', '/interfaces')).json.total, 2);
}

/** `runs`: of both rounds so far, since a run before may stand on the board as completed, too. */
async function bothCompleted({ call }: RunStage, { person }: Hands, runs: number): Promise<void> {
  await person.comesTo('Agent Control Board');
  await until(`${runs} runs that have completed`, async () => {
    const { rows } = (await call('GET', '/runs')).json as { rows: { status: string | null }[] };
    return rows.filter(({ status }) => status === 'completed').length === runs;
  });
  for (const object of ['Account', 'Lead']) {
    const row = person.find('row', new RegExp(`Backup-${object}`));
    await row.getByText('Completed', { exact: true }).waitFor();
  }
}

type Manifest = { files: Record<string, { rows: number; sha256: string }> };

function assertManifest({ files }: RunStage, counts: Record<string, number>): void {
  const folder = join(files, 'backup');
  const manifest = JSON.parse(readFileSync(join(folder, 'sluice-manifest.json'), 'utf8')) as Manifest;
  for (const [object, rows] of Object.entries(counts)) {
    const text = readFileSync(join(folder, `${object}.csv`));
    const entry = manifest.files[`${object}.csv`];
    assert.equal(entry?.rows, rows, object);
    assert.equal(entry?.sha256, createHash('sha256').update(text).digest('hex'), object);
    assert.equal(text.toString('utf8').trimEnd().split('\n').length, rows + 1);
  }
}
