/** Rows over time as they are drawn and told of. */
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';

export type Throughput = AnswerOf<HubOperation, 'GET', '/throughput'>;
export type Bucket = Throughput['buckets'][number];
export type Outcome = Exclude<keyof Bucket, 'at'>;

/** From the bottom of a bar to its top. */
export const outcomes = ['succeeded', 'rejected', 'unknown'] as const satisfies readonly Outcome[];

const spans = ['hour', 'day', 'week'] as const;
export type Span = (typeof spans)[number];

/** As it stands in the address; a day when nothing does. */
export function spanOf(text: string | null): Span {
  return spans.find((one) => one === text) ?? 'day';
}

export function rowsOf({ succeeded, rejected, unknown }: Omit<Bucket, 'at'>): number {
  return succeeded + rejected + unknown;
}

/** The first of several; undefined when nothing moved. */
export function busiestOf(buckets: readonly Bucket[]): Bucket | undefined {
  const most = Math.max(0, ...buckets.map(rowsOf));
  return most === 0 ? undefined : buckets.find((bucket) => rowsOf(bucket) === most);
}

/** Seconds, and for each outcome the top of its part of the bar: drawn from the last to the first, each covers what is below it. */
export function stack(buckets: readonly Bucket[]): { times: number[]; tops: Record<Outcome, number[]> } {
  const tops = { succeeded: [] as number[], rejected: [] as number[], unknown: [] as number[] };
  for (const bucket of buckets) {
    let top = 0;
    for (const outcome of outcomes) {
      top += bucket[outcome];
      tops[outcome].push(top);
    }
  }
  return { times: buckets.map(({ at }) => at / 1_000), tops };
}

const forms: Record<Span, Intl.DateTimeFormat> = {
  hour: new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }),
  day: new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
  week: new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit' }),
};

/** When a bucket begins, as far as it tells buckets of this span apart. */
export function timeOf(at: number, span: Span): string {
  return forms[span].format(at);
}
