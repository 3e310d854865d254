/** Ping Agent Connection and Ping Salesforce Connection, before saving and after; the pinned certificate; a second key pair. */
import { pingReport } from '../../protocol/index.ts';
import { refuseCall, refuseField } from '../../web/index.ts';
import { type Secret, sealConsumerSecret } from '../agents/ping-connection.ts';
import { usersOf } from '../connection-use.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Connection } from '../store/index.ts';
import { type Before, readAgent, readDatabase, readSalesforce } from './connection-draft.ts';
import { getBefore, page } from './connection-operations.ts';
import { agentDraft, keyPair, salesforceDraft, shownConnection } from './connection-schemas.ts';
import { showConnection } from './connection-shown.ts';
import { operation } from './operation.ts';

const administrator = 'administrator';
const operator = 'operator';

export const connectionPingOperations = [
  operation({
    method: 'POST',
    path: '/connections/ping-agent',
    id: 'pingAgentDraft',
    summary: 'Ping Agent Connection with what is entered, before it is saved; nothing is kept of it.',
    page,
    role: administrator,
    refusals: [404],
    body: agentDraft,
    answer: pingReport,
    async run({ body }, parts) {
      const before = beforeOf(body.id, parts);
      const { database, password } = readDatabase(body, before);
      const { report } = await parts.pinger.pingAgent(readAgent(body.agent, before, parts), database, password);
      return { json: report };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/ping-salesforce',
    id: 'pingSalesforceDraft',
    summary: 'Ping Salesforce Connection with what is entered, before it is saved: the agent asks the org.',
    page,
    role: administrator,
    refusals: [404],
    body: salesforceDraft,
    answer: pingReport,
    async run({ body }, parts) {
      const before = beforeOf(body.id, parts);
      const { salesforce, secret } = readSalesforce(body.salesforce, before);
      const way = readAgent(body.agent, before, parts);
      if (secret === undefined)
        throw refuseField('salesforce.consumerSecret', 'Consumer Secret is required.', 'Enter a value.');
      const interfaces = before === undefined ? [] : usersOf(before.connection, parts.connectionUsers);
      return { json: await parts.pinger.pingSalesforce(way, salesforce, { secret, interfaces }) };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/ping-agent',
    id: 'pingAgent',
    summary: 'Ping Agent Connection as it is saved; the first contact pins the certificate of the agent.',
    page,
    role: operator,
    answer: pingReport,
    async run({ params }, parts) {
      const { connection, agent } = getBefore(params.id, parts);
      const way = parts.ways.wayTo(agent);
      const { database } = connection;
      const password: Secret = 'password' in database && database.password ? { sealed: database.password } : undefined;
      const { report, seen } = await parts.pinger.pingAgent(way, database, password);
      if (seen !== undefined) await parts.store.agents.seen(agent.id, seen);
      await parts.store.connections.pinged(connection, { agentGoodAt: report.ok ? parts.clock.now() : null });
      return { json: report };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/ping-salesforce',
    id: 'pingSalesforce',
    summary: 'Ping Salesforce Connection as it is saved: the agent asks the org.',
    page,
    role: operator,
    refusals: [409],
    answer: pingReport,
    async run({ params }, parts) {
      const before = getBefore(params.id, parts);
      const { consumerSecret } = before.connection.salesforce;
      if (consumerSecret === undefined)
        throw refuseCall(409, 'No Consumer Secret is kept for this connection.', 'Edit the connection, and enter it.');
      const report = await pingSaved(before, before.connection.salesforce, consumerSecret, parts);
      const good = { salesforceGoodAt: report.ok ? parts.clock.now() : null };
      await parts.store.connections.pinged(before.connection, good);
      return { json: report };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/connections/:id/certificate',
    id: 'forgetAgentCertificate',
    summary: 'Forgets the pinned certificate of the agent; the next ping pins the one that is shown then.',
    page,
    role: administrator,
    async run({ params, person }, parts) {
      await parts.store.agents.forgetCertificate(person.username, getBefore(params.id, parts).agent);
      return { json: undefined };
    },
  }),
  operation({
    method: 'PUT',
    path: '/connections/:id/second-key-pair',
    id: 'enterSecondKeyPair',
    summary: 'Enters a second pair of consumer key and secret; the one in use stays in use.',
    page,
    role: administrator,
    refusals: [409],
    body: keyPair,
    answer: shownConnection,
    async run({ params, body, person }, parts) {
      const { connection, agent } = getBefore(params.id, parts);
      const { publicKey } = agent;
      if (publicKey === null)
        throw refuseCall(
          409,
          'The agent was never reached, so that its key is not known.',
          'Ping the agent connection first.',
        );
      const salesforce = { ...connection.salesforce, consumerKey: body.consumerKey };
      const { consumerKey, consumerSecret } = await sealConsumerSecret(
        salesforce,
        { entered: body.consumerSecret },
        { publicKey },
      );
      const read = { ...connection, version: body.version };
      const changed = await parts.store.connections.setSecondKeyPair(person.username, read, {
        consumerKey,
        consumerSecret,
      });
      return { json: showConnection(changed, parts) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/connections/:id/second-key-pair',
    id: 'forgetSecondKeyPair',
    summary: 'Forgets the second pair.',
    page,
    role: administrator,
    refusals: [409],
    async run({ params, person }, parts) {
      await parts.store.connections.setSecondKeyPair(person.username, getBefore(params.id, parts).connection, null);
      return { json: undefined };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/second-key-pair/ping',
    id: 'pingSecondKeyPair',
    summary: 'Ping Salesforce Connection with the second pair.',
    page,
    role: operator,
    refusals: [409],
    answer: pingReport,
    run: async ({ params }, parts) => ({ json: await pingSecond(getBefore(params.id, parts), parts) }),
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/second-key-pair/switch',
    id: 'switchKeyPair',
    summary: 'Pings with the second pair; when all is well it is the one in use, and the first is forgotten.',
    page,
    role: administrator,
    refusals: [409, 422],
    answer: shownConnection,
    async run({ params, person }, parts) {
      const before = getBefore(params.id, parts);
      const { ok, steps } = await pingSecond(before, parts);
      const cross = steps.find(({ status }) => status === 'failed');
      if (!ok) throw refuseCall(422, `${cross?.label}: ${cross?.detail}`, cross?.next ?? 'Ping again.');
      const { connections } = parts.store;
      const changed = await connections.switchKeyPair(person.username, before.connection, parts.clock.now());
      return { json: showConnection(changed, parts) };
    },
  }),
];

function beforeOf(id: number | undefined, parts: HubParts): Before | undefined {
  return id === undefined ? undefined : getBefore(String(id), parts);
}

function pingSecond(before: Before, parts: HubParts) {
  const { secondKeyPair, salesforce } = before.connection;
  if (secondKeyPair === null) throw refuseCall(409, 'There is no second key pair.', 'Enter one first.');
  return pingSaved(before, { ...salesforce, ...secondKeyPair }, secondKeyPair.consumerSecret, parts);
}

async function pingSaved(
  { connection, agent }: Before,
  salesforce: Connection['salesforce'],
  sealed: string,
  { pinger, ways, connectionUsers, store }: HubParts,
) {
  const interfaces = usersOf(connection, connectionUsers);
  const report = await pinger.pingSalesforce(ways.wayTo(agent), salesforce, { secret: { sealed }, interfaces });
  await store.apiUsage.pinged(salesforce.myDomainUrl, report);
  return report;
}
