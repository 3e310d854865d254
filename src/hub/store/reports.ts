/** What agents reported: each report once, by its number in the agent's journal, without a gap, and put where it belongs. */
import type { ReportBatch } from '../../protocol/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { applyReport, type Reporter } from './apply-report.ts';
import { carryEndings } from './end-run.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';

/** `refused`: what belonged nowhere, and was kept by itself. `runs`: the rows of the runs it was about. */
export type Applied = { runs: number[]; refused: { number: number; reason: string }[] };

/**
 * `added`: how many were not here before. `missing`: how many the agent has no more. `wanted`: the number that should have come
 * first; nothing was kept.
 */
export type Kept = ({ acknowledged: number; added: number; missing: number } & Applied) | { wanted: number };

export type Reports = {
  /**
   * On disk when it resolves, together with all it changes. Reports that were had already are acknowledged again, and change
   * nothing; one that belongs nowhere is kept as it came, and holds up no other.
   */
  keep(agentId: string, batch: ReportBatch): Promise<Kept>;
  /** What an agent told of itself, and what of its reports belonged nowhere; the newest first. */
  list(agentId: string, query: ListQuery): PageOf<KeptReport>;
};

export type KeptReport = { id: number; at: number; receivedAt: number; kind: string; body: unknown };

export function reportsTable({ store, clock }: Writing): Reports {
  const mark = `INSERT INTO agent_journal VALUES (:agentId, :journal, :acknowledged)
    ON CONFLICT (agent_id, journal) DO UPDATE SET acknowledged = :acknowledged`;
  const findKept = 'SELECT acknowledged FROM agent_journal WHERE agent_id = :agentId AND journal = :journal';
  function keepNow(agentId: string, { journal, oldest, from, reports }: ReportBatch): Kept {
    const had = Number(store.prepare(findKept).get({ agentId, journal })?.acknowledged ?? 0);
    // What the agent no longer has was acknowledged once, by a store that was brought back to an older state since.
    if (from > had + 1 && from !== oldest) return { wanted: had + 1 };
    const last = from + reports.length - 1;
    if (last <= had) return { acknowledged: had, added: 0, missing: 0, runs: [], refused: [] };
    const reporter: Reporter = { agentId, agentRow: rowOf(store, agentId), journal, now: clock.now() };
    const applied = applyAll(store, reporter, {
      from: Math.max(from, had + 1),
      reports: reports.slice(Math.max(0, had + 1 - from)),
    });
    store.run(mark, { agentId, journal, acknowledged: last });
    const added = last - Math.max(had, from - 1);
    return { acknowledged: last, added, missing: Math.max(0, from - had - 1), ...applied };
  }
  return {
    async keep(agentId, batch) {
      const kept = await store.gather(() => keepNow(agentId, batch));
      if ('runs' in kept) await carryEndings(store);
      return kept;
    },
    list: (agentId, query) =>
      readPage(store, {
        table: 'agent_report',
        columns: { id: 'id', at: 'at', receivedAt: 'received_at', kind: 'kind', body: 'body' },
        searched: ['kind', 'body'],
        where: { sql: 'agent_id = :agentId', values: { agentId } },
        defaultSort: '-id',
        query,
        read: (row) => ({ ...row, body: JSON.parse(String(row.body)) as unknown }) as KeptReport,
      }),
  };
}

function rowOf(store: SqliteFile, agentId: string): number | null {
  const row = store.prepare('SELECT id FROM agent WHERE agent_id = :agentId').get({ agentId });
  return row === undefined ? null : Number(row.id);
}

function applyAll(
  store: SqliteFile,
  reporter: Reporter,
  { from, reports }: Pick<ReportBatch, 'from' | 'reports'>,
): Applied {
  const runs = new Set<number>();
  const refused: Applied['refused'] = [];
  for (const [index, report] of reports.entries()) {
    const outcome = applyReport(store, reporter, { report, number: from + index });
    if ('run' in outcome) runs.add(outcome.run);
    else if ('reason' in outcome) refused.push({ number: from + index, reason: outcome.reason });
  }
  return { runs: [...runs], refused };
}
