/** Retention: how long messages and runs are kept, and what would go now. */
import { Type } from 'typebox';
import type { HubStore } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'Retention';
const role = 'administrator';
const orNone = (maximum: number, title: string, description: string) =>
  Type.Union([Type.Integer({ minimum: 1, maximum }), Type.Null()], {
    title,
    description: `${description} null: no limit.`,
  });

const rules = {
  completedDays: orNone(36_500, 'Days of Completed and Cancelled', 'How many days these are kept after their end.'),
  failedDays: orNone(36_500, 'Days of Failed', 'How many days failed messages are kept.'),
  mostMessages: orNone(1_000_000_000, 'Most Messages', 'Above it the oldest that have ended go, failed ones last.'),
  mostBytes: orNone(
    1_000_000_000_000_000,
    'Most Space',
    'Bytes of the store of the hub; above it the oldest go in the same order.',
  ),
};

const keptRules = Type.Object(
  {
    ...rules,
    changedAt: Type.Union([Type.Integer(), Type.Null()]),
    changedBy: Type.Union([Type.String(), Type.Null()]),
    version: Type.Integer({ description: '0: these are the rules a hub begins with.' }),
    bytes: Type.Integer({ description: 'What the store of the hub takes now.' }),
  },
  closed,
);

const count = Type.Object({ count: Type.Integer(), more: Type.Boolean() }, closed);

const preview = Type.Object(
  {
    completed: count,
    failed: count,
    tooMany: Type.Integer({ description: 'Besides those that are too old.' }),
    tooLarge: Type.Integer({ description: 'About so many besides, for the bytes.' }),
    runs: Type.Integer({ description: 'Runs without messages.' }),
    reports: Type.Integer({ description: 'What agents reported of themselves, or of what is not theirs.' }),
    messages: Type.Integer({ description: 'How many there are now.' }),
    bytes: Type.Integer({ description: 'What the store takes now.' }),
  },
  closed,
);

const shown = <Rules>({ retention }: HubStore, rules: Rules) => ({ ...rules, bytes: retention.bytes() });

export const retentionOperations = [
  operation({
    method: 'GET',
    path: '/retention',
    id: 'getRetention',
    summary: 'How long messages and runs are kept.',
    page,
    answer: keptRules,
    run: (_, { store }) => ({ json: shown(store, store.retention.rules()) }),
  }),
  operation({
    method: 'PUT',
    path: '/retention',
    id: 'changeRetention',
    summary: 'Changes how long messages and runs are kept; what is older goes within ten minutes.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ ...rules, version: Type.Integer({ minimum: 0 }) }, closed),
    answer: keptRules,
    async run({ body: { version, ...wished }, person }, { store }) {
      return { json: shown(store, await store.retention.change(person.username, wished, version)) };
    },
  }),
  operation({
    method: 'POST',
    path: '/retention/preview',
    id: 'previewRetention',
    summary: 'What would go now by these rules; nothing goes.',
    page,
    body: Type.Object(rules, closed),
    answer: preview,
    run: ({ body }, { store }) => ({ json: store.retention.preview(body) }),
  }),
];
