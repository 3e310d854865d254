import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Moment, moments, type RunReport } from '../../src/agent/index.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import type { MoverTask } from './mover-program.ts';
import { type OrgProgram, startOrgProgram } from './org-program.ts';
import { createRandom } from './seeded-random.ts';
import {
  createFolder,
  orgSetup,
  type Reachable,
  secretName,
  writeAccounts,
  writeConnection,
  writeInterface,
} from './stage.ts';

const rounds = process.env.SLUICE_LONG === '1' ? 100 : 25;
const firstSeed = Number(process.env.SLUICE_SEED ?? 1);
const longestRoundMs = 60_000;

type Kind = {
  name: string;
  count: number;
  body: (batch: string) => string;
  key: (row: number, batch: string) => string;
  idField: string;
  only?: readonly Moment[];
};

const source = 'source: { file: accounts.csv }\nobject: Account\nallowRejects: 100%\nchunk: { maxRows: 300 }';

const insertByBulk: Kind = {
  name: 'insert by Bulk',
  count: 1_000,
  idField: 'Tag__c',
  key: (row, batch) => `${batch}-${row}`,
  body: (batch) =>
    `${source}\noperation: insert\nmode: bulk\nkey: Tag__c\nmapping: { Tag__c: id, Name: name, Description: note, Batch__c: { constant: ${batch} } }`,
};
/** Row by row, with bad rows rejected before they are sent. */
const upsertByBulk: Kind = {
  ...insertByBulk,
  name: 'upsert by Bulk',
  idField: 'Ext__c',
  body: (batch) =>
    `${source}\ncheck: on\noperation: upsert\nexternalId: Ext__c\nmapping: { Ext__c: id, Name: { formula: TRIM(name) }, Description: note, Batch__c: { constant: ${batch} } }`,
};
const insertByCollections: Kind = {
  ...insertByBulk,
  name: 'insert by collections',
  count: 150,
  idField: 'Ext__c',
  body: (batch) =>
    `${source}\noperation: insert\nmode: collections\nkey: Ext__c\nmapping: { Ext__c: id, Name: name, Description: note, Batch__c: { constant: ${batch} } }`,
};

type Round = {
  seed: number;
  kind: Kind;
  killAt: MoverTask['killAt'];
  random: () => number;
  killOrg: boolean;
  lockedRows: boolean;
};

/** The first rounds go through every named moment; all of them add chance. */
function planRound(seed: number, index: number): Round {
  const random = createRandom(seed);
  const moment = moments[index % moments.length]!;
  const ways = moment === 'sent:answered' ? [insertByCollections] : index % 4 === 3 ? [upsertByBulk] : [insertByBulk];
  const kind = index >= moments.length && random() < 0.25 ? insertByCollections : ways[0]!;
  const nth = index < moments.length ? 1 : 1 + Math.floor(random() * 4);
  return { seed, kind, killAt: { moment, nth }, random, killOrg: random() < 0.3, lockedRows: random() < 0.2 };
}

const isBad = (row: number) => row % 97 === 5;

test(`after kill -9 at any moment and lost answers, resume leaves every row exactly once (${rounds} rounds from seed ${firstSeed})`, async (t) => {
  const folder = createFolder(t, 'kill');
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, orgSetup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile });
  t.after(() => org.stop());
  await using salesforce = openSalesforce({ ...org, myDomainUrl: org.url });
  const killed = new Set<Moment>();
  const happened = new Map<string, number>();
  for (let index = 0; index < rounds; index++) {
    const round = planRound(firstSeed + index, index);
    const title = `round ${index + 1}, seed ${round.seed}: ${round.kind.name}, killed at ${round.killAt?.moment} #${round.killAt?.nth}${round.killOrg ? ', org killed too' : ''}${round.lockedRows ? ', locked rows' : ''}`;
    await t.test(title, async () => {
      await playRound(round, { folder: join(folder, String(index)), org, salesforce, killed, happened });
    });
  }
  assert.deepEqual(
    moments.filter((moment) => !killed.has(moment)),
    [],
    'every named moment was met by a kill',
  );
  for (const what of [
    'call struck',
    'started over',
    'resumed',
    'orphaned job aborted',
    'job given up',
    'job aborted',
  ]) {
    assert.ok((happened.get(what) ?? 0) > 0, `the rounds went through "${what}": ${JSON.stringify([...happened])}`);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(happened)));
});

type Playing = {
  folder: string;
  org: OrgProgram;
  salesforce: Salesforce;
  killed: Set<Moment>;
  /** Over all rounds: what the ledgers tell, and calls that were struck. */
  happened: Map<string, number>;
};

async function playRound(round: Round, { folder, org, salesforce, killed, happened }: Playing): Promise<void> {
  const { kind, seed, random } = round;
  const batch = `r${seed}`;
  mkdirSync(folder);
  writeConnection(folder, org);
  writeAccounts(join(folder, 'accounts.csv'), { count: kind.count, prefix: `${batch}-`, isBad });
  const interfaceFile = writeInterface(folder, `accounts-${seed}`, kind.body(batch));
  const dataFolder = join(folder, 'data');
  const locked = round.lockedRows ? [{ path: '/**', kind: 'row-lock', share: 0.05 }] : [];
  await org.setFaults(
    [
      ...locked,
      { path: '/services/**', kind: 'drop-after', share: 0.08 },
      { path: '/services/**', kind: 'drop-before', share: 0.03 },
    ],
    seed,
  );
  const orgKill = round.killOrg ? killOrgSometime(org, random) : Promise.resolve();

  const report = await moveUntilDone({ interfaceFile, dataFolder, round, org, killed });
  await orgKill;
  count(happened, 'call struck', await org.countFaults());
  await org.setFaults([], 1);
  const bad = Array.from({ length: kind.count }, (_, row) => row).filter(isBad);
  const good = kind.count - bad.length;
  const sent = kind === upsertByBulk ? good : kind.count;
  assert.deepEqual(
    { ...report.rows, created: 0, updated: 0 },
    { read: kind.count, sent, succeeded: good, created: 0, updated: 0, rejected: bad.length, unknown: 0 },
  );
  if (kind !== upsertByBulk) assert.equal(report.rows.created, good);
  await checkOrg(salesforce, { kind, batch });
  await checkLedger(dataFolder, Number(report.run), kind, batch);
  await countEvents(dataFolder, happened);
}

function count(happened: Map<string, number>, what: string, times: number): void {
  happened.set(what, (happened.get(what) ?? 0) + times);
}

async function countEvents(dataFolder: string, happened: Map<string, number>): Promise<void> {
  await using ledger = openLedger(dataFolder);
  for (const { id } of ledger.listRuns()) for (const { what } of ledger.listEvents(id)) count(happened, what, 1);
}

async function killOrgSometime(org: OrgProgram, random: () => number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300 + random() * 1_200));
  await org.killAndRestart({ pauseMs: random() * 400 });
}

type Moving = { interfaceFile: string; dataFolder: string; round: Round; org: Reachable; killed: Set<Moment> };

/** Runs, is killed, resumes, is perhaps killed again, until a mover comes to its end. */
async function moveUntilDone({ interfaceFile, dataFolder, round, org, killed }: Moving): Promise<RunReport> {
  const { random, killAt } = round;
  const first = await move({ act: 'run', interfaceFile, dataFolder, killAt }, { org });
  if (first === 'killed' && killAt) killed.add(killAt.moment);
  let reports = first;
  for (let tries = 1; reports === 'killed' || reports.length === 0; tries++) {
    assert.ok(tries < 20, 'a resume comes to its end');
    const again =
      tries <= 3 && random() < 0.4
        ? { moment: moments[Math.floor(random() * moments.length)]!, nth: 1 + Math.floor(random() * 2) }
        : undefined;
    const killAfterMs = tries <= 3 && random() < 0.3 ? 200 + random() * 1_000 : undefined;
    reports = await move({ act: 'resume', interfaceFile, dataFolder, killAt: again }, { org, killAfterMs });
    if (reports !== 'killed' && reports.length === 0)
      reports = (await lastReport(dataFolder)) ?? (await move({ act: 'run', interfaceFile, dataFolder }, { org }));
  }
  assert.equal(reports.length, 1);
  const report = reports[0]!;
  assert.equal(report.status, 'completed', JSON.stringify(report));
  return report;
}

/** When the kill came after the run's end was recorded, there is nothing to resume. */
async function lastReport(dataFolder: string): Promise<RunReport[] | undefined> {
  await using ledger = openLedger(dataFolder);
  const [run] = ledger.listRuns();
  return run
    ? [
        {
          run: String(run.id),
          interface: run.interface,
          direction: run.direction,
          status: run.status as RunReport['status'],
          rows: run.rows,
          seconds: 0,
          mode: run.mode,
          modeReason: run.modeReason,
        },
      ]
    : undefined;
}

async function move(
  task: MoverTask,
  { org, killAfterMs }: { org: Reachable; killAfterMs?: number | undefined },
): Promise<RunReport[] | 'killed'> {
  const program = join(import.meta.dirname, 'mover-program.ts');
  const environment = { PATH: process.env.PATH, [secretName]: org.consumerSecret };
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  let out = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const timers = [
    setTimeout(() => child.kill('SIGABRT'), longestRoundMs),
    ...(killAfterMs === undefined ? [] : [setTimeout(() => child.kill('SIGKILL'), killAfterMs)]),
  ];
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  for (const timer of timers) clearTimeout(timer);
  if (signal === 'SIGKILL') return 'killed';
  assert.equal(code, 0, `${JSON.stringify(task)}: signal ${signal}\n${complaints}`);
  return JSON.parse(out) as RunReport[];
}

async function checkOrg(salesforce: Salesforce, { kind, batch }: { kind: Kind; batch: string }): Promise<void> {
  const found: string[] = [];
  for await (const record of salesforce.query(`SELECT ${kind.idField} FROM Account WHERE Batch__c = '${batch}'`))
    found.push(String(record[kind.idField]));
  const expected = Array.from({ length: kind.count }, (_, row) => row)
    .filter((row) => !isBad(row))
    .map((row) => kind.key(row, batch));
  assert.deepEqual(found.sort(), expected.sort(), 'no row is lost and none is there twice');
  const open: string[] = [];
  for await (const job of salesforce.bulk.list()) if (job.state === 'Open') open.push(job.id);
  assert.deepEqual(open, [], 'no job is left open');
}

async function checkLedger(dataFolder: string, run: number, kind: Kind, batch: string): Promise<void> {
  await using ledger = openLedger(dataFolder);
  const rows = [...ledger.readRows(run)];
  const keys = rows.map(({ key }) => key).sort();
  assert.deepEqual(
    keys,
    Array.from({ length: kind.count }, (_, row) => kind.key(row, batch)).sort(),
    'the ledger names every row once',
  );
  for (const row of rows)
    assert.equal(row.outcome, isBad(Number(row.key.split('-')[1])) ? 'rejected' : 'succeeded', row.key);
  for (const row of rows) if (row.outcome === 'succeeded') assert.match(row.salesforceId ?? '', /^001\w{15}$/);
  for (const chunk of ledger.listChunks(run)) assert.equal(chunk.state, 'reconciled');
}
