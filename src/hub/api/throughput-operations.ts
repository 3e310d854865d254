/** Rows over time, for the chart on the Console's Home. */
import { Type } from 'typebox';
import { throughputSpans } from '../store/index.ts';
import { filterFields } from './message-schemas.ts';
import { checkFilter } from './message-shown.ts';
import { closed, operation } from './operation.ts';

const count = Type.Integer();
const moved = { succeeded: count, rejected: count, unknown: count };

const throughput = Type.Object(
  {
    bucketMs: Type.Integer({
      description: 'How long a bucket is: a minute of an hour, ten minutes of a day, an hour of a week.',
    }),
    buckets: Type.Array(Type.Object({ at: Type.Integer({ description: 'When it begins.' }), ...moved }, closed), {
      description: 'The oldest first, without a gap; the last one goes on still.',
    }),
    total: Type.Object(moved, closed),
  },
  closed,
);

export const throughputOperations = [
  operation({
    method: 'GET',
    path: '/throughput',
    id: 'getThroughput',
    summary:
      'How many rows came to which outcome when, as agents reported it. Rows out of Salesforce count when their run has ended well.',
    page: 'Home',
    query: Type.Object(
      {
        span: Type.Optional(Type.Enum([...throughputSpans], { default: 'day', description: 'How far it goes back.' })),
        interface: filterFields.interface,
        integration: filterFields.integration,
      },
      closed,
    ),
    answer: throughput,
    run({ query: { span = 'day', ...named } }, { store }) {
      checkFilter(store, named);
      const isAll = named.interface === undefined && named.integration === undefined;
      return { json: store.throughput.read(span, isAll ? undefined : store.messages.interfacesCalled(named)) };
    },
  }),
];
