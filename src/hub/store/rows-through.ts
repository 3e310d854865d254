/** Rows of a source that went through, as most do: written as messages many to a statement, in half the time of one at a time. */
import type { SqliteFile } from '../../store/index.ts';
import type { RowsOfRun } from './message-rows.ts';
import { toLongId } from './salesforce-id.ts';

type Through = { key: string; salesforceId: string | null; created: boolean | null };

export type ThroughWriter = {
  /** `offset`: of the row in its report; its id and its place follow from it. */
  add(offset: number, row: Through): void;
  /** Writes what is still held back; to be called before the transaction ends. */
  flush(): void;
};

const rowsTogether = 64;
const valuesOfReport = 9;
const valuesOfRow = 4;

/** What fails takes the whole report back anyway, and without OR FAIL SQLite would keep a journal for each statement by itself. */
const insert = `INSERT OR FAIL INTO message (id, interface_id, interface_version, run_id, arrived_at, sent_at, chunk, place, settled_at,
  key, created, salesforce_id, status, outcome) VALUES`;

function insertOf(rows: number): string {
  const values = Array.from({ length: rows }, (_, row) => {
    const at = valuesOfReport + row * valuesOfRow;
    return `(?1 + ?${at + 1}, ?2, ?3, ?4, ?5, ?6, ?7, ?8 + ?${at + 1}, ?9, ?${at + 2}, ?${at + 3}, ?${at + 4}, 'Completed', 'succeeded')`;
  });
  return `${insert} ${values.join(', ')}`;
}

const many = insertOf(rowsTogether);
const single = insertOf(1);

/** `firstId`: of the first row of the report. Inside a transaction only. */
export function writeThrough(store: SqliteFile, { run, report }: RowsOfRun, firstId: number): ThroughWriter {
  const { now, sentAt, chunk, first, settledAt } = report;
  const common = [firstId, run.interfaceId, run.interfaceVersion, run.id, now, sentAt, chunk, first, settledAt];
  /** Offset, key, created and Salesforce id of each row, one behind the other. */
  let waiting: (string | number | null)[] = [];

  function flush(): void {
    if (waiting.length === rowsTogether * valuesOfRow) store.prepare(many).run(...common, ...waiting);
    else
      for (let at = 0; at < waiting.length; at += valuesOfRow)
        store.prepare(single).run(...common, ...waiting.slice(at, at + valuesOfRow));
    waiting = [];
  }

  return {
    flush,
    add(offset, { key, created, salesforceId }) {
      const isCreated = created === null ? null : Number(created);
      waiting.push(offset, key, isCreated, salesforceId === null ? null : toLongId(salesforceId));
      if (waiting.length === rowsTogether * valuesOfRow) flush();
    },
  };
}
