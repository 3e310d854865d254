/** Rows over time: counted into buckets as they are reported, so that a chart costs the same however many messages there are. */
import type { ReportBody, ReportedRow } from '../../protocol/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const throughputSpans = ['hour', 'day', 'week'] as const;
export type ThroughputSpan = (typeof throughputSpans)[number];

/** How long each goes back, and how long one of its buckets is. */
const spans: Readonly<Record<ThroughputSpan, { forMs: number; grainMs: number }>> = {
  hour: { forMs: hourMs, grainMs: minuteMs },
  day: { forMs: dayMs, grainMs: 10 * minuteMs },
  week: { forMs: 7 * dayMs, grainMs: hourMs },
};

export type RowsMoved = Record<ReportedRow['outcome'], number>;

/** `at`: when it begins. The last one goes on still. */
export type Bucket = RowsMoved & { at: number };

export type Throughput = {
  bucketMs: number;
  /** The oldest first, without a gap. */
  buckets: Bucket[];
  total: RowsMoved;
};

export type ThroughputReader = {
  /** Of all interfaces, or of these. */
  read(span: ThroughputSpan, interfaceIds?: readonly number[]): Throughput;
};

export function throughputReader({ store, clock }: Pick<Writing, 'store' | 'clock'>): ThroughputReader {
  return {
    read(span, interfaceIds) {
      const { forMs, grainMs } = spans[span];
      const last = beginOf(clock.now(), grainMs);
      const from = last - forMs + grainMs;
      const sql = `SELECT at, sum(succeeded) AS succeeded, sum(rejected) AS rejected, sum(unknown) AS unknown FROM throughput
        WHERE grain_ms = :grainMs AND at BETWEEN :from AND :last AND (:ids IS NULL OR interface_id IN (SELECT value FROM json_each(:ids)))
        GROUP BY at`;
      const ids = interfaceIds === undefined ? null : JSON.stringify(interfaceIds);
      const found = new Map(store.all(sql, { grainMs, from, last, ids }).map((row) => [Number(row.at), countsOf(row)]));
      const buckets = Array.from({ length: forMs / grainMs }, (_, place) => {
        const at = from + place * grainMs;
        return { at, ...(found.get(at) ?? nothing) };
      });
      return { bucketMs: grainMs, buckets, total: buckets.reduce(plus, nothing) };
    },
  };
}

const nothing: RowsMoved = { succeeded: 0, rejected: 0, unknown: 0 };

const countsOf = ({ succeeded, rejected, unknown }: Row): RowsMoved => ({
  succeeded: Number(succeeded),
  rejected: Number(rejected),
  unknown: Number(unknown),
});

const plus = (one: RowsMoved, other: RowsMoved): RowsMoved => ({
  succeeded: one.succeeded + other.succeeded,
  rejected: one.rejected + other.rejected,
  unknown: one.unknown + other.unknown,
});

const beginOf = (at: number, grainMs: number) => Math.floor(at / grainMs) * grainMs;

/** `at`: by the clock of the agent. `now`: by that of the hub. */
export type Counted = { interfaceId: number; at: number; now: number; rows: RowsMoved };

const addSql = `INSERT INTO throughput VALUES (:grainMs, :at, :interfaceId, :succeeded, :rejected, :unknown)
  ON CONFLICT (grain_ms, at, interface_id) DO UPDATE SET
    succeeded = succeeded + :succeeded, rejected = rejected + :rejected, unknown = unknown + :unknown`;

/** Inside the transaction that takes the report, so that each row counts once, whatever is repeated. */
export function countRows(store: SqliteFile, { interfaceId, at, now, rows }: Counted): void {
  // A clock that runs ahead does not put rows where nobody has been yet.
  const when = Math.min(at, now);
  if (rows.succeeded + rows.rejected + rows.unknown === 0) return;
  for (const { forMs, grainMs } of Object.values(spans))
    if (when > now - forMs) store.run(addSql, { grainMs, at: beginOf(when, grainMs), interfaceId, ...rows });
}

export function sumOutcomes(rows: readonly Pick<ReportedRow, 'outcome'>[]): RowsMoved {
  const sum = { ...nothing };
  for (const { outcome } of rows) sum[outcome] += 1;
  return sum;
}

type Ended = Pick<ReportBody<'runEnded'>, 'status' | 'endedAt' | 'rows'>;

/** Rows out of Salesforce are not told one by one: they are there when their run has ended well. */
export function countRun(
  store: SqliteFile,
  { interfaceId, direction }: { interfaceId: number; direction: 'inbound' | 'outbound' },
  { status, endedAt, rows, now }: Ended & { now: number },
): void {
  if (direction === 'outbound' && status === 'completed' && rows.read > 0)
    countRows(store, { interfaceId, at: endedAt, now, rows: { ...nothing, succeeded: rows.read } });
}

/** How many buckets went that no chart shows any more; no more than `atMost`. Inside a transaction only. */
export function forgetBuckets(store: SqliteFile, now: number, atMost: number): number {
  let left = atMost;
  const sql = `DELETE FROM throughput WHERE (grain_ms, at, interface_id) IN
    (SELECT grain_ms, at, interface_id FROM throughput WHERE grain_ms = :grainMs AND at < :before LIMIT :left)`;
  for (const { forMs, grainMs } of Object.values(spans))
    left -= store.run(sql, { grainMs, before: now - forMs - grainMs, left }).changes;
  return atMost - left;
}
