/** All ingest jobs of the org that this user may see, page after page. */
import { SluiceError } from '../../base/index.ts';
import { nextPathIn, objectIn, type Rest } from '../rest.ts';
import type { JobInfo } from './job.ts';

export type ListOptions = {
  jobType?: 'Classic' | 'V2Ingest' | 'BigObjectIngest';
  signal?: AbortSignal | undefined;
};

/** Jobs of Bulk API 2.0 unless another type is asked for; 1,000 a page, in no order. */
export async function* listJobs(
  rest: Rest,
  { jobType = 'V2Ingest', signal }: ListOptions = {},
): AsyncGenerator<JobInfo> {
  let path: string | null = rest.path(`/jobs/ingest?jobType=${jobType}`);
  while (path !== null) {
    const page = objectIn(await rest.ask({ method: 'GET', path, signal }), { what: 'list of jobs' });
    if (!Array.isArray(page.records))
      throw new SluiceError('ANSWER_INVALID', { what: 'list of jobs', reason: 'it has no records' });
    yield* page.records as JobInfo[];
    path = page.done === false ? nextPathIn(page.nextRecordsUrl, { what: 'list of jobs' }) : null;
  }
}
