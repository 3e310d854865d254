/** API Clients: programs that send records in; New, Edit, Rotate Secret, Delete. */
import { type Static, Type } from 'typebox';
import { listOf, listQuery, notThere, refuseField } from '../../web/index.ts';
import { apiScopes } from '../authorization.ts';
import type { HubClient, HubStore } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'API Clients';
const role = 'administrator';

const fields = {
  name: Type.String({ title: 'Name', minLength: 1, maxLength: 80 }),
  scopes: Type.Array(Type.Enum([...apiScopes]), {
    title: 'Allowed Scopes',
    minItems: 1,
    uniqueItems: true,
    description: 'integrate: send records in. messages: read what became of them.',
  }),
  interfaces: Type.Union(
    [Type.Array(Type.String({ pattern: '^[^/]+/[^/]+$', maxLength: 170 }), { uniqueItems: true }), Type.Null()],
    { title: 'Allowed Interfaces', description: 'Each as INTEGRATION/INTERFACE; null allows all of them.' },
  ),
  tokenMinutes: Type.Integer({
    title: 'Token Lifetime',
    minimum: 1,
    maximum: 1440,
    description: 'Minutes from 1 to 1440.',
  }),
};

const { tokenMinutes, interfaces, ...needed } = fields;

const newClient = Type.Object(
  { ...needed, interfaces: Type.Optional(interfaces), tokenMinutes: Type.Optional(tokenMinutes) },
  closed,
);

const client = Type.Object(
  {
    id: Type.Integer(),
    clientId: Type.String(),
    name: fields.name,
    scopes: Type.Array(Type.String()),
    interfaces: fields.interfaces,
    active: Type.Boolean(),
    tokenMinutes: Type.Integer(),
    secretMadeAt: Type.Integer(),
    secondUntil: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Until when the secret before this one is valid as well.',
    }),
    createdAt: Type.Integer(),
    createdBy: Type.String(),
    lastUsedAt: Type.Union([Type.Integer(), Type.Null()]),
    version: Type.Integer(),
  },
  closed,
);

const withSecret = Type.Object(
  { ...client.properties, clientSecret: Type.String({ description: 'Shown this once.' }) },
  closed,
);

const hourMs = 60 * 60_000;

export const clientOperations = [
  operation({
    method: 'GET',
    path: '/api-clients',
    id: 'listApiClients',
    summary: 'All API clients.',
    page,
    query: listQuery,
    answer: listOf(client),
    run({ query }, { store }) {
      const { rows, ...rest } = store.clients.list('api', query);
      return { json: { ...rest, rows: rows.map(shown) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/api-clients',
    id: 'createApiClient',
    summary: 'Adds an API client; its secret is shown once.',
    page,
    role,
    status: 201,
    body: newClient,
    answer: withSecret,
    async run({ body, person }, { store }) {
      refuseSameName(store, body.name, undefined);
      const wanted = { kind: 'api', interfaces: null, tokenMinutes: 60, ...body } as const;
      const { client: made, secret } = await store.clients.add(person.username, wanted);
      return { json: { ...shown(made), clientSecret: secret } };
    },
  }),
  operation({
    method: 'GET',
    path: '/api-clients/:id',
    id: 'getApiClient',
    summary: 'One API client.',
    page,
    answer: client,
    run: ({ params }, { store }) => ({ json: shown(getClient(store, params.id)) }),
  }),
  operation({
    method: 'PUT',
    path: '/api-clients/:id',
    id: 'changeApiClient',
    summary: 'Changes an API client; one that is made inactive is refused at once, its tokens too.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ ...fields, active: Type.Boolean({ title: 'Active' }), version: Type.Integer() }, closed),
    answer: client,
    async run({ params, body, person }, { store, authorization }) {
      const before = getClient(store, params.id);
      refuseSameName(store, body.name, before.id);
      const changed = await store.clients.change(person.username, before, body);
      if (!changed.active) await authorization.revokeTokensOf(changed);
      return { json: shown(changed) };
    },
  }),
  operation({
    method: 'POST',
    path: '/api-clients/:id/secret',
    id: 'rotateApiClientSecret',
    summary: 'Makes a new secret, shown once; the one before it stays valid for a while.',
    page,
    role,
    body: Type.Object(
      {
        keepOldForHours: Type.Integer({
          title: 'Keep Old Secret For',
          minimum: 0,
          maximum: 720,
          description: 'Hours from 0 to 720.',
        }),
        revokeTokens: Type.Optional(Type.Boolean({ title: 'Revoke Tokens', default: false })),
      },
      closed,
    ),
    answer: withSecret,
    async run({ params, body, person }, { store, clock, authorization }) {
      const until = clock.now() + body.keepOldForHours * hourMs;
      const { client: rotated, secret } = await store.clients.rotate(
        person.username,
        getClient(store, params.id),
        until,
      );
      if (body.revokeTokens) await authorization.revokeTokensOf(rotated);
      return { json: { ...shown(rotated), clientSecret: secret } };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/api-clients/:id',
    id: 'deleteApiClient',
    summary: 'Deletes an API client; its tokens end.',
    page,
    role,
    async run({ params, person }, { store, authorization }) {
      const gone = getClient(store, params.id);
      await authorization.revokeTokensOf(gone);
      await store.clients.remove(person.username, gone);
      return { json: undefined };
    },
  }),
];

/** What is shown of a client anywhere. */
function shown({ kind: _, scopes, interfaces: allowed, ...rest }: HubClient): Static<typeof client> {
  return { ...rest, scopes: [...scopes], interfaces: allowed === null ? null : [...allowed] };
}

function getClient({ clients }: HubStore, id: string | undefined): HubClient {
  const found = clients.find(Number(id));
  if (found?.kind !== 'api') throw notThere('API client');
  return found;
}

function refuseSameName({ clients }: HubStore, name: string, own: number | undefined): void {
  const same = clients.findByName('api', name);
  if (same === undefined || same.id === own) return;
  throw refuseField('name', `There is an API client ${same.name} already.`, 'Enter another name.');
}
