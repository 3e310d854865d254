/** The account of runs out of Salesforce: the query job under way, and what the merge did. */
import type { Writing } from './events.ts';

/** read = inserted + updated + unchanged + rows that came only to be removed; deleted also counts rows that came no more. */
export type LoadedCounts = { read: number; inserted: number; updated: number; unchanged: number; deleted: number };

export type OutboundAccount = {
  /** The job is known before its results are asked for, so that whoever comes later can take it out of the org. */
  queryJobMade(run: number, jobId: string): Promise<void>;
  queryJobGone(run: number): Promise<void>;
  /** The merge is committed. */
  rowsLoaded(run: number, counts: LoadedCounts): Promise<void>;
  /** Jobs of this interface that may still be in the org. */
  listQueryJobs(interfaceName: string): { run: number; jobId: string }[];
};

export function outboundAccount({ store, event }: Writing): OutboundAccount {
  return {
    queryJobMade: (run, jobId) =>
      store.write(() => {
        store.run('UPDATE runs SET query_job = $jobId WHERE id = $run', { run, jobId });
        event({ run, what: 'query job made', detail: { jobId } });
      }),
    queryJobGone: (run) =>
      store.write(() => {
        store.run('UPDATE runs SET query_job = NULL WHERE id = $run', { run });
        event({ run, what: 'query job taken out of the org' });
      }),
    rowsLoaded: (run, counts) =>
      store.write(() => {
        store.run(
          `UPDATE runs SET rows_read = $read, rows_inserted = $inserted, rows_updated = $updated,
             rows_unchanged = $unchanged, rows_deleted = $deleted WHERE id = $run`,
          { run, ...counts },
        );
        event({ run, what: 'merged into the target', detail: { ...counts } });
      }),
    listQueryJobs: (interfaceName) =>
      store
        .all('SELECT id, query_job FROM runs WHERE interface = $interfaceName AND query_job IS NOT NULL', {
          interfaceName,
        })
        .map((row) => ({ run: Number(row.id), jobId: String(row.query_job) })),
  };
}
