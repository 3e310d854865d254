/** What the tests of wrong turns stand on: one org for a file of tests, a folder for each, and the accounts held against each other. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../../src/ledger/index.ts';
import { type JobInfo, openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import { type FaultRule, type OrgProgram, startOrgProgram } from './org-program.ts';
import { type Expected, expectEnd, type Finished, type Running, type Start, startRun } from './sluice-program.ts';
import { createFolder, orgSetup, writeAccounts, writeConnection, writeInterface } from './stage.ts';

/** An upsert of accounts; the file has the columns id, name and note. */
export const upsertBody =
  'source: { file: accounts.csv }\nobject: Account\noperation: upsert\nexternalId: Ext__c\n' +
  'mapping: { Ext__c: id, Name: name, Description: note }\n';
export const insertBody = upsertBody.replace('upsert\nexternalId: Ext__c', 'insert\nkey: Ext__c');

export type Stage = {
  org: OrgProgram;
  salesforce: Salesforce;
  setFaults(rules: readonly FaultRule[]): Promise<void>;
  /** A folder with a connection file, `accounts.csv` and `accounts.yaml`. */
  place(t: TestContext, place: Place): Scene;
  /** External ids of this object that begin so, in order. */
  idsOf(prefix: string, object?: string): Promise<string[]>;
  /** Waits until a job that was not there when the watching began is as wanted. */
  watchJobs(): Promise<{ waitFor(isWanted: (job: JobInfo) => boolean): Promise<JobInfo> }>;
  openJobs(): Promise<string[]>;
  close(): Promise<void>;
};

export type Place = {
  /** Names folder and rows; external ids are `<name>-0`, `<name>-1`, … */
  name: string;
  body?: string;
  count?: number;
  isBad?: (row: number) => boolean;
  database?: string;
  /** Goes into every program that is started here. */
  environment?: Record<string, string>;
};

type Means = Partial<Omit<Start, 'args' | 'folder'>>;

export type Scene = {
  folder: string;
  file: string;
  prefix: string;
  start(means?: Means): Running;
  run(expected: Expected, means?: Means): Promise<Finished | undefined>;
  resume(expected: Expected, means?: Means): Promise<Finished | undefined>;
  /** Ends as expected, and the ledger has the rows that the last line says. */
  expect(running: Running, expected: Expected): Promise<Finished | undefined>;
};

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-wrong-turns-'));
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, orgSetup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile });
  const salesforce = openSalesforce({ ...org, myDomainUrl: org.url });
  const jobs = () => Array.fromAsync(salesforce.bulk.list());
  return {
    org,
    salesforce,
    setFaults: (rules) => org.setFaults(rules, 7),
    place: (t, place) => createScene(org, createFolder(t, place.name), place),
    async idsOf(prefix, object = 'Account') {
      const rows = await Array.fromAsync(
        salesforce.query(`SELECT Ext__c FROM ${object} WHERE Ext__c LIKE '${prefix}%'`),
      );
      return rows.map(({ Ext__c }) => String(Ext__c)).sort();
    },
    async watchJobs() {
      const known = new Set((await jobs()).map(({ id }) => id));
      return {
        waitFor: (isWanted) => poll(async () => (await jobs()).find((job) => !known.has(job.id) && isWanted(job))),
      };
    },
    openJobs: async () => (await jobs()).filter(({ state }) => state === 'Open').map(({ id }) => id),
    async close() {
      await salesforce[Symbol.asyncDispose]();
      await org.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function poll<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(15)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('what was waited for did not come');
}

function createScene(org: OrgProgram, folder: string, place: Place): Scene {
  const { name, body = upsertBody, count = 3, isBad = () => false, database, environment = {} } = place;
  const prefix = `${name}-`;
  mkdirSync(folder, { recursive: true });
  writeConnection(folder, org, database);
  writeAccounts(join(folder, 'accounts.csv'), { count, prefix, isBad });
  const file = writeInterface(folder, 'accounts', body);
  const secret = org.consumerSecret;
  const start = (act: string | null, means: Means = {}) => startRun(act, { folder, secret, environment, ...means });
  const expect = async (running: Running, expected: Expected) => {
    const { finished } = await expectEnd(running, expected, secret);
    await checkLedger(folder, finished);
    return finished;
  };
  return {
    folder,
    file,
    prefix,
    start: (means) => start(file, means),
    run: (expected, means) => expect(start(file, means), expected),
    resume: (expected, means) => expect(start(null, means), expected),
    expect,
  };
}

/** read = sent + rejected here, sent = succeeded + rejected there + unknown: by the rows of the ledger, one by one. */
async function checkLedger(folder: string, finished: Finished | undefined): Promise<void> {
  const [report] = finished?.runs ?? [];
  if (!report || report.status === 'failed' || report.status === 'cancelled') return;
  await using ledger = openLedger(join(folder, 'data'));
  const rows = [...ledger.readRows(Number(report.run))];
  const count = (outcome: string, by?: string) =>
    rows.filter((row) => row.outcome === outcome && (by === undefined || row.rejectedBy === by)).length;
  const { read, sent, succeeded, rejected, unknown } = report.rows;
  assert.equal(rows.length, read, 'the ledger has every row that was read');
  assert.deepEqual(
    [count('succeeded'), count('rejected'), count('unknown'), count('rejected', 'sluice')],
    [succeeded, rejected, unknown, read - sent],
  );
  for (const row of rows) if (row.outcome === 'rejected') assert.ok(row.code && row.message, row.key);
}

export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, row) => `${prefix}${row}`).sort();
