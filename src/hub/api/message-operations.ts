/** Message Monitor: messages found by what is known of them, one with its history, and how many there are. */
import { Type } from 'typebox';
import { notThere } from '../../web/index.ts';
import { exportParts, exportTypes } from '../messages/export-messages.ts';
import type { HubStore, MessageDetails } from '../store/index.ts';
import { countsByStatus, filterFields, listedMessage, wholeMessage } from './message-schemas.ts';
import { checkFilter, createRecordLinks, showListed, showMessage } from './message-shown.ts';
import { closed, operation } from './operation.ts';

const page = 'Message Monitor';

const listQuery = Type.Object(
  {
    ...filterFields,
    pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(
      Type.String({ maxLength: 8_000, description: 'The next of the page before; the filter must be the same.' }),
    ),
  },
  closed,
);

const listAnswer = Type.Object(
  {
    rows: Type.Array(Type.Object(listedMessage, closed)),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The cursor of the next page; null: there are no more.',
    }),
    stoppedEarly: Type.Boolean({
      description: 'Many messages were looked at without filling the page; go on from next to look further.',
    }),
    total: Type.Union([Type.Integer(), Type.Null()], { description: 'Where all of them are on this page.' }),
  },
  closed,
);

const exportQuery = Type.Object(
  {
    ...filterFields,
    format: Type.Optional(Type.Enum(['csv', 'jsonl'], { default: 'csv' })),
    spreadsheet: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'An apostrophe before cells that a spreadsheet would take for a formula.',
      }),
    ),
    payload: Type.Optional(Type.Boolean({ default: false, description: 'With their values, where they are kept.' })),
  },
  closed,
);

export const messageOperations = [
  operation({
    method: 'GET',
    path: '/messages',
    id: 'listMessages',
    summary: 'Messages that a filter finds, the newest first.',
    page,
    query: listQuery,
    answer: listAnswer,
    async run({ query: { pageSize = 50, cursor, ...filter } }, { store }) {
      await store.calls.unfoldShortly();
      const found = store.messages.search({ filter: checkFilter(store, filter), limit: pageSize, cursor });
      const linkOf = createRecordLinks(store);
      return { json: { ...found, rows: found.rows.map((row) => showListed(row, linkOf)) } };
    },
  }),
  operation({
    method: 'GET',
    path: '/messages/counts',
    id: 'countMessages',
    summary: 'How many messages there are of each status.',
    page,
    query: Type.Object({ interface: filterFields.interface, integration: filterFields.integration }, closed),
    answer: countsByStatus,
    async run({ query }, { store }) {
      checkFilter(store, query);
      await store.calls.unfoldShortly();
      const all = query.interface === undefined && query.integration === undefined;
      return { json: store.messages.counts(all ? undefined : store.messages.interfacesCalled(query)) };
    },
  }),
  operation({
    method: 'GET',
    path: '/messages/export',
    id: 'exportMessages',
    summary: 'All messages that a filter finds, as a CSV file or as JSON, one message a line.',
    page,
    query: exportQuery,
    files: Object.values(exportTypes),
    async run({ query: { format = 'csv', spreadsheet = false, payload = false, ...given } }, { store, clock }) {
      const filter = checkFilter(store, given);
      await store.calls.unfoldShortly();
      const name = `messages-${new Date(clock.now()).toISOString().slice(0, 10)}.${format}`;
      const parts = exportParts(store.messages, { filter, format, spreadsheet, payload });
      return { json: undefined, file: { name, contentType: exportTypes[format], parts } };
    },
  }),
  operation({
    method: 'GET',
    path: '/messages/:id',
    id: 'getMessage',
    summary: 'One message, with its history, its values and what it belongs to.',
    page,
    answer: wholeMessage,
    async run({ params }, { store }) {
      await store.calls.unfoldShortly();
      return { json: showMessage(store, getMessage(store, params.id)) };
    },
  }),
];

export function getMessage({ messages }: HubStore, id: string | undefined): MessageDetails {
  const found = /^\d{1,15}$/.test(id ?? '') ? messages.find(Number(id)) : undefined;
  if (found === undefined) throw notThere('message');
  return found;
}
