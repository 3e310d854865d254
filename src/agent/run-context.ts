/** What every step of a run works with. */
import type { Clock, Log } from '../base/index.ts';
import type { ChunkRef, Ledger } from '../ledger/index.ts';
import type { RowKey } from '../mapping/index.ts';
import type { Salesforce, SObjectDescribe } from '../salesforce/index.ts';
import type { Backlog } from './backlog.ts';
import { createGate, type Gate } from './gate.ts';
import type { Observe } from './observe.ts';
import type { ProgressTeller } from './progress.ts';
import type { Spool } from './spool.ts';
import type { SpoolSums } from './spool-sums.ts';

export type Operation = 'insert' | 'update' | 'upsert' | 'delete';

export type Target = {
  object: string;
  operation: Operation;
  externalId: string | null;
  describe: SObjectDescribe;
};

export type Gates = {
  /** One at a time: an unanswered create is looked for among the org's jobs, and must not be taken for another's. */
  create: Gate;
  upload: Gate;
  /** From closing a job until it has ended. */
  process: Gate;
  fetch: Gate;
  reconcile: Gate;
};

export type RunContext = {
  run: number;
  ledger: Ledger;
  salesforce: Salesforce;
  spool: Spool;
  target: Target;
  header: readonly string[];
  key: RowKey;
  clock: Clock;
  random: () => number;
  log: Log | undefined;
  signal: AbortSignal;
  observe: Observe;
  progress: ProgressTeller;
  gates: Gates;
  /** Resolves at the run's commit point; no job is closed before. */
  committed: Promise<void>;
  /** Chunks whose bytes have not gone up yet. */
  uploads: Backlog;
  sums: SpoolSums;
  /** Jobs made by this process to which nothing was sent yet. */
  freshJobs: Set<string>;
  /** Chunks that came back with locked rows. */
  lockedChunks: { count: number };
  /** False when several agents share the run-as user: an open job nobody knows may then be another agent's. */
  abortOrphans: boolean;
};

/** Jobs in Salesforce's hands at once, when rows do not share parents. */
export const parallelJobs = 8;

export function createGates({ serial }: { serial: boolean }): Gates {
  return {
    create: createGate(1),
    upload: createGate(2),
    process: createGate(serial ? 1 : parallelJobs),
    fetch: createGate(2),
    reconcile: createGate(1),
  };
}

export const refOf = ({ run, number }: ChunkRef): ChunkRef => ({ run, number });
