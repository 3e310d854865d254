/** Login History and View Setup Audit Trail: long lists, read page by page from the newest back. */
import { Type } from 'typebox';
import { operation } from './operation.ts';

const closed = { additionalProperties: false } as const;
const at = Type.Integer({ description: 'Milliseconds since 1970.' });

const paging = {
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  before: Type.Optional(
    Type.String({ maxLength: 40, description: 'The `next` of the page before; without it, from the newest.' }),
  ),
};
const name = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }));
const moment = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));
const filters = {
  search: name('Entries that have this text in any column; case does not matter.'),
  from: moment('From this time on, in milliseconds since 1970.'),
  until: moment('Before this time.'),
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
    query: Type.Object(
      {
        ...paging,
        ...filters,
        userId: Type.Optional(Type.String({ maxLength: 18 })),
        username: name('A part of the username.'),
        application: name('The name of the app.'),
        status: name('As it stands in the list.'),
      },
      closed,
    ),
    answer: Type.Object({ rows: Type.Array(login), next }, closed),
    run: ({ query }, { org: { setup } }) => ({ json: pageRead(setup.readLoginHistory(pageWanted(query)), query) }),
  }),
  operation({
    method: 'GET',
    path: '/audit-trail',
    id: 'listAuditTrail',
    summary: 'Who changed what in Setup, the newest first.',
    page: 'View Setup Audit Trail',
    query: Type.Object(
      { ...paging, ...filters, by: name('A part of the username of who did it.'), section: name('Of Setup.') },
      closed,
    ),
    answer: Type.Object({ rows: Type.Array(auditEntry), next }, closed),
    run: ({ query }, { org: { setup } }) => ({ json: pageRead(setup.readAuditTrail(pageWanted(query)), query) }),
  }),
  operation({
    method: 'GET',
    path: '/history-offers',
    id: 'listHistoryOffers',
    summary: 'What there is to filter Login History and the Setup Audit Trail by.',
    page: 'Login History',
    answer: Type.Object(
      {
        applications: Type.Array(Type.String()),
        statuses: Type.Array(Type.String()),
        sections: Type.Array(Type.String()),
      },
      closed,
    ),
    run(_, { org: { setup } }) {
      const { applications, statuses, sections } = setup.readHistoryOffers();
      return { json: { applications: [...applications], statuses: [...statuses], sections: [...sections] } };
    },
  }),
];

type Wanted = { pageSize?: number; before?: string };

/** One more than is shown, to know whether there is a next page. */
function pageWanted<Query extends Wanted>({
  pageSize = 100,
  ...filter
}: Query): Omit<Query, 'pageSize'> & { limit: number } {
  return { ...filter, limit: pageSize + 1 };
}

function pageRead<Row extends { id: string }>(found: readonly Row[], { pageSize = 100 }: Wanted) {
  const rows = found.slice(0, pageSize).map((row) => ({ ...row }));
  return { rows, next: found.length > pageSize ? (rows.at(-1)?.id ?? null) : null };
}
