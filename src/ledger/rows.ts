/** The account of rows: each row's key, what became of it, and who said so. */
import type { Row, SqliteFile } from '../store/index.ts';

export type RowEntry =
  | { outcome: 'succeeded'; key: string; salesforceId: string; created: boolean }
  | {
      outcome: 'rejected';
      key: string;
      by: 'sluice' | 'salesforce';
      code: string;
      message: string;
      fields: readonly string[];
      salesforceId?: string | undefined;
      /** Column name to the cell that was to be sent. */
      cells: Readonly<Record<string, string>>;
    }
  | { outcome: 'unknown'; key: string; code: string; message: string; cells: Readonly<Record<string, string>> };

export type RowRecord = {
  run: number;
  interface: string;
  chunk: number;
  key: string;
  outcome: 'succeeded' | 'rejected' | 'unknown';
  salesforceId: string | null;
  created: boolean | null;
  rejectedBy: 'sluice' | 'salesforce' | null;
  code: string | null;
  message: string | null;
  fields: readonly string[];
  cells: Readonly<Record<string, string>> | null;
  jobId: string | null;
  runStartedAt: number;
};

/** A row as its chunk has it, at its place there, from 1 on. */
export type PlacedRow = Omit<RowRecord, 'run' | 'interface' | 'chunk' | 'jobId' | 'runStartedAt'> & { place: number };

export type RowReader = {
  /** Rejected rows first to last, then the unknown ones; read as they are asked for. */
  readRejects(run: number): Iterable<RowRecord>;
  readRows(run: number): Iterable<RowRecord>;
  /** Rows of one chunk behind a place, in their order, at most so many. */
  readChunkRows(chunk: RowPlace, options: { behind: number; limit: number }): PlacedRow[];
  /** What became of the row with this key, newest run first. */
  findRow(key: string, options?: { interface?: string; limit?: number }): RowRecord[];
};

export type RowPlace = { run: number; chunk: number };

const rowColumns = `rows.*, runs.interface, runs.started_at, chunks.job_id
  FROM rows JOIN runs ON runs.id = rows.run LEFT JOIN chunks ON chunks.run = rows.run AND chunks.number = rows.chunk`;

export function rowReader(store: SqliteFile): RowReader {
  return {
    *readRejects(run) {
      for (const outcome of ['rejected', 'unknown']) {
        const sql = `SELECT ${rowColumns} WHERE rows.run = $run AND outcome = $outcome AND outcome <> 'succeeded' ORDER BY rows.chunk, ordinal`;
        for (const row of store.iterate(sql, { run, outcome })) yield recordOf(row);
      }
    },
    *readRows(run) {
      const sql = `SELECT ${rowColumns} WHERE rows.run = $run ORDER BY rows.chunk, ordinal`;
      for (const row of store.iterate(sql, { run })) yield recordOf(row);
    },
    readChunkRows({ run, chunk }, { behind, limit }) {
      const sql =
        'SELECT * FROM rows WHERE run = $run AND chunk = $chunk AND ordinal > $behind ORDER BY ordinal LIMIT $limit';
      return store.all(sql, { run, chunk, behind, limit }).map(placedOf);
    },
    findRow(key, { interface: name, limit = 100 } = {}) {
      const sql = `SELECT ${rowColumns} WHERE key = $key AND ($name IS NULL OR runs.interface = $name) ORDER BY rows.run DESC LIMIT $limit`;
      return store.all(sql, { key, name: name ?? null, limit }).map(recordOf);
    },
  };
}

/** Rows written by one statement: half the time of one at a time. */
const rowsTogether = 64;
const valuesARow = 3;

/** What fails ends the whole transaction anyway, and without OR ROLLBACK SQLite would keep a journal for each statement by itself. */
const insertSucceeded =
  'INSERT OR ROLLBACK INTO rows (run, chunk, ordinal, key, outcome, salesforce_id, created) VALUES';
const manySucceeded = `${insertSucceeded} ${Array.from({ length: rowsTogether }, (_, place) => `(?1, ?2, ?3 + ${place}, ?, 'succeeded', ?, ?)`).join(', ')}`;

export type RowWriter = {
  add(entry: RowEntry): void;
  /** Writes what is still held back; to be called before the transaction ends. */
  flush(): void;
};

/** Adds entries to a chunk inside a transaction, in their order, counting on from what the chunk has already. */
export function createRowWriter(store: SqliteFile, { run, chunk }: RowPlace): RowWriter {
  const many = store.prepare(manySucceeded);
  const one = store.prepare(`${insertSucceeded} (?, ?, ?, ?, 'succeeded', ?, ?)`);
  const other = store.prepare(
    `INSERT INTO rows (run, chunk, ordinal, key, outcome, salesforce_id, rejected_by, code, message, fields, cells)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const last = store.prepare('SELECT MAX(ordinal) AS last FROM rows WHERE run = ? AND chunk = ?').get(run, chunk);
  let ordinal = Number(last?.last ?? 0);
  /** Key, Salesforce id and created of each row, one behind the other. */
  let waiting: (string | number)[] = [];

  function flush(): void {
    if (waiting.length === rowsTogether * valuesARow) {
      many.run(run, chunk, ordinal + 1, ...waiting);
      ordinal += rowsTogether;
    } else {
      for (let at = 0; at < waiting.length; at += valuesARow)
        one.run(run, chunk, ++ordinal, ...waiting.slice(at, at + valuesARow));
    }
    waiting = [];
  }

  function add(entry: RowEntry): void {
    const { key, outcome } = entry;
    if (outcome === 'succeeded') {
      waiting.push(key, entry.salesforceId, entry.created ? 1 : 0);
      if (waiting.length === rowsTogether * valuesARow) flush();
      return;
    }
    flush();
    ordinal++;
    const rejected = outcome === 'rejected';
    const salesforceId = rejected ? (entry.salesforceId ?? null) : null;
    const by = rejected ? entry.by : null;
    const fields = rejected && entry.fields.length > 0 ? JSON.stringify(entry.fields) : null;
    const { code, message, cells } = entry;
    other.run(run, chunk, ordinal, key, outcome, salesforceId, by, code, message, fields, JSON.stringify(cells));
  }

  return { add, flush };
}

function recordOf(row: Row): RowRecord {
  const { place: _, ...placed } = placedOf(row);
  return {
    run: Number(row.run),
    interface: String(row.interface),
    chunk: Number(row.chunk),
    ...placed,
    jobId: row.job_id === null ? null : String(row.job_id),
    runStartedAt: Number(row.started_at),
  };
}

/** Called for each row of each run that is reported: numbers, texts and nulls as SQLite has them. */
function placedOf(row: Row): PlacedRow {
  const { ordinal, key, outcome, salesforce_id, created, rejected_by, code, message, fields, cells } = row as StoredRow;
  return {
    place: ordinal,
    key,
    outcome,
    salesforceId: salesforce_id,
    created: created === null ? null : created === 1,
    rejectedBy: rejected_by,
    code,
    message,
    fields: fields === null ? [] : JSON.parse(fields),
    cells: cells === null ? null : JSON.parse(cells),
  };
}

type StoredRow = {
  ordinal: number;
  key: string;
  outcome: RowRecord['outcome'];
  salesforce_id: string | null;
  created: number | null;
  rejected_by: RowRecord['rejectedBy'];
  code: string | null;
  message: string | null;
  fields: string | null;
  cells: string | null;
};
