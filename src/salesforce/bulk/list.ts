/** All ingest jobs of the org that this user may see, page after page. */
import type { Rest } from '../rest.ts';
import type { JobInfo } from './job.ts';
import { listJobsAt, type WaitOptions } from './job-calls.ts';

export type ListOptions = WaitOptions & {
  jobType?: 'Classic' | 'V2Ingest' | 'BigObjectIngest';
};

/** Jobs of Bulk API 2.0 unless another type is asked for; 1,000 a page, in no order. */
export function listJobs(rest: Rest, { jobType = 'V2Ingest', signal }: ListOptions = {}): AsyncGenerator<JobInfo> {
  return listJobsAt<JobInfo>(rest, `/jobs/ingest?jobType=${jobType}`, { signal });
}
