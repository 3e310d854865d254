/** Log In, who is logged in, Log Out; and the description of the API itself. */
import { type Static, Type } from 'typebox';
import type { Administrator } from './administrator.ts';
import { openOperation, operation, type SetupApi } from './operation.ts';
import type { SetupSession } from './setup-sessions.ts';

const closed = { additionalProperties: false } as const;

const sessionAnswer = Type.Object(
  {
    user: Type.Object(
      { id: Type.String(), username: Type.String(), name: Type.String(), email: Type.String() },
      closed,
    ),
    organization: Type.Object(
      {
        id: Type.String(),
        name: Type.String(),
        type: Type.Enum(['production', 'sandbox']),
        myDomainUrl: Type.String(),
      },
      closed,
    ),
    csrfToken: Type.String({ description: 'To be sent as X-CSRF-Token with every call that changes something.' }),
    idleTimeoutMinutes: Type.Integer(),
  },
  closed,
);

type SessionAnswer = Static<typeof sessionAnswer>;

const credentials = Type.Object(
  {
    username: Type.String({ title: 'Username', minLength: 1, maxLength: 80 }),
    password: Type.String({ title: 'Password', minLength: 1, maxLength: 200 }),
  },
  closed,
);

export const sessionOperations = [
  openOperation({
    method: 'POST',
    path: '/session',
    id: 'logIn',
    summary: 'Logs in with username and password and sets the session cookie.',
    page: 'Log In',
    status: 201,
    refusals: [401, 403, 429, 503],
    body: credentials,
    answer: sessionAnswer,
    async run({ body, address, token: earlier }, { signIn, sessions, org }) {
      const administrator = await signIn.check({ ...body, address });
      if (earlier !== undefined) sessions.end(earlier);
      const { token, session } = sessions.start(administrator.userId);
      return { json: describeSession(administrator, session, { org, sessions }), cookie: { token } };
    },
  }),
  operation({
    method: 'GET',
    path: '/session',
    id: 'getSession',
    summary: 'Who is logged in, and the token that calls which change something must carry.',
    page: 'Log In',
    answer: sessionAnswer,
    run: ({ administrator, session }, api) => ({ json: describeSession(administrator, session, api) }),
  }),
  operation({
    method: 'DELETE',
    path: '/session',
    id: 'logOut',
    summary: 'Logs out.',
    page: 'Log In',
    run({ token }, { sessions }) {
      if (token !== undefined) sessions.end(token);
      return { json: undefined, cookie: 'clear' };
    },
  }),
];

function describeSession(
  { userId, username, name, email }: Administrator,
  { csrfToken }: SetupSession,
  { org, sessions }: Pick<SetupApi, 'org' | 'sessions'>,
): SessionAnswer {
  const { setup, instanceUrl } = org;
  const { name: organizationName, type } = setup.setup.organization;
  return {
    user: { id: userId, username, name, email },
    organization: { id: setup.organizationId, name: organizationName, type, myDomainUrl: instanceUrl() },
    csrfToken,
    idleTimeoutMinutes: sessions.idleTimeoutMs / 60_000,
  };
}
