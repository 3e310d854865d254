/** What agents reported: each report once, by its number in the agent's journal, without a gap. */
import type { ReportBatch } from '../../protocol/index.ts';
import type { Writing } from './hub-store.ts';

/**
 * `added`: how many were not here before. `missing`: how many the agent has no more. `wanted`: the number that should have come
 * first; nothing was kept.
 */
export type Kept = { acknowledged: number; added: number; missing: number } | { wanted: number };

export type Reports = {
  /** On disk when it resolves. Reports that were had already are acknowledged again, and change nothing. */
  keep(agent: number, batch: ReportBatch): Promise<Kept>;
};

export function reportsTable({ store, clock }: Writing): Reports {
  const insert = `INSERT INTO agent_report (agent, journal, number, kind, at, body, received_at)
    VALUES (:agent, :journal, :number, :kind, :at, :body, :now)`;
  const mark = `INSERT INTO agent_journal VALUES (:agent, :journal, :acknowledged)
    ON CONFLICT (agent, journal) DO UPDATE SET acknowledged = :acknowledged`;
  const findKept = 'SELECT acknowledged FROM agent_journal WHERE agent = :agent AND journal = :journal';
  return {
    keep: (agent, { journal, oldest, from, reports }) =>
      store.gather(() => {
        const had = Number(store.prepare(findKept).get({ agent, journal })?.acknowledged ?? 0);
        // What the agent no longer has was acknowledged once, by a store that was brought back to an older state since.
        if (from > had + 1 && from !== oldest) return { wanted: had + 1 };
        const last = from + reports.length - 1;
        if (last <= had) return { acknowledged: had, added: 0, missing: 0 };
        const now = clock.now();
        for (const [index, { kind, at, body }] of reports.entries()) {
          const number = from + index;
          if (number > had) store.run(insert, { agent, journal, number, kind, at, body: JSON.stringify(body), now });
        }
        store.run(mark, { agent, journal, acknowledged: last });
        return { acknowledged: last, added: last - Math.max(had, from - 1), missing: Math.max(0, from - had - 1) };
      }),
  };
}
