/** An agent that is told to run what was deployed: taken, confirmed, begun once, reported row by row, cancelled, stopped and gone on with. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import { accounts, deploymentFor, type PlayedHub, playHub, type Reached, startAgent } from './agent-stage.ts';
import { createFolder, orgSetup, type Reachable, writeAccounts } from './stage.ts';

let org: Org;
let salesforce: Salesforce;
let reachable: Reachable;

before(async () => {
  org = await openOrg({ setup: parseSetupFile(orgSetup), log: createLog({ level: 'silent' }) });
  const { consumerKey, consumerSecret } = org;
  reachable = { url: await org.listen(), consumerKey, consumerSecret };
  salesforce = openSalesforce({ ...reachable, myDomainUrl: reachable.url });
});

after(async () => {
  await salesforce[Symbol.asyncDispose]();
  await org.close();
});

type Settings = Parameters<typeof startAgent>[2];

/** One agent and its hub; the agent can be stopped and started again. */
async function openStage(t: Parameters<typeof createFolder>[0], name: string) {
  const folder = createFolder(t, name);
  const stage = { folder, org: reachable };
  let reached: Reached = { url: '', username: '', password: '' };
  const hub = playHub(() => reached);
  let agent: Awaited<ReturnType<typeof startAgent>> | undefined;
  async function start(settings?: Settings): Promise<void> {
    agent = await startAgent(stage, 'agent', settings);
    reached = { url: agent.url ?? '', username: agent.username, password: agent.firstPassword ?? reached.password };
  }
  async function stop(): Promise<void> {
    await agent?.[Symbol.asyncDispose]();
    agent = undefined;
  }
  t.after(stop);
  await start();
  return { folder, hub, start, stop };
}

async function deploy(hub: PlayedHub, number: number, definitions: object[]): Promise<void> {
  const deployment = await deploymentFor(
    hub,
    { org: reachable },
    number,
    definitions.map((definition) => ({ definition })),
  );
  assert.deepEqual(await hub.ask('deploy', { deployment }), { number });
}

async function countOf(prefix: string): Promise<number> {
  let count = 0;
  for await (const _ of salesforce.query(`SELECT Id FROM Account WHERE Ext__c LIKE '${prefix}%'`)) count += 1;
  return count;
}

test('a run begins when it is confirmed, and every row of it is reported once, with its outcome', async (t) => {
  const { folder, hub } = await openStage(t, 'begins');
  const isBad = (row: number) => row % 100 === 7;
  writeAccounts(join(folder, 'files', 'people.csv'), { count: 2_500, prefix: 'begins-', isBad });
  await deploy(hub, 1, [
    accounts('people', { check: 'off', chunk: { maxRows: 1_200 }, mode: 'bulk', allowRejects: '5%' }),
  ]);
  assert.deepEqual(await hub.ask('startRun', { run: 'r1', lease: 3, interface: 'people' }), { state: 'taken' });
  assert.deepEqual(await hub.ask('startRun', { run: 'r1', lease: 3, interface: 'people' }), { state: 'taken' });
  const [waiting] = await hub.ask('lookAtRuns', { runs: ['r1'] });
  assert.deepEqual([waiting?.state, waiting?.phase], ['taken', null]);
  assert.equal((await hub.refusal('startRun', { run: 'r1', lease: 2, interface: 'people' })).status, 422);
  assert.match((await hub.refusal('confirmRun', { run: 'r1', lease: 4 })).message, /lease 4, .* lease 3/);
  assert.deepEqual(await hub.ask('confirmRun', { run: 'never', lease: 1 }), { state: 'unknown' });
  assert.equal(await countOf('begins-'), 0);
  assert.deepEqual(await hub.ask('confirmRun', { run: 'r1', lease: 3 }), { state: 'confirmed' });
  const ended = await hub.until('runEnded');
  assert.deepEqual([ended.run, ended.status, ended.nothingProcessed, ended.mode], ['r1', 'completed', false, 'bulk']);
  assert.deepEqual(ended.rows, {
    read: 2_500,
    sent: 2_500,
    succeeded: 2_475,
    created: 2_475,
    updated: 0,
    rejected: 25,
    unknown: 0,
  });
  const rows = hub.rowsOf('r1');
  assert.equal(rows.size, 2_500);
  for (const [key, row] of rows) assert.equal(row.outcome, isBad(Number(key.split('-')[1])) ? 'rejected' : 'succeeded');
  const bad = rows.get('begins-107');
  assert.deepEqual([bad?.code, bad?.rejectedBy, bad?.cells?.Ext__c], ['STRING_TOO_LONG', 'salesforce', 'begins-107']);
  assert.ok(hub.of('rows').every((body) => body.rows.length <= 1_000 && body.settledAt >= (body.sentAt ?? 0)));
  const kinds = hub.reports.map(({ kind }) => kind).filter((kind) => kind !== 'rows');
  assert.deepEqual(kinds, ['agentStarted', 'runStarted', 'runEnded']);
  assert.deepEqual(await hub.ask('confirmRun', { run: 'r1', lease: 3 }), { state: 'ended' });
  assert.equal(await countOf('begins-'), 2_475);
  assert.doesNotMatch(
    readFileSync(join(folder, 'agent', 'ledger.sqlite'), 'latin1'),
    new RegExp(reachable.consumerSecret),
  );
});
