/** What happened, when: one line for every arrow of a chunk's life and every turn of a run. */
import type { Clock } from '../base/index.ts';
import type { SqliteFile } from '../store/index.ts';

export type Happening = { run: number; chunk?: number; what: string; detail?: Readonly<Record<string, unknown>> };
export type LedgerEvent = {
  run: number;
  chunk: number | null;
  at: number;
  what: string;
  detail: Record<string, unknown>;
};

/** Writes inside the transaction of what it tells of. */
export type EventWriter = (happening: Happening) => void;

/** What every account of the ledger writes with. */
export type Writing = { store: SqliteFile; clock: Clock; event: EventWriter };

export type EventReader = {
  /** In the order they happened. */
  listEvents(run: number): LedgerEvent[];
  /** When this first happened to a chunk. */
  findMoment(chunk: { run: number; number: number }, what: string): number | null;
};

export function createEventWriter(store: SqliteFile, clock: Clock): EventWriter {
  return ({ run, chunk, what, detail }) => {
    store.run('INSERT INTO events (run, chunk, at, what, detail) VALUES ($run, $chunk, $at, $what, $detail)', {
      run,
      chunk: chunk ?? null,
      at: clock.now(),
      what,
      detail: detail ? JSON.stringify(detail) : null,
    });
  };
}

export function eventReader(store: SqliteFile): EventReader {
  return {
    listEvents: (run) =>
      store.all('SELECT run, chunk, at, what, detail FROM events WHERE run = $run ORDER BY id', { run }).map((row) => ({
        run: Number(row.run),
        chunk: row.chunk === null ? null : Number(row.chunk),
        at: Number(row.at),
        what: String(row.what),
        detail: row.detail === null ? {} : JSON.parse(String(row.detail)),
      })),
    findMoment({ run, number }, what) {
      const sql = 'SELECT MIN(at) AS at FROM events WHERE run = $run AND chunk = $number AND what = $what';
      const at = store.get(sql, { run, number, what })?.at;
      return typeof at === 'number' ? at : null;
    },
  };
}
