/** Bulk Data Load Jobs with their result files, and System Overview with the limits. */
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.data.jobs;
const limitWords = text.data.limits;

type Job = AnswerOf<SetupOperation, 'GET', '/bulk-jobs'>['rows'][number];
type Limit = AnswerOf<SetupOperation, 'GET', '/limits'>['rows'][number];

function column<Row>(label: string, sort: string, read: (row: Row) => string): Column<Row> {
  return { label, sort, cell: read, text: read };
}

const tones: Readonly<Record<string, string>> = { JobComplete: 'good', Failed: 'alarm', Aborted: 'warn' };
const of = words.columns;

const jobColumns: readonly Column<Job>[] = [
  { label: of.id, sort: 'id', cell: ({ id }) => <span className="key">{id}</span>, text: ({ id }) => id },
  column(of.operation, 'operation', ({ operation }) => operation),
  column(of.object, 'object', ({ object }) => object),
  {
    label: of.state,
    sort: 'state',
    cell: ({ state }) => <Badge tone={tones[state] ?? 'plain'}>{state}</Badge>,
    text: ({ state }) => state,
  },
  {
    label: of.createdAt,
    sort: 'createdAt',
    cell: ({ createdAt }) => <Moment at={createdAt} />,
    text: ({ createdAt }) => new Date(createdAt).toISOString(),
  },
  column(of.processed, 'processed', ({ processed }) => String(processed)),
  column(of.failed, 'failed', ({ failed }) => (failed === null ? '' : String(failed))),
];

const results = [
  { kind: 'successfulResults', label: words.successful },
  { kind: 'failedResults', label: words.failed },
  { kind: 'unprocessedrecords', label: words.unprocessed },
];

const ended: readonly string[] = ['JobComplete', 'Failed', 'Aborted'];

export function BulkJobs() {
  return (
    <Page title={words.title} product={text.product}>
      <DataTable
        label={words.title}
        queryKey={['/bulk-jobs']}
        read={(query, signal) => api.call('GET', '/bulk-jobs', { query, signal })}
        rowKey={({ id }) => id}
        columns={jobColumns}
        actions={(job) => <ResultLinks {...job} />}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

function ResultLinks({ id, failed, state }: Job) {
  if (failed === null || !ended.includes(state)) return null;
  return results.map(({ kind, label }) => (
    <a key={kind} href={`/setup/api/bulk-jobs/${id}/results/${kind}`} download aria-label={words.resultOf(label, id)}>
      {label}
    </a>
  ));
}

const limitColumns: readonly Column<Limit>[] = [
  column(limitWords.columns.label, 'label', ({ label }) => label),
  column(limitWords.columns.used, 'used', ({ used }) => used.toLocaleString()),
  column(limitWords.columns.max, 'max', ({ max }) => max.toLocaleString()),
  {
    label: limitWords.columns.share,
    cell: ({ label, used, max }) => <meter aria-label={label} value={used} max={max} />,
    text: ({ used, max }) => limitWords.share(used / max),
  },
];

export function SystemOverview() {
  return (
    <Page title={limitWords.title} product={text.product}>
      <DataTable
        label={limitWords.title}
        queryKey={['/limits']}
        read={(query, signal) => api.call('GET', '/limits', { query, signal })}
        rowKey={({ name }) => name}
        columns={limitColumns}
        empty={<EmptyState title={limitWords.empty}>{limitWords.title}</EmptyState>}
      />
    </Page>
  );
}
