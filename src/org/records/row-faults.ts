/** Refusals on purpose: a share of the rows of a save finds its record locked, as it happens under load. */
import { idAt, instancePart } from '../schema/ids.ts';
import type { SObject } from '../schema/schema.ts';
import type { Draft } from './draft.ts';
import type { Operation, RowError, RowFaults } from './records.ts';

export type FaultyRow = { object: SObject; operation: Operation; draft: Draft };

/** Asks for each row whether it is to be refused; the same seed refuses the same rows. */
export function createRowFaults(faults: RowFaults | null): (row: FaultyRow) => RowError | undefined {
  if (faults === null || faults.share <= 0) return () => undefined;
  const random = seededRandom(faults.seed ?? 1);
  return (row) => (applies(faults, row) && random() < faults.share ? lockedRow(row) : undefined);
}

function applies({ objects, operations }: RowFaults, { object, operation }: FaultyRow): boolean {
  if (operations !== undefined && !operations.includes(operation)) return false;
  return objects === undefined || objects.some((name) => name.toLowerCase() === object.name.toLowerCase());
}

function lockedRow({ object, draft }: FaultyRow): RowError {
  const id = draft.id ?? idAt(object.keyPrefix + instancePart, 0);
  const message = `unable to obtain exclusive access to this record or 1 records: ${id}`;
  return { statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] };
}

/** Mulberry32: small, and enough to spread faults. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
