/** Agents that dial in: New Registration Code, Rename, Ping, Revoke. */
import { type Static, Type } from 'typebox';
import { SluiceError } from '../../base/index.ts';
import { type PingReport, pingReport } from '../../protocol/index.ts';
import { listOf, listQuery, notThere, refuseField } from '../../web/index.ts';
import { isConnected } from '../agents/dialled-link.ts';
import type { HubParts } from '../hub-parts.ts';
import type { DialledAgent, HubClient, HubStore } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'Agents';
const role = 'administrator';

const name = Type.String({ title: 'Name', minLength: 1, maxLength: 80 });

const agent = Type.Object(
  {
    id: Type.Integer(),
    name,
    kind: Type.Enum(['dialled'], { description: 'dialled: it asks the hub for what it is to do.' }),
    agentId: Type.String({ description: 'As the agent made it at its first start.' }),
    agentVersion: Type.String(),
    active: Type.Boolean({ description: 'false: it was revoked.' }),
    connected: Type.Boolean(),
    deployment: Type.Integer(),
    registeredAt: Type.Integer(),
    lastSeenAt: Type.Union([Type.Integer(), Type.Null()]),
    version: Type.Integer(),
  },
  closed,
);

const registrationCode = Type.Object(
  { code: Type.String({ description: 'Shown this once, good for one agent.' }), endsAt: Type.Integer() },
  closed,
);

export const agentOperations = [
  operation({
    method: 'GET',
    path: '/agents',
    id: 'listAgents',
    summary: 'All agents, and whether they are connected now.',
    page,
    query: listQuery,
    answer: listOf(agent),
    run({ query }, parts) {
      const { rows, ...rest } = parts.store.dialledAgents.list(query);
      return { json: { ...rest, rows: rows.map((one) => shown(parts, one)) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/agents/registration-codes',
    id: 'createRegistrationCode',
    summary: 'Makes a code with which one agent can register within an hour; it is shown once.',
    page,
    role,
    status: 201,
    answer: registrationCode,
    run: async ({ person }, { store }) => ({ json: await store.registrations.add(person.username) }),
  }),
  operation({
    method: 'GET',
    path: '/agents/:id',
    id: 'getAgent',
    summary: 'One agent.',
    page,
    answer: agent,
    run: ({ params }, parts) => ({ json: shown(parts, getAgent(parts.store, params.id)) }),
  }),
  operation({
    method: 'PUT',
    path: '/agents/:id',
    id: 'renameAgent',
    summary: 'Gives an agent another name.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ name, version: Type.Integer() }, closed),
    answer: agent,
    async run({ params, body, person }, parts) {
      const { store } = parts;
      const { id, clientRow } = getAgent(store, params.id);
      const client = getClient(store, clientRow);
      refuseSameName(store, body.name, client.id);
      await store.clients.change(person.username, client, { ...client, ...body });
      return { json: shown(parts, getAgent(store, String(id))) };
    },
  }),
  operation({
    method: 'POST',
    path: '/agents/:id/ping',
    id: 'pingDialledAgent',
    summary: 'Whether an agent is connected and answers.',
    page,
    role: 'operator',
    answer: pingReport,
    run: async ({ params }, parts) => ({ json: await ping(parts, getAgent(parts.store, params.id)) }),
  }),
  operation({
    method: 'POST',
    path: '/agents/:id/revoke',
    id: 'revokeAgent',
    summary: 'Shuts an agent out at once; it needs a new registration code to come back.',
    page,
    role,
    answer: agent,
    async run({ params, person }, parts) {
      const { store, authorization } = parts;
      const { id, clientRow } = getAgent(store, params.id);
      const client = getClient(store, clientRow);
      const revoked = await store.clients.change(person.username, client, { ...client, active: false });
      await authorization.revokeTokensOf(revoked);
      return { json: shown(parts, getAgent(store, String(id))) };
    },
  }),
];

function shown({ clock }: HubParts, one: DialledAgent): Static<typeof agent> {
  const { clientRow: _, publicKey: __, hasLeft: ___, ...rest } = one;
  return { ...rest, kind: 'dialled', connected: isConnected(one, clock) };
}

function getAgent({ dialledAgents }: HubStore, id: string | undefined): DialledAgent {
  const found = dialledAgents.find(Number(id));
  if (found === undefined) throw notThere('agent');
  return found;
}

function getClient({ clients }: HubStore, id: number): HubClient {
  const found = clients.find(id);
  if (found === undefined) throw notThere('agent');
  return found;
}

function refuseSameName({ clients }: HubStore, wished: string, own: number): void {
  const same = clients.findByName('agent', wished);
  if (same === undefined || same.id === own) return;
  throw refuseField('name', `There is an agent ${same.name} already.`, 'Enter another name.');
}

async function ping({ ways }: HubParts, asked: DialledAgent): Promise<PingReport> {
  const startedAt = performance.now();
  const step = { name: 'about', label: 'Agent answers', next: null, code: null };
  const since = () => Math.round(performance.now() - startedAt);
  try {
    const { name: itself, version } = await ways.linkToDialled(asked).ask('about', {});
    const detail = `${itself} answers; it is of version ${version}.`;
    const steps = [{ ...step, status: 'passed' as const, detail, milliseconds: since() }];
    return { ok: true, steps, about: { name: itself, version } };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const { message: detail, next, code } = error;
    const steps = [{ ...step, status: 'failed' as const, detail, next, code, milliseconds: since() }];
    return { ok: false, steps, about: {} };
  }
}
