/** Bulk Data Load Jobs with their results, System Overview with the limits, and faults on purpose. */
import { type Static, Type } from 'typebox';
import { listOf, listQuery, notThere, pageOf, refuseField } from '../../web/index.ts';
import { faultKinds, waitingKinds } from '../faults.ts';
import { dailyBulkBatches, dailyQueryJobs } from '../limits.ts';
import type { ResultKind } from '../records/index.ts';
import { setFaults } from '../routes/box-faults.ts';
import { operation, type SetupApi } from './operation.ts';

const closed = { additionalProperties: false } as const;
const jobsPage = 'Bulk Data Load Jobs';

const jobRow = Type.Object(
  {
    id: Type.String(),
    operation: Type.String(),
    object: Type.String(),
    state: Type.String(),
    createdBy: Type.String(),
    createdAt: Type.Integer({ description: 'Milliseconds since 1970.' }),
    processed: Type.Integer(),
    failed: Type.Union([Type.Integer(), Type.Null()], { description: 'Null for a query.' }),
    message: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

type JobRow = Static<typeof jobRow>;

const kinds: readonly ResultKind[] = ['successfulResults', 'failedResults', 'unprocessedrecords'];

const jobs = [
  operation({
    method: 'GET',
    path: '/bulk-jobs',
    id: 'listBulkJobs',
    summary: 'Bulk API 2.0 jobs, into the org and out of it: the newest thousand of each.',
    page: jobsPage,
    query: listQuery,
    answer: listOf(jobRow),
    run: async ({ query, administrator }, api) => ({
      json: pageOf(await jobsOf(administrator.userId, api), query, '-createdAt'),
    }),
  }),
  operation({
    method: 'GET',
    path: '/bulk-jobs/:id/results/:kind',
    id: 'getBulkResults',
    summary: `A result file of a job that has ended: ${kinds.join(', ')}.`,
    page: jobsPage,
    files: ['text/csv'],
    run({ params: { id = '', kind: asked = '' }, administrator: { userId } }, { org: { records } }) {
      const kind = kinds.find((each) => each === asked);
      if (kind === undefined) throw notThere('result');
      const parts = textsOf(records.results({ userId, id, kind }));
      return { json: undefined, file: { name: `${id}-${kind}.csv`, contentType: 'text/csv', parts } };
    },
  }),
];

async function* textsOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const part of parts) yield decoder.decode(part, { stream: true });
}

async function jobsOf(userId: string, { org: { records, setup } }: SetupApi): Promise<JobRow[]> {
  const ingest = await records.listJobs({ userId });
  const queries = await records.queryJobs.list({ userId });
  const common = (job: (typeof ingest.jobs)[number] | (typeof queries.jobs)[number]) => ({
    ...{ id: job.id, operation: job.operation, object: job.object, state: job.state },
    createdBy: setup.findUser(job.createdById)?.username ?? '',
    createdAt: job.createdDate,
    processed: job.numberRecordsProcessed,
    message: job.errorMessage ?? null,
  });
  return [
    ...ingest.jobs.map((job) => ({ ...common(job), failed: job.numberRecordsFailed })),
    ...queries.jobs.map((job) => ({ ...common(job), failed: null })),
  ];
}

const limit = Type.Object(
  { name: Type.String(), label: Type.String(), max: Type.Integer(), used: Type.Integer() },
  closed,
);

const limits = operation({
  method: 'GET',
  path: '/limits',
  id: 'listLimits',
  summary: 'What was used of each allocation in the last 24 hours.',
  page: 'System Overview',
  query: listQuery,
  answer: listOf(limit),
  run({ query }, { org: { usage } }) {
    const rows = [
      { name: 'DailyApiRequests', label: 'API requests', max: usage.max, used: usage.calls() },
      { name: 'DailyBulkApiBatches', label: 'Bulk API batches', max: dailyBulkBatches, used: usage.bulkBatches() },
      { name: 'DailyBulkV2QueryJobs', label: 'Bulk API 2.0 query jobs', max: dailyQueryJobs, used: usage.queryJobs() },
    ];
    return { json: pageOf(rows, query, 'name') };
  },
});

const faultsPage = 'Faults';

const ruleFields = {
  path: Type.String({
    title: 'Path',
    pattern: '^(/|\\*)',
    maxLength: 1000,
    description: 'Begins with / or *; * stands for anything within a segment, ** for anything.',
  }),
  method: Type.Optional(Type.String({ title: 'Method', pattern: '^[A-Za-z]+$', maxLength: 10 })),
  share: Type.Number({ title: 'Share', minimum: 0, maximum: 1, description: 'Enter 0 to 1.' }),
  kind: Type.Enum([...faultKinds], { title: 'Kind' }),
  latencyMs: Type.Optional(
    Type.Integer({ title: 'Milliseconds', minimum: 0, maximum: 600_000, description: 'Enter 0 to 600000.' }),
  ),
  times: Type.Optional(
    Type.Integer({ title: 'Times', minimum: 1, maximum: 1_000_000, description: 'Enter 1 or more.' }),
  ),
};
const faultReport = Type.Object(
  { seed: Type.Integer(), rules: Type.Array(Type.Object({ ...ruleFields, injected: Type.Integer() }, closed)) },
  closed,
);

const faults = [
  operation({
    method: 'GET',
    path: '/faults',
    id: 'getFaults',
    summary: 'The faults that are made on purpose, and how often each was.',
    page: faultsPage,
    answer: faultReport,
    run: (_, api) => ({ json: reportOf(api) }),
  }),
  operation({
    method: 'PUT',
    path: '/faults',
    id: 'setFaults',
    summary: 'These rules take the place of those before; none ends all faults.',
    page: faultsPage,
    body: Type.Object(
      {
        seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
        rules: Type.Array(Type.Object(ruleFields, closed), { maxItems: 100 }),
      },
      closed,
    ),
    answer: faultReport,
    async run({ body: { rules, seed = 1 } }, api) {
      const at = rules.findIndex(({ kind, latencyMs }) => waitingKinds.has(kind) && latencyMs === undefined);
      if (at >= 0)
        throw refuseField(
          `rules.${at}.latencyMs`,
          'This kind waits, and does not say how long.',
          'Enter milliseconds.',
        );
      await setFaults(api.org, { rules, seed });
      return { json: reportOf(api) };
    },
  }),
];

function reportOf({ org }: SetupApi): Static<typeof faultReport> {
  const { seed, rules } = org.faults.report();
  return { seed, rules: rules.map(plainRule) };
}

function plainRule({
  method,
  latencyMs,
  times,
  ...rule
}: ReturnType<SetupApi['org']['faults']['report']>['rules'][number]) {
  return {
    ...rule,
    ...(method === undefined ? {} : { method }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(times === undefined ? {} : { times }),
  };
}

export const jobOperations = [...jobs, limits, ...faults];
