/** Which reports of agents retention takes; which of them were had is known by the mark of their journal, which stays. */
import type { SqliteFile } from '../../store/index.ts';

/** What came before this goes; null: nothing does. `usual`: that an agent started, or was stopping; `other`: what may have to be seen to. */
export type ReportsEnd = { usual: number | null; other: number | null };

const usual = `kind IN ('agentStarted', 'agentStopping')`;

const old = `FROM agent_report INDEXED BY agent_report_received
  WHERE received_at < max(:usual, :other) AND received_at < CASE WHEN ${usual} THEN :usual ELSE :other END`;

const endsOf = (end: ReportsEnd) => ({ usual: end.usual ?? 0, other: end.other ?? 0 });

/** How many went; no more than `atMost`. Inside a transaction only. */
export function forgetReports(store: SqliteFile, end: ReportsEnd, atMost: number): number {
  const sql = `DELETE FROM agent_report WHERE id IN (SELECT id ${old} LIMIT :atMost)`;
  return store.run(sql, { ...endsOf(end), atMost }).changes;
}

export function countOldReports(store: SqliteFile, end: ReportsEnd): number {
  return Number(store.get(`SELECT count(*) AS n ${old}`, endsOf(end))?.n);
}
