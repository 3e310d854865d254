/** For tests: the store of a hub with one integration and one interface, and runs whose rows are reported by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClockInTest, createClockInTest } from '../../base/clock-in-test.ts';
import type { ReportedRow } from '../../protocol/index.ts';
import { openSqliteFile, type Values } from '../../store/index.ts';
import { callsTable } from './calls.ts';
import { openCallsThread } from './calls-thread.ts';
import { createWriting } from './hub-store.ts';
import { integrationsTable } from './integrations.ts';
import { interfacesTable } from './interfaces.ts';
import { type RowsReport, rowsReported } from './message-rows.ts';
import { type RunEnding, runConfirmed, runEnded } from './message-runs.ts';
import { messagesTable } from './messages.ts';
import { reportsTable } from './reports.ts';
import { retentionTable } from './retention.ts';
import { throughputReader } from './throughput.ts';

export const interfaceInTest = {
  name: 'cities',
  integration: 'Places',
  sequence: 1,
  status: 'deployed' as const,
  connection: 'demo',
  source: { table: 'city' },
  object: 'City__c',
  operation: 'upsert' as const,
  externalId: 'Geoname_Id__c',
  mapping: { Geoname_Id__c: 'id', Name: 'name' },
  maxRetries: 2,
};

const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;

export async function openStoreInTest() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-messages-'));
  const store = await openBesideInTest(folder, createClockInTest());
  const close = async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...store, [Symbol.asyncDispose]: close };
}

/** The same in a folder that a hub may have open, as another process has it. */
export async function openBesideInTest(folder: string, clock: Pick<ClockInTest, 'now' | 'forward'>) {
  const migrations = join(import.meta.dirname, 'sql');
  const file = openSqliteFile({ folder, name: 'hub.sqlite', migrations, errors });
  const writing = createWriting(file, clock);
  const integration = { name: 'Places', description: null, sequence: 1, state: 'active' as const };
  const { id: integrationId } = await integrationsTable(writing).add('admin', integration);
  const kept = await interfacesTable(writing).add('admin', { integrationId, definition: interfaceInTest });
  const thread = openCallsThread({ folder, store: file, clock });
  const close = async () => {
    await thread[Symbol.asyncDispose]();
    await file[Symbol.asyncDispose]();
  };
  return {
    calls: callsTable(writing, thread),
    messages: messagesTable(writing),
    reports: reportsTable(writing),
    retention: retentionTable(writing),
    throughput: throughputReader(writing),
    file,
    clock,
    interfaceId: kept.id,
    [Symbol.asyncDispose]: close,
  };
}

export type StoreInTest = Awaited<ReturnType<typeof openBesideInTest>>;

export const sentRow: ReportedRow = {
  key: '1',
  outcome: 'succeeded',
  created: true,
  salesforceId: '001000000000001AAA',
  rejectedBy: null,
  code: null,
  reason: null,
  cells: null,
};

export function refusedRow(key: string, code = 'REQUIRED_FIELD_MISSING'): ReportedRow {
  const cells = { Geoname_Id__c: key, Name: '' };
  const reason = 'Required fields are missing: [Name]';
  return {
    ...sentRow,
    key,
    outcome: 'rejected',
    created: null,
    salesforceId: null,
    rejectedBy: 'salesforce',
    code,
    reason,
    cells,
  };
}

export function unknownRow(key: string): ReportedRow {
  return { ...refusedRow(key, 'ANSWER_LOST'), outcome: 'unknown', rejectedBy: null, reason: 'No answer came.' };
}

/** A run as it stands in the table; of records when it has a form. */
export async function addRun({ file, clock, interfaceId }: StoreInTest, form: 'source' | 'target' | null = null) {
  const sql = `INSERT INTO run (run, interface_id, interface_version, direction, agent_row, trigger, form, state, asked_at, asked_by)
    VALUES (:run, :interfaceId, 1, 'inbound', 1, :trigger, :form, 'confirmed', :now, 'admin')`;
  const run = `run-${Math.random().toString(36).slice(2)}`;
  const values: Values = { run, interfaceId, form, trigger: form === null ? 'manual' : 'records', now: clock.now() };
  const { id } = await file.write(() => file.run(sql, values));
  return { id, run, interfaceId, interfaceVersion: 1, form };
}

export type RunInTest = Awaited<ReturnType<typeof addRun>>;

/** Chance that always waits longest. */
const chance = () => 1;

const sentAt = Date.UTC(2026, 10, 21, 23);
const settledAt = sentAt + 60_000;

export function reportRows(
  { file, clock }: StoreInTest,
  run: RunInTest,
  rows: ReportedRow[],
  place: Partial<RowsReport> = {},
) {
  const report = { chunk: 0, first: 0, sentAt, settledAt, rows, now: clock.now(), chance, ...place };
  return file.write(() => rowsReported(file, run, report));
}

export function confirmRun({ file }: StoreInTest, run: RunInTest) {
  return file.write(() => runConfirmed(file, run));
}

export function endRun({ file, clock }: StoreInTest, run: RunInTest, ending: Partial<RunEnding>) {
  const whole = {
    status: 'completed',
    error: null,
    nothingProcessed: false,
    now: clock.now(),
    chance,
    ...ending,
  } as const;
  return file.write(() => {
    file.run(`UPDATE run SET state = 'ended' WHERE id = :id`, { id: run.id });
    runEnded(file, run, whole);
  });
}

/** Messages that wait, as they come in over the API. */
export async function addWaiting({ file, clock, interfaceId }: StoreInTest, run: RunInTest | null, keys: string[]) {
  const sql = `INSERT INTO message (interface_id, key, status, run_id, arrived_at, call_id, form, payload)
    VALUES (:interfaceId, :key, :status, :run, :now, 1, 'source', '{"id":"1"}')`;
  await file.write(() => {
    const common = { interfaceId, status: run === null ? 'New' : 'Pending', run: run?.id ?? null, now: clock.now() };
    for (const key of keys) file.run(sql, { ...common, key });
  });
}
