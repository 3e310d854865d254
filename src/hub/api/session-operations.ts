/** Log In, who is logged in, one's own password, Log Out. */
import { type Static, Type } from 'typebox';
import { hashPassword } from '../../base/index.ts';
import { refuseField } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import { wrong } from '../sign-in.ts';
import { type Person, roles, type Session } from '../store/index.ts';
import { closed, openOperation, operation } from './operation.ts';

const page = 'Log In';

const sessionAnswer = Type.Object(
  {
    person: Type.Object(
      { id: Type.Integer(), username: Type.String(), name: Type.String(), role: Type.Enum([...roles]) },
      closed,
    ),
    csrfToken: Type.String({ description: 'To be sent as X-CSRF-Token with every call that changes something.' }),
    idleTimeoutMinutes: Type.Integer(),
  },
  closed,
);

const credentials = Type.Object(
  {
    username: Type.String({ title: 'Username', minLength: 1, maxLength: 80 }),
    password: Type.String({ title: 'Password', writeOnly: true, minLength: 1, maxLength: 200 }),
  },
  closed,
);

/** Long enough that scrypt makes guessing hopeless, short enough to think of a sentence. */
const minPasswordLength = 12;

const newPassword = Type.Object(
  {
    currentPassword: Type.String({ title: 'Current Password', writeOnly: true, minLength: 1, maxLength: 200 }),
    newPassword: Type.String({ title: 'New Password', writeOnly: true, minLength: minPasswordLength, maxLength: 200 }),
  },
  closed,
);

export const sessionOperations = [
  openOperation({
    method: 'POST',
    path: '/session',
    id: 'logIn',
    summary: 'Logs in with username and password and sets the session cookie.',
    page,
    status: 201,
    refusals: [401, 403, 429],
    body: credentials,
    answer: sessionAnswer,
    async run({ body, address, token: earlier }, { signIn, store }) {
      const person = await signIn.check({ ...body, address });
      if (earlier !== undefined) await store.sessions.end(earlier);
      const started = await store.sessions.start(person);
      if (started === undefined) throw wrong();
      const { token, session } = started;
      await store.people.loggedIn(person);
      return { json: describeSession(person, session, store), cookie: { token } };
    },
  }),
  operation({
    method: 'GET',
    path: '/session',
    id: 'getSession',
    summary: 'Who is logged in, and the token that calls which change something must carry.',
    page,
    answer: sessionAnswer,
    run: ({ person, session }, { store }) => ({ json: describeSession(person, session, store) }),
  }),
  operation({
    method: 'POST',
    path: '/session/password',
    id: 'changeOwnPassword',
    summary: 'Changes the password of whoever is logged in, and logs out everywhere.',
    page,
    refusals: [409, 429],
    body: newPassword,
    async run({ person, body, address }, { signIn, store }) {
      const known = await signIn.recognize({ username: person.username, password: body.currentPassword, address });
      if (known === undefined)
        throw refuseField(
          'currentPassword',
          'The current password is wrong.',
          'Enter the password you logged in with.',
        );
      const hashed = await hashPassword(body.newPassword);
      await store.people.setPassword(person.username, person, hashed, known.passwordHash);
      return { json: undefined, cookie: 'clear' };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/session',
    id: 'logOut',
    summary: 'Logs out.',
    page,
    async run({ token }, { store }) {
      if (token !== undefined) await store.sessions.end(token);
      return { json: undefined, cookie: 'clear' };
    },
  }),
];

function describeSession(
  { id, username, name, role }: Person,
  { csrfToken }: Session,
  { sessions }: HubParts['store'],
): Static<typeof sessionAnswer> {
  return { person: { id, username, name, role }, csrfToken, idleTimeoutMinutes: sessions.idleTimeoutMs / 60_000 };
}
