/** The Outbox page: the mails the org would have sent. */
import { Type } from 'typebox';
import { listOf, listQuery, pageOf } from '../../web/index.ts';
import { operation } from './operation.ts';

const mail = Type.Object(
  {
    id: Type.String(),
    to: Type.String(),
    subject: Type.String(),
    text: Type.String(),
    sentAt: Type.Integer({ description: 'Milliseconds since 1970.' }),
  },
  { additionalProperties: false },
);

export const outboxOperations = [
  operation({
    method: 'GET',
    path: '/outbox',
    id: 'listOutbox',
    summary: 'Mails the org sent, the newest first; the last 200 since it was started.',
    page: 'Outbox',
    query: listQuery,
    answer: listOf(mail),
    run: ({ query }, { outbox }) => ({ json: pageOf(outbox.mails(), query, '-sentAt') }),
  }),
];
