/** Named moments of a run, told before and after each arrow's transaction. */
import type { ChunkRef } from '../ledger/index.ts';

/**
 * `…:answered`: the act is done and the ledger does not know yet. `…:recorded`: the ledger knows, on disk.
 * The list is in the order of a chunk's life; tests kill the process at every one of them.
 */
export const moments = [
  'run:recorded',
  'planned:recorded',
  'spooled:answered',
  'spooled:recorded',
  'committed:answered',
  'committed:recorded',
  'intended:recorded',
  'created:answered',
  'created:recorded',
  'uploaded:answered',
  'uploaded:recorded',
  'sent:answered',
  'closed:answered',
  'closed:recorded',
  'polled:answered',
  'polled:recorded',
  'fetched:answered',
  'fetched:recorded',
  'reconciled:answered',
  'reconciled:recorded',
  'ended:recorded',
] as const;

export type Moment = (typeof moments)[number];

export type Observe = (moment: Moment, chunk?: ChunkRef) => void;
