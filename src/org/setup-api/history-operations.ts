/** Login History and View Setup Audit Trail: long lists, read page by page from the newest back. */
import { Type } from 'typebox';
import type { PageOf } from '../setup/index.ts';
import { operation } from './operation.ts';

const closed = { additionalProperties: false } as const;
const at = Type.Integer({ description: 'Milliseconds since 1970.' });

const paging = {
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  before: Type.Optional(
    Type.String({ maxLength: 40, description: 'The `next` of the page before; without it, from the newest.' }),
  ),
};
const next = Type.Union([Type.String(), Type.Null()], { description: 'For the next page; null at the end.' });

const login = Type.Object(
  {
    id: Type.String(),
    at,
    userId: Type.String(),
    username: Type.String(),
    application: Type.String(),
    status: Type.String({ description: 'Success, or why not.' }),
    loginType: Type.String(),
    loginSubType: Type.Union([Type.String(), Type.Null()]),
    sourceIp: Type.String(),
    loginUrl: Type.String(),
  },
  closed,
);

const auditEntry = Type.Object(
  { id: Type.String(), at, by: Type.String(), action: Type.String(), section: Type.String(), display: Type.String() },
  closed,
);

export const historyOperations = [
  operation({
    method: 'GET',
    path: '/login-history',
    id: 'listLogins',
    summary: 'Every login of the flow in the name of a user, the newest first.',
    page: 'Login History',
    query: Type.Object({ ...paging, userId: Type.Optional(Type.String({ maxLength: 18 })) }, closed),
    answer: Type.Object({ rows: Type.Array(login), next }, closed),
    run({ query }, { org: { setup } }) {
      const { userId } = query;
      const rows = setup.readLoginHistory({ ...pageWanted(query), ...(userId === undefined ? {} : { userId }) });
      return { json: pageRead(rows, query) };
    },
  }),
  operation({
    method: 'GET',
    path: '/audit-trail',
    id: 'listAuditTrail',
    summary: 'Who changed what in Setup, the newest first.',
    page: 'View Setup Audit Trail',
    query: Type.Object(paging, closed),
    answer: Type.Object({ rows: Type.Array(auditEntry), next }, closed),
    run: ({ query }, { org: { setup } }) => ({ json: pageRead(setup.readAuditTrail(pageWanted(query)), query) }),
  }),
];

type Wanted = { pageSize?: number; before?: string };

/** One more than is shown, to know whether there is a next page. */
function pageWanted({ pageSize = 100, before }: Wanted): PageOf {
  return { limit: pageSize + 1, ...(before === undefined ? {} : { before }) };
}

function pageRead<Row extends { id: string }>(found: readonly Row[], { pageSize = 100 }: Wanted) {
  const rows = found.slice(0, pageSize).map((row) => ({ ...row }));
  return { rows, next: found.length > pageSize ? (rows.at(-1)?.id ?? null) : null };
}
