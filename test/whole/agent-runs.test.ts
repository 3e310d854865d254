/** An agent that is told to run what was deployed: taken, confirmed, begun once, reported row by row, cancelled, stopped and gone on with. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import type { Moment } from '../../src/agent/index.ts';
import { systemClock } from '../../src/base/index.ts';
import {
  accounts,
  createSetClock,
  deploymentFor,
  holdCalls,
  type PlayedHub,
  playHub,
  type Reached,
  setFaults,
  startAgent,
  untilAgentEnded,
  untilScheduled,
} from './agent-stage.ts';
import { openOrgStage } from './org-stage.ts';
import { createFolder, writeAccounts } from './stage.ts';

const { reachable, salesforce } = await openOrgStage();

afterEach(() => setFaults(reachable, []));

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
  const kinds = hub.reports.map(({ kind }) => kind).filter((kind) => kind !== 'rows' && kind !== 'apiUsage');
  assert.deepEqual(kinds, ['agentStarted', 'runStarted', 'runEnded']);
  const [usage] = hub.of('apiUsage');
  assert.ok(usage && usage.used > 0 && usage.used < usage.allowed, 'what the org says of its calls is told');
  assert.deepEqual(await hub.ask('confirmRun', { run: 'r1', lease: 3 }), { state: 'ended' });
  assert.equal(await countOf('begins-'), 2_475);
  assert.doesNotMatch(
    readFileSync(join(folder, 'agent', 'ledger.sqlite'), 'latin1'),
    new RegExp(reachable.consumerSecret),
  );
});

test('records that the hub hands over go as the interface says, in parts, as columns or as they are sent', async (t) => {
  const { folder, hub } = await openStage(t, 'records');
  const nulls = {
    mapping: { Ext__c: 'id', Name: 'name', Description: 'note', Phone: { column: 'phone', nulls: 'keep' } },
  };
  await deploy(hub, 1, [accounts('shops', nulls)]);
  assert.deepEqual(await hub.ask('putRecords', { run: 'a', part: 1, csv: 'rec-2,Two,"a\nb",2\n' }), { parts: 0 });
  const refused = await hub.refusal('startRun', {
    run: 'a',
    lease: 1,
    interface: 'shops',
    records: { form: 'source', parts: 2 },
  });
  assert.match(refused.message, /2 parts of records, of which this agent has 0/);
  assert.deepEqual(await hub.ask('putRecords', { run: 'a', part: 0, csv: 'id,name,note,phone\nrec-1,One,hi,1\n' }), {
    parts: 2,
  });
  assert.deepEqual(await hub.ask('putRecords', { run: 'a', part: 0, csv: 'not,taken,again,1\n' }), { parts: 2 });
  await hub.start('a', { interface: 'shops', records: { form: 'source', parts: 2 } });
  const first = await hub.until('runEnded', ({ run }) => run === 'a');
  assert.deepEqual([first.status, first.rows.created, first.mode], ['completed', 2, 'collections']);
  const csv = 'Ext__c,Name,Description,Phone\nrec-1,Uno,#N/A,\nrec-3,Three,x,3\n';
  await hub.ask('putRecords', { run: 'b', part: 0, csv });
  await hub.start('b', { interface: 'shops', records: { form: 'target', parts: 1, mode: 'bulk' } });
  const second = await hub.until('runEnded', ({ run }) => run === 'b');
  assert.deepEqual([second.status, second.rows.created, second.rows.updated, second.mode], ['completed', 1, 1, 'bulk']);
  const found = salesforce.query(`SELECT Name, Description, Phone FROM Account WHERE Ext__c = 'rec-1'`);
  for await (const { Name, Description, Phone } of found)
    assert.deepEqual([Name, Description, Phone], ['Uno', null, '1']);
  assert.deepEqual(readdirSync(join(folder, 'agent', 'records')), [], 'records go with their run');
});

test('a few records are carried at once, and whoever waits is told what became of each', async (t) => {
  const { hub } = await openStage(t, 'carried');
  await deploy(hub, 1, [accounts('shops')]);
  const csv = `id,name,note\ncar-1,One,x\ncar-2,${'y'.repeat(300)},x\n`;
  const input = { run: 'c', interface: 'shops', form: 'source', csv, waitMs: 30_000 } as const;
  const { state, ended } = await hub.ask('carryRecords', input);
  assert.equal(state, 'ended');
  assert.deepEqual([ended?.run.status, ended?.run.rows.read], ['completed with rejects', 2]);
  assert.match(String(ended?.run.error?.next), /^"sluice messages --run c" shows which and why/);
  assert.deepEqual(
    new Map(ended?.rows.map(({ key, outcome, rejectedBy }) => [key, [outcome, rejectedBy]])),
    new Map([
      ['car-1', ['succeeded', null]],
      ['car-2', ['rejected', 'sluice']],
    ]),
  );
  assert.deepEqual(await hub.ask('carryRecords', input), { state, ended }, 'asked again, it is not carried again');
  await hub.until('runEnded');
  assert.deepEqual([...hub.rowsOf('c').keys()].sort(), ['car-1', 'car-2']);
  const broken = await hub.ask('carryRecords', { ...input, run: 'd', csv: 'id,nam\n1,2\n' });
  assert.deepEqual([broken.ended?.run.status, broken.ended?.run.error?.code], ['failed', 'COLUMN_MISSING']);
  assert.equal(broken.ended?.run.nothingProcessed, true);
});

test('what is not deployed, or cannot be used, is refused with the reason, and the rest of the deployment is used', async (t) => {
  const { folder, hub, start, stop } = await openStage(t, 'unusable');
  const bad = accounts('bad', { mapping: { Ext__c: 'id', Name: { formula: 'UPER(name)' } } });
  await deploy(hub, 7, [bad, accounts('good'), { ...accounts('lost'), connection: 'other' }]);
  const refusalOf = async (name: string) =>
    (await hub.refusal('startRun', { run: name, lease: 1, interface: name })).message;
  assert.match(await refusalOf('never'), /has no interface never/);
  assert.match(await refusalOf('bad'), /cannot use the interface bad\. Its mapping\.Name .*UPPER/);
  assert.match(await refusalOf('lost'), /The connection other, which it names, was not deployed/);
  assert.deepEqual(await hub.ask('startRun', { run: 'good', lease: 1, interface: 'good' }), { state: 'taken' });
  const older = await deploymentFor(hub, { org: reachable }, 6, []);
  assert.deepEqual(await hub.ask('deploy', { deployment: older }), { number: 7 });
  await stop();
  assert.equal(statSync(join(folder, 'agent', 'deployment.json')).mode & 0o077, 0);
  await start();
  assert.equal((await hub.ask('about', {})).deployment, 7);
  assert.deepEqual(await hub.ask('confirmRun', { run: 'good', lease: 1 }), { state: 'confirmed' });
  const ended = await hub.until('runEnded');
  assert.deepEqual([ended.status, ended.error?.code, ended.nothingProcessed], ['failed', 'SOURCE_MISSING', true]);
});

/** As a run does until its jobs have ended. */
const lookingAtJobs = { path: '/services/data/**/jobs/ingest/*', method: 'GET' };

/** Resolves at a moment of a run, which goes on meanwhile as far as it comes. */
function waitFor(wanted: Moment) {
  const reached = Promise.withResolvers<void>();
  let isAwaited = true;
  const observe = (moment: Moment) => {
    if (isAwaited && moment === wanted) {
      isAwaited = false;
      reached.resolve();
    }
  };
  return { observe, reached: reached.promise };
}

for (const moment of ['planned:recorded', 'committed:recorded', 'closed:recorded'] as const) {
  test(`an agent stopped at ${moment} goes on with the run at its next start, and nothing is lost or sent twice`, async (t) => {
    const { folder, hub, start, stop } = await openStage(t, 'stopped');
    await stop();
    const seen = waitFor(moment);
    await start({ observe: seen.observe });
    const prefix = `stop-${moment.split(':')[0]}-`;
    writeAccounts(join(folder, 'files', 'people.csv'), { count: 900, prefix });
    await deploy(hub, 1, [
      accounts('people', {
        operation: 'insert',
        externalId: undefined,
        key: 'Ext__c',
        mode: 'bulk',
        chunk: { maxRows: 300 },
      }),
    ]);
    await hub.start('s', { interface: 'people' });
    await seen.reached;
    await stop();
    await start();
    const ended = await hub.until('runEnded');
    assert.deepEqual([ended.status, ended.rows.created], ['completed', 900], JSON.stringify(ended));
    assert.equal(hub.rowsOf('s').size, 900);
    assert.equal(await countOf(prefix), 900);
    assert.equal(hub.of('runStarted').length, 1);
    assert.equal(hub.of('runInterrupted').length, 0);
  });
}

test('a run that is cancelled before its commit point has processed nothing, and one behind it accounts for what was sent', async (t) => {
  const { folder, hub, start, stop } = await openStage(t, 'cancel');
  // One is read for long enough to be cancelled meanwhile; of the other so many jobs are closed as may be at once, and none is seen to end.
  writeAccounts(join(folder, 'files', 'early.csv'), { count: 60_000, prefix: 'can-' });
  writeAccounts(join(folder, 'files', 'late.csv'), { count: 3_000, prefix: 'can-' });
  const inChunks = { mode: 'bulk', chunk: { maxRows: 300 } };
  for (const [moment, run] of [
    ['spooled:recorded', 'early'],
    ['closed:recorded', 'late'],
  ] as const) {
    await stop();
    const seen = waitFor(moment);
    await start({ observe: seen.observe });
    await deploy(hub, 1, [accounts('early', inChunks), accounts('late', inChunks)]);
    const goOn = await holdCalls(reachable, lookingAtJobs);
    await hub.start(run, { interface: run });
    await seen.reached;
    await hub.ask('cancelRun', { run });
    await goOn();
    const ended = await hub.until('runEnded', (body) => body.run === run);
    assert.equal(ended.error?.code, ended.status === 'cancelled' ? 'RUN_CANCELLED' : undefined, JSON.stringify(ended));
    const { read, sent, succeeded, unknown } = ended.rows;
    assert.deepEqual([ended.nothingProcessed, unknown], [run === 'early', 0]);
    assert.equal(hub.rowsOf(run).size, sent);
    assert.equal(succeeded, sent);
    assert.equal(await countOf('can-'), sent);
    if (run === 'late') assert.ok(read === 3_000 && sent > 0 && sent < read, JSON.stringify(ended.rows));
  }
  for await (const job of salesforce.bulk.list()) assert.notEqual(job.state, 'Open');
});

test('runs of one interface go one after the other in the order they were taken, and a queued one can be cancelled', async (t) => {
  const { folder, hub } = await openStage(t, 'order');
  writeAccounts(join(folder, 'files', 'people.csv'), { count: 1_000, prefix: 'ord-' });
  await deploy(hub, 1, [accounts('people', { mode: 'bulk' })]);
  const goOn = await holdCalls(reachable, { path: '/services/data/**' });
  for (const run of ['1', '2', '3']) await hub.start(run, { interface: 'people' });
  await hub.ask('cancelRun', { run: '2' });
  await goOn();
  await hub.until('runEnded', ({ run }) => run === '3');
  const order = hub.reports.flatMap((report) =>
    report.kind === 'runStarted' || report.kind === 'runEnded' ? [`${report.kind} ${report.body.run}`] : [],
  );
  assert.deepEqual(
    order.filter((text) => !text.endsWith('2')),
    ['runStarted 1', 'runEnded 1', 'runStarted 3', 'runEnded 3'],
  );
  const second = hub.of('runEnded').find(({ run }) => run === '2');
  assert.deepEqual([second?.status, second?.nothingProcessed], ['cancelled', true]);
});

test('a run that stops by itself behind its commit point says when it goes on, and does so once it is mended', async (t) => {
  const { folder, hub, start, stop } = await openStage(t, 'interrupted');
  await stop();
  const seen = waitFor('closed:recorded');
  await start({ observe: seen.observe });
  writeAccounts(join(folder, 'files', 'people.csv'), { count: 600, prefix: 'int-' });
  await deploy(hub, 1, [accounts('people', { mode: 'bulk' })]);
  const goOn = await holdCalls(reachable, lookingAtJobs);
  await hub.start('i', { interface: 'people' });
  await seen.reached;
  await stop();
  await goOn();
  await start({ allowedHosts: [], clock: systemClock });
  const { error, resumesAt } = await hub.until('runInterrupted');
  assert.equal(error.code, 'AGENT_HOST_REFUSED');
  assert.ok(resumesAt > Date.now() + 20_000, 'what somebody has to mend is not tried every second');
  const [look] = await hub.ask('lookAtRuns', { runs: ['i'] });
  assert.deepEqual([look?.state, look?.phase], ['confirmed', null]);
  await deploy(hub, 2, [accounts('people', { mode: 'bulk' })]);
  await hub.until('runInterrupted', (body) => body.resumesAt > resumesAt);
  await stop();
  await start();
  const ended = await hub.until('runEnded');
  assert.deepEqual([ended.status, ended.rows.created, hub.of('runEnded').length], ['completed', 600, 1]);
});

test('what is due while the hub is away runs, and is reported when the hub asks again, also after a restart', async (t) => {
  const { folder, hub, start, stop } = await openStage(t, 'due');
  const clock = createSetClock();
  await stop();
  await start({ clock });
  writeAccounts(join(folder, 'files', 'people.csv'), { count: 30, prefix: 'due-' });
  await deploy(hub, 1, [accounts('people', { schedule: { every: '1h' } })]);
  await untilScheduled(folder);
  const hour = 3_600_000;
  const due = clock.toNext(hour);
  await untilAgentEnded(folder, 1);
  await stop();
  clock.forward(5 * hour);
  await start({ clock });
  const later = await hub.until('runEnded', ({ run }) => run !== hub.of('runStarted')[0]?.run);
  const [first, second] = hub.of('runStarted');
  assert.deepEqual([first?.trigger, first?.dueAt, second?.dueAt], ['schedule', due, due + 5 * hour]);
  assert.deepEqual([later.status, later.rows.updated], ['completed', 30]);
  assert.equal(hub.rowsOf(first?.run ?? '').size, 30);
});

test('a run out of Salesforce is told by its beginning and its end, with what the merge did', async (t) => {
  const { folder, hub } = await openStage(t, 'outbound');
  const csv = 'id,name,note\nout-1,One,x\nout-2,Two,y\n';
  const outbound = {
    name: 'out',
    type: 'outbound',
    connection: 'box',
    object: 'Account',
    where: `Ext__c LIKE 'out-%'`,
    fields: ['Id', 'Ext__c', 'Name'],
    target: { file: 'out.csv', create: true },
  };
  await deploy(hub, 1, [accounts('shops'), outbound]);
  await hub.ask('carryRecords', { run: 'in', interface: 'shops', form: 'source', csv, waitMs: 30_000 });
  const refused = await hub.refusal('carryRecords', { run: 'no', interface: 'out', form: 'source', csv, waitMs: 1 });
  assert.match(refused.message, /goes out of Salesforce and takes no records/);
  await hub.start('o', { interface: 'out' });
  const ended = await hub.until('runEnded', ({ run }) => run === 'o');
  assert.equal(ended.status, 'completed', JSON.stringify(ended.error));
  assert.deepEqual(ended.loaded, { read: 2, inserted: 2, updated: 0, unchanged: 0, deleted: 0 });
  assert.equal(hub.of('runStarted').find(({ run }) => run === 'o')?.direction, 'outbound');
  assert.equal(
    readFileSync(join(folder, 'files', 'out.csv'), 'utf8')
      .trim()
      .split('\n').length,
    3,
  );
});

test('rows that were to go again when their run was cancelled are rejected, and say so', async (t) => {
  const { folder, hub, start, stop } = await openStage(t, 'locked');
  await stop();
  const seen = waitFor('reconciled:recorded');
  await start({ observe: seen.observe, clock: systemClock });
  writeAccounts(join(folder, 'files', 'people.csv'), { count: 50, prefix: 'lock-' });
  await deploy(hub, 1, [accounts('people', { mode: 'bulk' })]);
  await setFaults(reachable, [{ path: '/**', kind: 'row-lock', share: 1 }]);
  await hub.start('l', { interface: 'people' });
  await seen.reached;
  await hub.ask('cancelRun', { run: 'l' });
  const ended = await hub.until('runEnded');
  assert.deepEqual([ended.status, ended.rows.sent, ended.rows.rejected], ['cancelled', 50, 50]);
  const codes = new Set([...hub.rowsOf('l').values()].map(({ outcome, code }) => `${outcome} ${code}`));
  assert.deepEqual([...codes], ['rejected CANCELLED']);
  assert.equal(await countOf('lock-'), 0);
});
