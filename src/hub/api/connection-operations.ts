/** Connections (Connection Destination): New, Edit, Save, Save Without Ping, Delete. */
import { listOf, listQuery, notThere, refuseField } from '../../web/index.ts';
import { refuseInUse } from '../connection-use.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Connection, HubAgent } from '../store/index.ts';
import type { Before } from './connection-draft.ts';
import { prepareConnection } from './connection-save.ts';
import { changedConnection, newConnection, shownConnection } from './connection-schemas.ts';
import { showConnection } from './connection-shown.ts';
import { operation } from './operation.ts';

export const page = 'Connections';
const role = 'administrator';

export const connectionOperations = [
  operation({
    method: 'GET',
    path: '/connections',
    id: 'listConnections',
    summary: 'All connections, with when both pings had been good.',
    page,
    query: listQuery,
    answer: listOf(shownConnection),
    run({ query }, parts) {
      const { rows, ...rest } = parts.store.connections.list(query);
      return { json: { ...rest, rows: rows.map((one) => showConnection(one, parts)) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections',
    id: 'createConnection',
    summary: 'Pings both ways and saves the connection when all is well; without ping it is marked unverified.',
    page,
    role,
    status: 201,
    refusals: [422],
    body: newConnection,
    answer: shownConnection,
    async run({ body, person }, parts) {
      refuseSameName(body.name, undefined, parts);
      const prepared = await prepareConnection(body, undefined, parts);
      refuseSameName(body.name, undefined, parts);
      return { json: showConnection(await parts.store.connections.add(person.username, prepared), parts) };
    },
  }),
  operation({
    method: 'GET',
    path: '/connections/:id',
    id: 'getConnection',
    summary: 'One connection, without its secrets.',
    page,
    answer: shownConnection,
    run: ({ params }, parts) => ({ json: showConnection(getConnection(params.id, parts), parts) }),
  }),
  operation({
    method: 'PUT',
    path: '/connections/:id',
    id: 'changeConnection',
    summary:
      'Changes a connection as it is created; a secret that is left out stays for the address it was entered for.',
    page,
    role,
    refusals: [409, 422],
    body: changedConnection,
    answer: shownConnection,
    async run({ params, body: { version, ...given }, person }, parts) {
      const before = getBefore(params.id, parts);
      const { id } = before.connection;
      refuseSameName(given.name, id, parts);
      // Interfaces know it by its name.
      if (given.name !== before.connection.name) refuseInUse(before.connection, parts.connectionUsers);
      const prepared = await prepareConnection(given, before, parts);
      refuseSameName(given.name, id, parts);
      const changed = await parts.store.connections.change(person.username, id, { ...prepared, version });
      return { json: showConnection(changed, parts) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/connections/:id',
    id: 'deleteConnection',
    summary: 'Deletes a connection that no interface uses, and the secrets in it.',
    page,
    role,
    refusals: [409],
    async run({ params, person }, parts) {
      const connection = getConnection(params.id, parts);
      refuseInUse(connection, parts.connectionUsers);
      await parts.store.connections.remove(person.username, connection);
      return { json: undefined };
    },
  }),
];

export function getConnection(id: string | undefined, { store }: HubParts): Connection {
  const found = store.connections.find(Number(id));
  if (found === undefined) throw notThere('connection');
  return found;
}

export function getBefore(id: string | undefined, parts: HubParts): Before {
  const connection = getConnection(id, parts);
  return { connection, agent: parts.store.agents.find(connection.agentRow) as HubAgent };
}

function refuseSameName(name: string, own: number | undefined, { store }: HubParts): void {
  const same = store.connections.findByName(name);
  if (same === undefined || same.id === own) return;
  throw refuseField('name', `There is a connection ${same.name} already.`, 'Enter another name.');
}
