/** The ledger: one file that holds runs, chunks, rows and events, written by functions named by what happened. */
import { join } from 'node:path';
import { type Clock, systemClock } from '../base/index.ts';
import { openSqliteFile, type StoreErrors } from '../store/index.ts';
import { type ChunkAccount, chunkAccount } from './chunks.ts';
import { createEventWriter, type EventReader, eventReader } from './events.ts';
import { type Forgetting, forgetting } from './forgotten.ts';
import { type OutboundAccount, outboundAccount } from './outbound.ts';
import { type RowReader, rowReader } from './rows.ts';
import { type RunAccount, runAccount } from './runs.ts';

export type Ledger = AsyncDisposable &
  RunAccount &
  OutboundAccount &
  ChunkAccount &
  RowReader &
  Forgetting &
  EventReader & {
    /** The folder the ledger lies in; spool files and locks lie beside it. */
    readonly folder: string;
    readonly file: string;
  };

const errors: StoreErrors = { tooNew: 'LEDGER_TOO_NEW', locked: 'LEDGER_LOCKED', full: 'LEDGER_FULL' };

/**
 * Opens `ledger.sqlite` in this folder, made on first use. Several processes may have it open at once.
 *
 * Errors: LEDGER_TOO_NEW, LEDGER_LOCKED, FILE_UNREADABLE.
 *
 * @example await using ledger = openLedger('.sluice');
 */
export function openLedger(folder: string, { clock = systemClock }: { clock?: Clock } = {}): Ledger {
  const store = openSqliteFile({ folder, name: 'ledger.sqlite', migrations: join(import.meta.dirname, 'sql'), errors });
  const writing = { store, clock, event: createEventWriter(store, clock) };
  return {
    folder,
    file: store.file,
    ...runAccount(writing),
    ...outboundAccount(writing),
    ...chunkAccount(writing),
    ...rowReader(store),
    ...forgetting(writing),
    ...eventReader(store),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
