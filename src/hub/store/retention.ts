/** Forgets what has ended, by age and by size, a slice at a time; what waits or is under way is never touched. */
import type { Row, SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { type Count, mostCounted } from './message-counts.ts';
import { countOldReports, forgetReports } from './old-reports.ts';
import { changeRules, type KeptRules, type RetentionRules, readRules } from './retention-rules.ts';
import { forgetBuckets } from './throughput.ts';

/** What would go now. `tooMany` and `tooLarge` come on top of what goes by age; `tooLarge` is about so many. */
export type RetentionPreview = {
  completed: Count;
  failed: Count;
  tooMany: number;
  tooLarge: number;
  runs: number;
  reports: number;
  messages: number;
  bytes: number;
};

/** `buckets`: of rows over time, which no chart shows any more. */
export type Forgotten = { messages: number; calls: number; runs: number; reports: number; buckets: number };

export type Retention = {
  rules(): KeptRules;
  /** Throws ApiRefused 409 when the version is no longer the present one. */
  change(by: string, rules: RetentionRules, version: number): Promise<KeptRules>;
  /** What the store takes now. */
  bytes(): number;
  preview(rules: RetentionRules): RetentionPreview;
  /** Whether this process is to forget now: one does so each time. */
  begin(everyMs: number): Promise<boolean>;
  /** Whether that time has come. */
  isDue(everyMs: number): boolean;
  /** Between the slices others have their turn: `between` is awaited, and ends it early when it gives false. */
  forget(between: () => Promise<boolean>): Promise<Forgotten>;
};

const lastPass = 'retentionPass';

export function retentionTable(writing: Writing): Retention {
  const { store, clock } = writing;
  const isDue = (everyMs: number) => {
    const at = store.get('SELECT changed_at AS "at" FROM hub_setting WHERE name = :name', { name: lastPass })?.at;
    return at === undefined || clock.now() - Number(at) >= everyMs;
  };
  return {
    isDue,
    rules: () => readRules(store),
    async change(by, rules, version) {
      await changeRules(writing, store, { by, rules, version });
      return readRules(store);
    },
    bytes: () => bytesOf(store),
    preview: (rules) => preview(store, rules, clock.now()),
    begin: (everyMs) =>
      store.write(() => {
        if (!isDue(everyMs)) return false;
        const sql = `INSERT INTO hub_setting (name, value, changed_at, changed_by) VALUES (:name, 'null', :now, 'the hub')
          ON CONFLICT (name) DO UPDATE SET changed_at = :now, version = version + 1`;
        store.run(sql, { name: lastPass, now: clock.now() });
        return true;
      }),
    forget: (between) => forget(store, { rules: readRules(store), now: clock.now(), between }),
  };
}

const dayMs = 24 * 60 * 60_000;
const sliceRows = 1_000;

type Forgetting = { rules: RetentionRules; now: number; between: () => Promise<boolean> };
type Ended = 'Completed' | 'Cancelled' | 'Failed';

async function forget(store: SqliteFile, { rules, now, between }: Forgetting): Promise<Forgotten> {
  const forgotten: Forgotten = { messages: 0, calls: 0, runs: 0, reports: 0, buckets: 0 };
  /** Slices until one is not full; false when it was ended early. */
  const slices = async (what: keyof Forgotten, slice: () => number): Promise<boolean> => {
    for (let full = true; full; ) {
      const gone = await store.write(slice);
      forgotten[what] += gone;
      full = gone === sliceRows;
      if (!(await between())) return false;
    }
    return true;
  };
  for (const status of ['Completed', 'Cancelled', 'Failed'] as const) {
    const before = endOfLife(rules, status, now);
    if (before !== null && !(await slices('messages', () => forgetOlder(store, { status, before, now }))))
      return forgotten;
  }
  let surplus = surplusOf(store, rules);
  const shrink = () => {
    const gone = forgetOldest(store, Math.min(sliceRows, surplus), now);
    surplus -= gone;
    return gone;
  };
  if (surplus > 0 && !(await slices('messages', shrink))) return forgotten;
  const emptied = () => forgetCalls(store, now);
  if (!(await slices('calls', emptied))) return forgotten;
  const lighten = () => {
    if (bytesOf(store) <= (rules.mostBytes ?? Number.POSITIVE_INFINITY)) return 0;
    forgotten.calls += emptied();
    return forgetOldest(store, sliceRows, now);
  };
  if (!(await slices('messages', lighten)) || !(await slices('calls', emptied))) return forgotten;
  if (!(await slices('runs', () => forgetRuns(store, rules, now)))) return forgotten;
  if (!(await slices('reports', () => forgetReports(store, endsOfReports(rules, now), sliceRows)))) return forgotten;
  await slices('buckets', () => forgetBuckets(store, now, sliceRows));
  return forgotten;
}

/** What came to its end before this is too old; null: nothing is. */
function endOfLife({ completedDays, failedDays }: RetentionRules, status: Ended, now: number): number | null {
  const days = status === 'Failed' ? failedDays : completedDays;
  return days === null ? null : now - days * dayMs;
}

/** A parent whose children still wait for it stays. */
const isFree = `NOT EXISTS (SELECT 1 FROM message AS child
  WHERE child.parent_id = message.id AND child.status IN ('New', 'Pending', 'Processing'))`;

function olderOnes(columns: string, status: Ended): string {
  return `SELECT ${columns} FROM message INDEXED BY message_settled
    WHERE status = '${status}' AND settled_at IS NOT NULL AND settled_at < :before AND ${isFree}`;
}

type Older = { status: Ended; before: number; now: number };

function forgetOlder(store: SqliteFile, { status, before, now }: Older): number {
  const sql = `${olderOnes('id, call_id', status)} ORDER BY settled_at LIMIT ${sliceRows}`;
  return forgetMessages(store, store.prepare(sql).all({ before }) as Row[], now);
}

/** Failed ones last: somebody may still have to see to them. */
function forgetOldest(store: SqliteFile, atMost: number, now: number): number {
  const oldest = (
    status: Ended,
  ) => `SELECT * FROM (SELECT id, call_id, settled_at FROM message INDEXED BY message_settled
    WHERE status = '${status}' AND settled_at IS NOT NULL AND ${isFree} ORDER BY settled_at, id LIMIT :atMost)`;
  const first = `${oldest('Completed')} UNION ALL ${oldest('Cancelled')} ORDER BY settled_at, id LIMIT :atMost`;
  const rows = store.prepare(first).all({ atMost }) as Row[];
  const left = atMost - rows.length;
  const failed = left > 0 ? (store.prepare(oldest('Failed')).all({ atMost: left }) as Row[]) : [];
  return forgetMessages(store, [...rows, ...failed], now);
}

/** A call whose last message goes is noted down, and goes next. */
function forgetMessages(store: SqliteFile, rows: readonly Row[], now: number): number {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  store.run('DELETE FROM message_event WHERE message_id IN (SELECT value FROM json_each(:ids))', { ids });
  store.run('DELETE FROM message WHERE id IN (SELECT value FROM json_each(:ids))', { ids });
  const calls = JSON.stringify([...new Set(rows.map((row) => row.call_id).filter((id) => id !== null))]);
  const emptied = `UPDATE call SET emptied_at = :now WHERE id IN (SELECT value FROM json_each(:calls)) AND state = 'ready'
    AND NOT EXISTS (SELECT 1 FROM message WHERE message.call_id = call.id)`;
  store.run(emptied, { calls, now });
  return rows.length;
}

/** Those without messages, but not while the answer to one may have to be given again, or its run is open. */
function forgetCalls(store: SqliteFile, now: number): number {
  const sql = `DELETE FROM call WHERE id IN (SELECT id FROM call WHERE emptied_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM kept_answer WHERE kept_answer.call_id = call.id AND kept_until > :now)
      AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = call.run_id AND run.state <> 'ended')
    ORDER BY id LIMIT ${sliceRows})`;
  return store.run(sql, { now }).changes;
}

const countMessages = 'SELECT count(*) AS n FROM message';

/** How many there are above what is allowed. Counted only where there may be too many. */
function surplusOf(store: SqliteFile, { mostMessages }: RetentionRules): number {
  if (mostMessages === null) return 0;
  const ends = store.get('SELECT (SELECT max(id) FROM message) AS last, (SELECT min(id) FROM message) AS first');
  if (Number(ends?.last ?? 0) - Number(ends?.first ?? 0) < mostMessages) return 0;
  return Math.max(0, Number(store.get(countMessages)?.n) - mostMessages);
}

/** Of the whole store; what was freed inside it is used again. */
function bytesOf(store: SqliteFile): number {
  const sql = `SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size`;
  return Number(store.prepare(sql).get()?.bytes);
}

const deadRuns = `SELECT id FROM run WHERE state = 'ended' AND ended_at < CASE status WHEN 'completed' THEN :completed ELSE :failed END
  AND NOT EXISTS (SELECT 1 FROM message INDEXED BY message_of_run WHERE message.run_id = run.id)
  AND NOT EXISTS (SELECT 1 FROM run AS next WHERE next.after_id = run.id AND next.state <> 'ended')`;

/** Those without messages, when they are as old as messages may become. */
function forgetRuns(store: SqliteFile, rules: RetentionRules, now: number): number {
  const rows = store.prepare(`${deadRuns} ORDER BY id LIMIT ${sliceRows}`).all(endsOfRuns(rules, now)) as Row[];
  store.run('DELETE FROM run WHERE id IN (SELECT value FROM json_each(:ids))', {
    ids: JSON.stringify(rows.map(({ id }) => id)),
  });
  return rows.length;
}

function endsOfRuns(rules: RetentionRules, now: number) {
  return { completed: endOfLife(rules, 'Completed', now) ?? 0, failed: endOfLife(rules, 'Failed', now) ?? 0 };
}

function endsOfReports(rules: RetentionRules, now: number) {
  return { usual: endOfLife(rules, 'Completed', now), other: endOfLife(rules, 'Failed', now) };
}

function preview(store: SqliteFile, rules: RetentionRules, now: number): RetentionPreview {
  const parts = (['Completed', 'Cancelled', 'Failed'] as const).map((status) =>
    countOlder(store, rules, { status, now }),
  );
  const [completed, cancelled, failed] = parts.map(({ count }) => count) as [number, number, number];
  const messages = Number(store.get(countMessages)?.n);
  const bytes = bytesOf(store);
  const byAge = completed + cancelled + failed;
  const tooMany = rules.mostMessages === null ? 0 : Math.max(0, messages - byAge - rules.mostMessages);
  const left = messages - byAge - tooMany;
  const bytesLeft = messages === 0 ? 0 : (bytes * left) / messages;
  const share = rules.mostBytes === null || bytesLeft <= rules.mostBytes ? 0 : 1 - rules.mostBytes / bytesLeft;
  return {
    completed: { count: completed + cancelled, more: parts[0]?.more === true || parts[1]?.more === true },
    failed: { count: failed, more: parts[2]?.more === true },
    tooMany: Math.min(tooMany, endedOnes(store) - byAge),
    tooLarge: Math.ceil(share * left),
    runs: Number(store.get(`SELECT count(*) AS n FROM (${deadRuns})`, endsOfRuns(rules, now))?.n),
    reports: countOldReports(store, endsOfReports(rules, now)),
    messages,
    bytes,
  };
}

function endedOnes(store: SqliteFile): number {
  return Number(
    store.get(`SELECT count(*) AS n FROM message INDEXED BY message_settled
        WHERE status IN ('Completed', 'Cancelled', 'Failed') AND settled_at IS NOT NULL AND ${isFree}`)?.n,
  );
}

function countOlder(store: SqliteFile, rules: RetentionRules, { status, now }: { status: Ended; now: number }): Count {
  const before = endOfLife(rules, status, now);
  if (before === null) return { count: 0, more: false };
  const count = Number(
    store.get(`SELECT count(*) AS n FROM (${olderOnes('1', status)} LIMIT ${mostCounted + 1})`, { before })?.n,
  );
  return { count: Math.min(count, mostCounted), more: count > mostCounted };
}
