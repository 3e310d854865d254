/** The account of runs out of Salesforce: the query job under way, and what the merge did. */
import type { Writing } from './events.ts';

/** read = inserted + updated + unchanged + rows that came only to be removed; deleted also counts rows that came no more. */
export type LoadedCounts = { read: number; inserted: number; updated: number; unchanged: number; deleted: number };

export type OutboundAccount = {
  /** A job is about to be asked for, at this time of the org. */
  queryJobIntended(run: number, at: number): Promise<void>;
  /** The job is known before its results are asked for, so that whoever comes later can take it out of the org. */
  queryJobMade(run: number, jobId: string): Promise<void>;
  queryJobGone(run: number): Promise<void>;
  /** The merge is committed. */
  rowsLoaded(run: number, counts: LoadedCounts): Promise<void>;
  /** What may have been left by asking is out of the org. */
  queryIntentGone(run: number): Promise<void>;
  /** When runs of this interface asked for a job whose id they never knew. */
  listQueryIntents(interfaceName: string): { run: number; at: number }[];
  isQueryJobKnown(jobId: string): boolean;
  /** Jobs of this interface that may still be in the org. */
  listQueryJobs(interfaceName: string): { run: number; jobId: string }[];
};

export function outboundAccount({ store, event }: Writing): OutboundAccount {
  return {
    queryJobIntended: (run, at) =>
      store.write(() => {
        store.run('UPDATE runs SET query_intent_at = $at WHERE id = $run', { run, at });
      }),
    queryJobMade: (run, jobId) =>
      store.write(() => {
        store.run('UPDATE runs SET query_job = $jobId, query_intent_at = NULL WHERE id = $run', { run, jobId });
        event({ run, what: 'query job made', detail: { jobId } });
      }),
    queryJobGone: (run) =>
      store.write(() => {
        store.run('UPDATE runs SET query_job = NULL WHERE id = $run', { run });
        event({ run, what: 'query job taken out of the org' });
      }),
    queryIntentGone: (run) =>
      store.write(() => {
        store.run('UPDATE runs SET query_intent_at = NULL WHERE id = $run', { run });
      }),
    listQueryIntents: (interfaceName) =>
      store
        .all('SELECT id, query_intent_at FROM runs WHERE interface = $interfaceName AND query_intent_at IS NOT NULL', {
          interfaceName,
        })
        .map((row) => ({ run: Number(row.id), at: Number(row.query_intent_at) })),
    isQueryJobKnown: (jobId) => store.get('SELECT 1 FROM runs WHERE query_job = $jobId', { jobId }) !== undefined,
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
