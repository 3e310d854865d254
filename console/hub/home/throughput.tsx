/** Rows over time: how far back and of which interface, the chart, and the same in words and as a table. */
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { SelectField } from '../../ui/fields.tsx';
import { Loaded, Loading } from '../../ui/loaded.tsx';
import { Card, EmptyState } from '../../ui/page.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { type Bucket, busiestOf, outcomes, rowsOf, type Span, spanOf, type Throughput, timeOf } from './buckets.ts';

const words = text.home.throughput;

/** Without it the numbers and the table still say it all. */
const Chart = lazy(() =>
  import('./chart.tsx').then(
    ({ Chart: chart }) => ({ default: chart }),
    () => ({ default: NoChart }),
  ),
);

function NoChart() {
  return <p className="soft">{words.noChart}</p>;
}

type Asked = { span: Span; name: string };

export function ThroughputCard({ everyMs }: { everyMs: number }) {
  const [params, setParams] = useSearchParams();
  const asked = { span: spanOf(params.get('span')), name: params.get('interface') ?? '' };
  const ask = (change: Partial<Asked>) => {
    const { span, name } = { ...asked, ...change };
    setParams([['span', span], ...(name === '' ? [] : [['interface', name]])], { replace: true });
  };
  const { span, name } = asked;
  const query = { span, ...(name === '' ? {} : { interface: name }) };
  const throughput = useAnswer('/throughput', { query, everyMs });
  return (
    <Card title={words.title}>
      <div className="filterbar flush">
        <SelectField
          name="span"
          label={words.span}
          value={span}
          choices={choicesOf(words.spans)}
          onChange={(chosen) => ask({ span: chosen })}
        />
        <InterfaceChoice name={name} onChange={(chosen) => ask({ name: chosen })} />
      </div>
      <Loaded of={throughput}>{(found) => <Moved of={found} span={span} />}</Loaded>
    </Card>
  );
}

const offered = { query: { pageSize: 200, sort: 'name' } };

function InterfaceChoice({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  const interfaces = useAnswer('/interfaces', offered);
  const names = new Set((interfaces.data?.rows ?? []).map(({ definition }) => definition.name));
  if (name !== '') names.add(name);
  return (
    <SelectField
      name="interface"
      label={words.interface}
      value={name}
      choices={[{ value: '', label: words.all }, ...[...names].map((one) => ({ value: one, label: one }))]}
      onChange={onChange}
    />
  );
}

function Moved({ of: found, span }: { of: Throughput; span: Span }) {
  const [pointed, setPointed] = useState<number | null>(null);
  if (rowsOf(found.total) === 0) return <NothingMoved span={span} />;
  const bucket = pointed === null ? undefined : found.buckets[pointed];
  return (
    <figure className="throughput">
      <figcaption>
        <Counts title={words.spanTotal[span]} of={found.total} />
      </figcaption>
      <Suspense fallback={<Loading />}>
        <Chart of={found} span={span} label={sentenceOf(found, span)} onPoint={setPointed} />
      </Suspense>
      <p className="soft pointed" aria-hidden="true">
        {bucket === undefined ? words.point : pointedText(bucket, span)}
      </p>
      <details>
        <summary>{words.asTable}</summary>
        <BucketTable of={found} span={span} />
      </details>
    </figure>
  );
}

/** With the colours that the chart has. */
function Counts({ title, of }: { title: string; of: Omit<Bucket, 'at'> }) {
  return (
    <dl className="counts" aria-label={title}>
      {outcomes.map((outcome) => (
        <div key={outcome}>
          <dt>
            <span className={`swatch ${outcome}`} data-outcome={outcome} />
            {words.outcomes[outcome]}
          </dt>
          <dd>{of[outcome].toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}

function BucketTable({ of: { buckets }, span }: { of: Throughput; span: Span }) {
  const rows = buckets.filter((bucket) => rowsOf(bucket) > 0).toReversed();
  return (
    <SimpleTable
      label={words.table}
      columns={[words.from, ...outcomes.map((outcome) => words.outcomes[outcome])]}
      rows={rows.map((bucket) => [
        timeOf(bucket.at, span),
        ...outcomes.map((outcome) => bucket[outcome].toLocaleString()),
      ])}
    />
  );
}

function NothingMoved({ span }: { span: Span }) {
  const begin = <LinkButton to="/control-board">{words.toBoard}</LinkButton>;
  return (
    <EmptyState title={words.nothing[span]} action={begin}>
      {words.begin}
    </EmptyState>
  );
}

function sentenceOf({ total, buckets }: Throughput, span: Span): string {
  const busiest = busiestOf(buckets);
  const most = busiest === undefined ? '' : words.busiest(timeOf(busiest.at, span), rowsOf(busiest).toLocaleString());
  return `${words.spanTotal[span]}: ${countsText(total)}. ${most}`;
}

const pointedText = (bucket: Bucket, span: Span) => `${timeOf(bucket.at, span)}: ${countsText(bucket)}`;

function countsText(counts: Omit<Bucket, 'at'>): string {
  return outcomes.map((outcome) => words.counts[outcome](counts[outcome].toLocaleString())).join(', ');
}
