/** The audit trail. */
import { Type } from 'typebox';
import { listOf, listQuery } from '../../web/index.ts';
import { closed, operation } from './operation.ts';

const entry = Type.Object(
  {
    id: Type.Integer(),
    at: Type.Integer({ description: 'Milliseconds since 1970, UTC.' }),
    actor: Type.String(),
    action: Type.String(),
    section: Type.String(),
    display: Type.String(),
  },
  closed,
);

export const auditOperations = [
  operation({
    method: 'GET',
    path: '/audit-trail',
    id: 'listAuditTrail',
    summary: 'What was changed, by whom and when; the newest first.',
    page: 'Audit Trail',
    query: listQuery,
    answer: listOf(entry),
    run: ({ query }, { store }) => ({ json: store.audit.list(query) }),
  }),
];
