/** Agent Control Board: the agents of connections with their deployments, and their interfaces with how they last ran. */
import { type Static, Type } from 'typebox';
import { integrationStates, interfaceStatuses, nextRuns, saidByDefault, scheduleSchema } from '../../protocol/index.ts';
import { listOf, listQuery, listQueryWith, notThere, pageOf } from '../../web/index.ts';
import { isReached, lastHeard } from '../agents/heard-agent.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubAgent, KeptInterface } from '../store/index.ts';
import { ofStatus } from './interface-operations.ts';
import { closed, operation } from './operation.ts';
import { sayReport } from './report-said.ts';
import { shownRun } from './run-schemas.ts';
import { showRuns } from './run-shown.ts';

const page = 'Agent Control Board';
const timeOrNull = Type.Union([Type.Integer(), Type.Null()]);
const textOrNull = Type.Union([Type.String(), Type.Null()]);

const agentRow = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000,
  description: 'Only those of this agent of the board, by its id.',
});

const agentOnBoard = Type.Object(
  {
    id: Type.Integer(),
    agentId: Type.Union([Type.String(), Type.Null()], { description: 'As the agent made it at its first start.' }),
    name: textOrNull,
    kind: Type.Enum(['endpoint', 'dialled'], { description: 'endpoint: the hub calls it. dialled: it calls the hub.' }),
    url: textOrNull,
    version: textOrNull,
    connected: Type.Boolean(),
    lastSeenAt: timeOrNull,
    connections: Type.Array(Type.String()),
    deployment: Type.Union(
      [
        Type.Object(
          {
            number: Type.Integer(),
            madeAt: Type.Integer(),
            has: Type.Integer({ description: 'The number of the one it has; 0: none.' }),
            hasSince: timeOrNull,
            error: Type.Union([Type.String(), Type.Null()], {
              description: 'Why it was not told, or could not be given runs.',
            }),
          },
          closed,
        ),
        Type.Null(),
      ],
      { description: 'What it is to do; null when nothing was ever deployed to it.' },
    ),
  },
  closed,
);

const reportOnBoard = Type.Object(
  {
    id: Type.Integer(),
    at: Type.Integer({ description: 'By the clock of the agent.' }),
    receivedAt: Type.Integer(),
    kind: Type.String(),
    said: Type.String({ description: 'What it told, in one sentence.' }),
  },
  closed,
);

const interfaceOnBoard = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    integration: Type.String(),
    integrationState: Type.Enum([...integrationStates]),
    sequence: Type.Integer(),
    connection: Type.String(),
    agent: Type.Union([Type.Object({ id: Type.Integer(), name: textOrNull }, closed), Type.Null()]),
    object: Type.String(),
    operation: Type.String(),
    direction: Type.Enum(['inbound', 'outbound']),
    readsChanges: Type.Boolean({
      description: 'Out of Salesforce, and only what changed: a run of it can be asked to read everything.',
    }),
    status: Type.Enum([...interfaceStatuses]),
    schedule: Type.Union([scheduleSchema, Type.Null()], { description: 'null: it runs when it is asked to.' }),
    nextDueAt: timeOrNull,
    lastRun: Type.Union([shownRun, Type.Null()]),
    openRuns: Type.Integer({ description: 'How many wait or run.' }),
  },
  closed,
);

export const boardOperations = [
  operation({
    method: 'GET',
    path: '/control-board/agents',
    id: 'listAgentsOnBoard',
    summary: 'The agents that connections lead to, whichever of hub and agent dials, and which deployment each has.',
    page,
    query: listQuery,
    answer: listOf(agentOnBoard),
    run: ({ query }, parts) => ({
      json: pageOf(
        parts.store.agents.listInUse().map((one) => showAgent(one, parts)),
        query,
        'name',
      ),
    }),
  }),
  operation({
    method: 'GET',
    path: '/control-board/interfaces',
    id: 'listInterfacesOnBoard',
    summary: 'Interfaces, all or those of an agent, with when each ran last and is due next.',
    page,
    query: listQueryWith({
      agent: Type.Optional(agentRow),
      integration: Type.Optional(
        Type.String({ maxLength: 80, description: 'Only those of the integration of this name.' }),
      ),
      status: ofStatus,
    }),
    answer: listOf(interfaceOnBoard),
    async run({ query: { agent, ...query } }, parts) {
      if (agent !== undefined && parts.store.agents.find(agent) === undefined) throw notThere('agent');
      const { rows, ...rest } = parts.store.interfaces.list({ ...query, ...(agent === undefined ? {} : { agent }) });
      return { json: { ...rest, rows: await showInterfaces(rows, parts) } };
    },
  }),
  operation({
    method: 'GET',
    path: '/control-board/reports',
    id: 'listReportsOnBoard',
    summary: 'What an agent told of itself: that it started, that it was stopping, that a scheduled run was left out.',
    page,
    query: listQueryWith({ agent: agentRow }),
    answer: listOf(reportOnBoard),
    run({ query: { agent, ...query } }, { store }) {
      const found = store.agents.find(agent);
      if (found === undefined) throw notThere('agent');
      const { rows, ...rest } = store.reports.list(found.agentId ?? '', query);
      return { json: { ...rest, rows: rows.map(({ body, ...row }) => ({ ...row, said: sayReport(row.kind, body) })) } };
    },
  }),
];

function showAgent(agent: HubAgent, { store, clock }: HubParts): Static<typeof agentOnBoard> {
  const { id, agentId, name, kind, url, version } = agent;
  const kept = store.deployments.find(id);
  const deployment = kept && {
    number: kept.number,
    madeAt: kept.madeAt,
    has: kept.has,
    hasSince: kept.heardAt,
    error: kept.error,
  };
  return {
    id,
    agentId,
    name,
    kind,
    url,
    version,
    connected: isReached(store, agent, clock),
    lastSeenAt: lastHeard(store, agent),
    connections: store.connections.ofAgent(id).map((one) => one.name),
    deployment: deployment ?? null,
  };
}

async function showInterfaces(
  all: readonly KeptInterface[],
  parts: HubParts,
): Promise<Static<typeof interfaceOnBoard>[]> {
  const last = all.flatMap(({ id }) => parts.store.runs.findLast(id) ?? []);
  const shown = new Map((await showRuns(last, parts)).map((run, place) => [last[place]?.interfaceId, run]));
  return all.map((kept) => ({ ...showInterface(kept, parts), lastRun: shown.get(kept.id) ?? null }));
}

function showInterface({ id, integrationId, definition }: KeptInterface, { store, clock }: HubParts) {
  const { name, integration, sequence, connection, object, schedule } = definition;
  const { type, status, operation } = saidByDefault(definition);
  const readsChanges = definition.type === 'outbound' && definition.changes === 'incremental';
  const found = store.connections.findByName(connection);
  const agent = found && store.agents.find(found.agentRow);
  const integrationState = store.integrations.find(integrationId)?.state ?? 'stopped';
  const isDue = schedule !== undefined && status === 'deployed' && integrationState !== 'stopped';
  const [due = null] = isDue ? nextRuns(schedule, { from: clock.now(), count: 1 }) : [];
  return {
    id,
    name,
    integration,
    integrationState,
    sequence,
    connection,
    agent: agent === undefined ? null : { id: agent.id, name: agent.name ?? agent.url },
    object,
    operation,
    direction: type,
    readsChanges,
    status,
    schedule: schedule ?? null,
    nextDueAt: due,
    openRuns: store.runs.countOpen(id),
  };
}
