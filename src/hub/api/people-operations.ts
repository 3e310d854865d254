/** People: who may work in the Console; New, Edit, Reset Password. */
import { Type } from 'typebox';
import { createPassword, hashPassword } from '../../base/index.ts';
import { listOf, listQuery, notThere, refuseField } from '../../web/index.ts';
import { type HubStore, type Person, roles } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'People';
const role = 'administrator';

const fields = {
  name: Type.String({ title: 'Name', minLength: 1, maxLength: 120 }),
  email: Type.Union([Type.String({ maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' }), Type.Null()], {
    title: 'Email',
    description: 'Enter an e-mail address, or leave it empty.',
  }),
  role: Type.Enum([...roles], { title: 'Role' }),
};

const username = Type.String({
  title: 'Username',
  minLength: 1,
  maxLength: 80,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]*$',
  description: 'Use letters, digits and . _ @ + - only.',
});

const person = Type.Object(
  {
    id: Type.Integer(),
    username,
    ...fields,
    active: Type.Boolean({ title: 'Active' }),
    createdAt: Type.Integer(),
    lastLoginAt: Type.Union([Type.Integer(), Type.Null()]),
    version: Type.Integer(),
  },
  closed,
);

const password = Type.String({ description: 'Shown this once.' });

const { email, ...others } = fields;
const change = Type.Object(
  { ...Type.Partial(Type.Object({ ...fields, active: person.properties.active })).properties, version: Type.Integer() },
  closed,
);

export const peopleOperations = [
  operation({
    method: 'GET',
    path: '/people',
    id: 'listPeople',
    summary: 'All people who may work in the Console.',
    page,
    query: listQuery,
    answer: listOf(person),
    run: ({ query }, { store }) => ({ json: store.people.list(query) }),
  }),
  operation({
    method: 'POST',
    path: '/people',
    id: 'createPerson',
    summary: 'Adds a person, with a password that is shown once.',
    page,
    role,
    status: 201,
    body: Type.Object({ username, ...others, email: Type.Optional(email) }, closed),
    answer: Type.Object({ ...person.properties, password }, closed),
    async run({ body, person: by }, { store }) {
      if (store.people.findByUsername(body.username) !== undefined)
        throw refuseField('username', `There is a person ${body.username} already.`, 'Enter another username.');
      const made = createPassword();
      const added = { email: null, ...body };
      return { json: { ...(await store.people.add(by.username, added, await hashPassword(made))), password: made } };
    },
  }),
  operation({
    method: 'GET',
    path: '/people/:id',
    id: 'getPerson',
    summary: 'One person.',
    page,
    answer: person,
    run: ({ params }, { store }) => ({ json: getPerson(store, params.id) }),
  }),
  operation({
    method: 'PATCH',
    path: '/people/:id',
    id: 'changePerson',
    summary: 'Changes name, e-mail, role, or whether the person is active; who is made inactive is logged out at once.',
    page,
    role,
    refusals: [409],
    body: change,
    answer: person,
    async run({ params, body, person: by }, { store }) {
      const before = getPerson(store, params.id);
      return { json: await store.people.change(by.username, before.id, body) };
    },
  }),
  operation({
    method: 'POST',
    path: '/people/:id/password',
    id: 'resetPassword',
    summary: 'Gives the person a new password, shown once, and logs the person out.',
    page,
    role,
    answer: Type.Object({ password }, closed),
    async run({ params, person: by }, { store }) {
      const made = createPassword();
      await store.people.setPassword(by.username, getPerson(store, params.id), await hashPassword(made));
      return { json: { password: made } };
    },
  }),
];

function getPerson({ people }: HubStore, id: string | undefined): Person {
  const found = people.find(Number(id));
  if (found === undefined) throw notThere('person');
  return found;
}
