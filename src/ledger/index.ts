/**
 * ledger: the durable account of runs, chunks and rows, from which any run can be resumed and any row explained.
 * Rule: every arrow of a chunk's life is one function named by what happened, and one transaction that is on disk when it returns.
 * Read ledger.ts first, then sql/000001.sql.
 */
export {
  type Chunk,
  type ChunkCounts,
  type ChunkRef,
  type ChunkState,
  type JobEnd,
  notSent,
  type Reconciling,
  type RetryChunk,
} from './chunks.ts';
export type { LedgerEvent } from './events.ts';
export type { EndedRun } from './forgotten.ts';
export { lockInterface } from './interface-lock.ts';
export { type Ledger, openLedger } from './ledger.ts';
export type { LoadedCounts } from './outbound.ts';
export type { PlacedRow, RowEntry, RowRecord } from './rows.ts';
export type { Mode, NewRun, RowCounts, Run, RunEnding, RunError, RunStatus } from './runs.ts';
