/** An org gives way to another at the same address, with the same consumer key: what an agent that holds a token of the first does then. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadAnyInterface, type RunReport, resumeRuns, runInterface } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { type Org, openOrg } from '../../src/org/index.ts';
import { openSalesforce, openSharedTokens } from '../../src/salesforce/index.ts';
import { createFolder, orgSetup, writeAccounts, writeConnection, writeInterface } from './stage.ts';

const consumerKey = `3MVG9${'same'.padEnd(60, 'a')}`;
const consumerSecret = 'the-same-secret-in-both-orgs-and-nothing-else';
const orgSecret = 'SLUICE_SECRET_ORG';
const setup = orgSetup.replace('scopes:', `consumerKey: ${consumerKey}, consumerSecret: env:${orgSecret}, scopes:`);

async function openStage(t: TestContext) {
  const folder = createFolder(t, 'org-replaced');
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, setup);
  const open = async (port = 0) => {
    const opened = await openOrg({ setupFile, port, environment: { [orgSecret]: consumerSecret } });
    await opened.listen();
    return opened;
  };
  let org: Org = await open();
  const { url } = org;
  writeConnection(folder, { url, consumerKey, consumerSecret });
  writeAccounts(join(folder, 'accounts.csv'), { count: 30 });
  const ledger = openLedger(join(folder, 'data'));
  const tokens = openSharedTokens();
  const salesforce = { myDomainUrl: url, consumerKey, consumerSecret, tokens };
  const settings = {
    salesforce: async () => salesforce,
    database: async () => ({ type: 'csv', folder }) as const,
  };
  const given = { ledger, environment: {}, settings, log: createLog({ level: 'silent' }) };
  t.after(async () => {
    await tokens[Symbol.asyncDispose]();
    await ledger[Symbol.asyncDispose]();
    await org[Symbol.asyncDispose]();
  });
  return {
    folder,
    ledger,
    async run(file: string, more: Partial<Parameters<typeof runInterface>[0]> = {}): Promise<RunReport> {
      return await runInterface({ ...given, ...more, loaded: loadAnyInterface(file, {}) } as never);
    },
    cancel: async () => (await resumeRuns({ ...given, cancelling: 'it was cancelled at the hub' }))[0],
    resume: (): Promise<RunReport[]> => resumeRuns(given),
    async replace(): Promise<void> {
      await org[Symbol.asyncDispose]();
      org = await open(Number(new URL(url).port));
    },
    organization: async () => {
      await using own = openSalesforce({ myDomainUrl: url, consumerKey, consumerSecret });
      return (await own.accessToken()).organizationId;
    },
  };
}

const inbound = `source: { file: accounts.csv }
object: Account
operation: upsert
externalId: Ext__c
mapping: { Ext__c: id, Name: name }`;

for (const mode of ['collections', 'bulk'])
  test(`a run that begins after the org was replaced signs in anew and goes on, by ${mode}`, async (t) => {
    const stage = await openStage(t);
    const file = writeInterface(stage.folder, 'accounts', `${inbound}\nmode: ${mode}`);
    const first = await stage.run(file);
    assert.deepEqual([first.status, first.rows.created], ['completed', 30], JSON.stringify(first));
    const before = await stage.organization();
    await stage.replace();
    const next = await stage.run(file);
    assert.deepEqual([next.status, next.rows.created], ['completed', 30], JSON.stringify(next));
    const now = await stage.organization();
    assert.notEqual(now, before);
    assert.equal(stage.ledger.findRun(Number(next.run))?.organizationId, now);
  });

test('so does a run out of Salesforce', async (t) => {
  const stage = await openStage(t);
  const sent = writeInterface(stage.folder, 'accounts', inbound);
  const file = join(stage.folder, 'copies.yaml');
  const target = 'object: Account\nfields: [Id, Name]\ntarget: { file: copies.csv, create: true }';
  writeFileSync(file, `name: copies\ntype: outbound\nconnection: ./connection.yaml\n${target}\n`);
  for (const read of [0, 30]) {
    const report = await stage.run(file);
    assert.deepEqual([report.status, report.loaded?.read], ['completed', read], JSON.stringify(report));
    await stage.replace();
    await stage.run(sent);
  }
});

for (const [moment, unknown] of [
  ['created:recorded', 0],
  ['uploaded:recorded', 30],
  ['closed:recorded', 30],
] as const)
  test(`a run whose org is replaced at ${moment} is to be cancelled, with ${unknown} rows unknown, and the next one goes through`, async (t) => {
    const stage = await openStage(t);
    const file = writeInterface(stage.folder, 'accounts', `${inbound}\nmode: bulk`);
    let replaced: Promise<void> | undefined;
    const observe = (seen: string) => {
      if (seen === moment) replaced ??= stage.replace();
    };
    const cut = await stage.run(file, { observe });
    await replaced;
    assert.deepEqual([cut.status, cut.error?.code], ['failed', 'ORG_REPLACED'], JSON.stringify(cut));
    assert.match(cut.error?.next ?? '', /where that org is gone, cancel the run at its hub/);
    const ended = await stage.cancel();
    const wanted = unknown > 0 ? 'unknown rows' : 'cancelled';
    assert.deepEqual([ended?.status, ended?.rows.unknown, ended?.rows.succeeded], [wanted, unknown, 0]);
    const next = await stage.run(file);
    assert.deepEqual([next.status, next.rows.created], ['completed', 30], JSON.stringify(next));
  });

test('a run that had jobs in the org before, and nothing processed there, ends with what to do, and the next one goes through', async (t) => {
  const stage = await openStage(t);
  const { ledger } = stage;
  const file = writeInterface(stage.folder, 'accounts', inbound);
  const definition = loadAnyInterface(file, {});
  const fixed = { interface: 'accounts', object: 'Account', operation: 'upsert', externalId: 'Ext__c' };
  const run = await ledger.startRun({ ...fixed, definition });
  await ledger.signedIn(run, '00D000000000001AAA');
  const chunk = await ledger.chunkPlanned(run, { file: (number) => `${number}.csv` });
  await ledger.chunkSpooled(chunk, { bytes: 10, rows: 1 });
  await ledger.sendingIntended(chunk, { at: Date.now() });
  const [resumed] = await stage.resume();
  assert.deepEqual([resumed?.status, resumed?.error?.code], ['failed', 'ORGANIZATION_CHANGED']);
  assert.match(resumed?.error?.next ?? '', /run the interface again: nothing of this run was processed/);
  assert.notEqual(ledger.findRun(run)?.endedAt, null);
  assert.equal((await stage.run(file)).status, 'completed');
});
