/** Forgets runs that ended long ago, with their chunks, rows and events: a slice at a time, so that nobody waits long for their turn. */
import type { SqliteFile } from '../store/index.ts';
import type { Writing } from './events.ts';

/** Milliseconds since 1970; what ended before goes. `completed` is about runs all of whose rows went well. */
export type EndedBefore = { completed: number; other: number };

export type EndedRun = { id: number; hubRun: string | null; endedAt: number };

export type Forgetting = {
  /** The oldest first. Those that may have left a query job in the org are not among them. */
  listEnded(before: EndedBefore): EndedRun[];
  /** A part of what is known of an ended run, and the run itself in the end: true when nothing of it is left. */
  forgetSome(run: number): Promise<boolean>;
};

const sliceRows = 2_000;

export function forgetting({ store }: Writing): Forgetting {
  return {
    listEnded: (before) => [...readEnded(store, before)],
    forgetSome: (run) => store.write(() => forgetSlice(store, run)),
  };
}

/** What began after both times has not ended before them, and runs stand in the order in which they began. */
function* readEnded(store: SqliteFile, { completed, other }: EndedBefore): Generator<EndedRun> {
  const sql = `SELECT id, hub_run, status, started_at, ended_at, query_job IS NULL AND query_intent_at IS NULL AS is_clean
    FROM runs ORDER BY id`;
  for (const row of store.iterate(sql)) {
    if (Number(row.started_at) >= Math.max(completed, other)) return;
    const before = row.status === 'completed' ? completed : other;
    if (row.ended_at === null || Number(row.ended_at) >= before || row.is_clean !== 1) continue;
    const hubRun = row.hub_run === null ? null : String(row.hub_run);
    yield { id: Number(row.id), hubRun, endedAt: Number(row.ended_at) };
  }
}

const parts = [
  `DELETE FROM rows WHERE run = $run AND (chunk, ordinal) IN (SELECT chunk, ordinal FROM rows WHERE run = $run LIMIT ${sliceRows})`,
  `DELETE FROM events WHERE id IN (SELECT id FROM events WHERE run = $run LIMIT ${sliceRows})`,
  `DELETE FROM chunks WHERE run = $run AND number IN (SELECT number FROM chunks WHERE run = $run LIMIT ${sliceRows})`,
];

function forgetSlice(store: SqliteFile, run: number): boolean {
  const ended = store.prepare('SELECT ended_at FROM runs WHERE id = ?').get(run)?.ended_at;
  if (ended === null) throw new Error(`run ${run} has not ended and cannot be forgotten`);
  for (const sql of parts) if (store.run(sql, { run }).changes === sliceRows) return false;
  store.run('DELETE FROM runs WHERE id = $run', { run });
  return true;
}
