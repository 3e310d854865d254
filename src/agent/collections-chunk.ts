/** A chunk's life over the collections API: at most 200 rows, one call, and no job to ask when the answer is lost. */
import { findPaceOfRow, paces, pauseMs, withRetry } from '../base/index.ts';
import type { Chunk, ChunkRef } from '../ledger/index.ts';
import { createRowDigest } from '../mapping/index.ts';
import { type RowResult, SalesforceError } from '../salesforce/index.ts';
import { openCsvFile } from './csv-rows.ts';
import { type Found, findInserted } from './inserted-rows.ts';
import {
  type Add,
  afterReconciling,
  countsOf,
  createTally,
  namedCells,
  settleEmptyChunk,
  settleRefused,
  type Tally,
} from './reconcile.ts';
import { createRecordMaker } from './record-json.ts';
import { createRetryWriter } from './retry-chunk.ts';
import { type RunContext, refOf } from './run-context.ts';

export const maxCollectionRows = 200;

/** What a delete says of a record that is gone: after a lost answer, that is the wish fulfilled. */
const goneCodes = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']);

export type Row = readonly string[];

/** What is known of a row: Salesforce's answer, or that there is none and none can be found. */
type Outcome = RowResult | { success: null };

/** Takes the chunk from wherever the ledger has it to `reconciled`. */
export async function carryCollection(context: RunContext, ref: ChunkRef): Promise<void> {
  const { clock, random, log, signal, ledger, committed } = context;
  await committed;
  const chunk = ledger.getChunk(ref);
  if (chunk.state !== 'spooled') return;
  const waitMs = (chunk.notBefore ?? 0) - clock.now();
  if (waitMs > 0) await clock.sleep(waitMs, { signal });
  await context.gates.process.use(() =>
    withRetry(() => sendChunk(context, ledger.getChunk(ref)), {
      repeatable: true,
      what: `chunk ${ref.number} of run ${ref.run}`,
      clock,
      random,
      log,
      signal,
    }),
  );
}

/** An intent that is there already was not answered: upsert and update are sent again, since twice has the effect of once. */
async function sendChunk(context: RunContext, chunk: Chunk): Promise<void> {
  if (chunk.rows === 0) return settleEmptyChunk(context, chunk);
  const { ledger, salesforce, signal, observe } = context;
  const rows = await readRows(context, chunk);
  const doubtSince = chunk.intentAt;
  const at = await salesforce.serverTimeMs({ signal });
  await ledger.sendingIntended(chunk, { at });
  observe('intended:recorded', refOf(chunk));
  if (doubtSince !== null)
    await ledger.eventNoted({ ...eventOf(chunk), what: 'answer lost', detail: { next: afterDoubt(context) } });
  const outcomes = await outcomesOf(context, rows, doubtSince);
  if (chunk.parent === null) context.progress.add({ sent: chunk.rows });
  observe('sent:answered', refOf(chunk));
  await record(context, chunk, { rows, outcomes });
  observe('reconciled:recorded', refOf(chunk));
}

const eventOf = ({ run, number }: Chunk) => ({ run, chunk: number });

function afterDoubt({ target }: RunContext): string {
  if (target.operation === 'insert') return 'the rows are looked up before the rest is sent';
  if (target.operation === 'delete') return 'sent again; what is gone counts as deleted';
  return 'sent again; rows the lost call created now count as updated';
}

async function readRows({ spool }: RunContext, chunk: Chunk): Promise<Row[]> {
  const { batches } = await openCsvFile(spool.path(chunk.file));
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

async function outcomesOf(context: RunContext, rows: readonly Row[], doubtSince: number | null): Promise<Outcome[]> {
  const { operation } = context.target;
  if (doubtSince === null || operation === 'update' || operation === 'upsert') return save(context, rows);
  if (operation === 'delete')
    return (await save(context, rows)).map((result, index) => deletedAfterAll(result, rows[index]));
  return await insertAfterDoubt(context, rows, doubtSince);
}

function deletedAfterAll(result: RowResult, row: Row | undefined): RowResult {
  if (result.success || !result.errors.some(({ statusCode }) => goneCodes.has(statusCode))) return result;
  return { success: true, id: result.id ?? row?.[0] ?? '', created: false };
}

/**
 * Rows that can be looked up are, and only those not found are sent; a duplicate of one that came to light meanwhile is that
 * row itself. Rows that cannot be looked up stay unknown.
 */
async function insertAfterDoubt(context: RunContext, rows: readonly Row[], since: number): Promise<Outcome[]> {
  const found = await findInserted(context, rows, since);
  const open = rows.filter((_, index) => found[index] === 'absent');
  const results = await save(context, open);
  const again = results.some((result) => isDuplicate(result)) ? await findInserted(context, open, since) : [];
  const settled = results.map((result, index) => (isDuplicate(result) ? (asInserted(again[index]) ?? result) : result));
  return found.map((entry) => {
    if (entry === 'absent') return settled.shift() ?? { success: null };
    return asInserted(entry) ?? { success: null };
  });
}

function asInserted(found: Found | undefined): RowResult | undefined {
  return typeof found === 'object' ? { success: true, id: found.id, created: true } : undefined;
}

function isDuplicate(result: RowResult): boolean {
  return !result.success && result.errors.some(({ statusCode }) => statusCode === 'DUPLICATE_VALUE');
}

/**
 * A value that does not fit its field makes Salesforce refuse the whole call while reading its JSON, before any row was saved.
 * Halving finds the row, and the others go on.
 */
async function save(context: RunContext, rows: readonly Row[]): Promise<RowResult[]> {
  if (rows.length === 0) return [];
  const { salesforce, target, header, signal } = context;
  const makeRecord = createRecordMaker(header, target.describe);
  const { object, operation, externalId } = target;
  try {
    const records = rows.map(makeRecord);
    return await salesforce.saveCollection({
      operation,
      object,
      ...(externalId && operation === 'upsert' ? { externalIdField: externalId } : {}),
      records,
      allOrNone: false,
      signal,
    });
  } catch (error) {
    const refusal = unreadable(error);
    if (!refusal) throw error;
    if (rows.length === 1) return [{ success: false, id: null, errors: [refusal] }];
    const half = Math.ceil(rows.length / 2);
    return [...(await save(context, rows.slice(0, half))), ...(await save(context, rows.slice(half)))];
  }
}

function unreadable(error: unknown): { statusCode: string; message: string; fields: string[] } | null {
  if (!(error instanceof SalesforceError) || error.status !== 400 || error.inDoubt) return null;
  const sent = error.errors.find(({ errorCode }) => errorCode === 'JSON_PARSER_ERROR');
  return sent ? { statusCode: sent.errorCode, message: sent.message, fields: [...(sent.fields ?? [])] } : null;
}

type Answered = { rows: readonly Row[]; outcomes: readonly Outcome[] };

/** The collections API answers in the order of the records: the one place where a row is known by its position. */
async function record(context: RunContext, chunk: Chunk, answered: Answered): Promise<void> {
  let tally = createTally();
  await context.ledger.chunkReconciled(chunk, async (add) => {
    tally = createTally();
    answered.rows.forEach((row, index) => {
      settle(context, chunk, { row, outcome: answered.outcomes[index] ?? { success: null }, add, tally });
    });
    const retry = tally.again.size > 0 ? await writeRetry(context, chunk, tally) : undefined;
    return { counts: countsOf(tally), retry };
  });
  await afterReconciling(context, chunk, tally);
}

type Settling = { row: Row; outcome: Outcome; add: Add; tally: Tally };

function settle(context: RunContext, chunk: Chunk, { row, outcome, add, tally }: Settling): void {
  const { header } = context;
  const places = header.map((_, index) => index);
  const key = context.key.of(row);
  const cells = () => namedCells(header, places, row);
  if (outcome.success === null) {
    const message =
      'The answer to this insert was lost, and no unique field is mapped by which the record could be looked up.';
    add({ outcome: 'unknown', key, code: 'ANSWER_LOST', message, cells: cells() });
    tally.unknown++;
    return;
  }
  if (outcome.success) {
    add({ outcome: 'succeeded', key, salesforceId: outcome.id, created: outcome.created });
    tally.succeeded++;
    if (outcome.created) tally.created++;
    return;
  }
  const [{ statusCode, message, fields } = { statusCode: 'UNKNOWN_EXCEPTION', message: '', fields: [] }] =
    outcome.errors;
  const digest = createRowDigest();
  digest.take(row, places);
  const error = { code: statusCode, message, fields };
  settleRefused(chunk, {
    error,
    pace: findPaceOfRow(statusCode),
    key,
    salesforceId: outcome.id ?? undefined,
    digest: () => digest.text(),
    cells,
    add,
    tally,
  });
}

async function writeRetry(context: RunContext, chunk: Chunk, tally: Tally) {
  const writer = await createRetryWriter(context, chunk);
  await writer.copy(tally.again);
  const notBefore = Math.round(
    context.clock.now() + pauseMs(paces[tally.pace ?? 'fault'], chunk.try, context.random()),
  );
  return await writer.finish({ try: chunk.try + 1, notBefore });
}
