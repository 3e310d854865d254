/** `sluice agents`: the agents of a hub, whichever of hub and agent dials, and whether they are there. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = { ...hubSettings, json: sharedSettings.json } as const;

/** One that has registered. */
type Dialled = {
  name: string;
  agentId: string;
  agentVersion: string;
  active: boolean;
  connected: boolean;
  lastSeenAt: number | null;
};

/** One that connections lead to. */
type OnBoard = {
  id: number;
  agentId: string | null;
  name: string | null;
  kind: 'endpoint' | 'dialled';
  url: string | null;
  version: string | null;
  connected: boolean;
  lastSeenAt: number | null;
  connections: string[];
};

type OfAgent = { name: string; integration: string; agent: { id: number } | null };

type Listed = Omit<OnBoard, 'id' | 'name' | 'connected'> & {
  name: string;
  state: 'connected' | 'away' | 'revoked';
  interfaces: string[];
};

export const agentsCommand = defineCommand({
  name: 'agents',
  summary: 'List the agents of a hub, and whether each is connected.',
  description:
    'Lists the agents of a hub by name: those that have dialled in, and those that the hub calls at an endpoint of their own,\n' +
    'with their version, how many interfaces they run, and when one that is away was last heard of (UTC).',
  positionals: [],
  settings,
  example: 'sluice agents --hub http://127.0.0.1:8088',
  run: listAgents,
});

async function listAgents({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const agents = await readAgents(hub);
  if (chosen.json) for (const agent of agents) terminal.out(`${JSON.stringify({ event: 'agent', ...agent })}\n`);
  else if (agents.length === 0) terminal.out('There is no agent yet.\n');
  else terminal.out(`${textTable(headings, agents.map(cellsOf))}\n`);
  return 0;
}

async function readAgents(hub: HubClient): Promise<Listed[]> {
  const { readAllPages } = await import('./hub-pages.ts');
  const { fullNameOf } = await import('./hub-names.ts');
  const registered = await readAllPages<Dialled>(hub, '/agents');
  const onBoard = await readAllPages<OnBoard>(hub, '/control-board/agents');
  const interfaces = await readAllPages<OfAgent>(hub, '/control-board/interfaces');
  const dialled = new Map(registered.map((one) => [one.agentId, one]));
  const reached = onBoard.map(({ id, ...one }) => {
    const own = interfaces.filter(({ agent }) => agent?.id === id).map(fullNameOf);
    return reachedAgent(one, { dialled: dialled.get(one.agentId ?? ''), interfaces: own });
  });
  const idle = registered.filter(({ agentId }) => !onBoard.some((one) => one.agentId === agentId)).map(idleAgent);
  return [...reached, ...idle].sort((one, other) => collator.compare(one.name, other.name));
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

type Known = { dialled: Dialled | undefined; interfaces: string[] };

function reachedAgent({ name, connected, ...one }: Omit<OnBoard, 'id'>, { dialled, interfaces }: Known): Listed {
  const isActive = one.kind === 'endpoint' || dialled?.active !== false;
  return { name: name ?? one.url ?? '', ...one, state: stateOf(isActive, connected), interfaces };
}

/** No connection leads to it. */
function idleAgent({ name, agentId, agentVersion: version, active, connected, lastSeenAt }: Dialled): Listed {
  const state = stateOf(active, connected);
  return { name, agentId, kind: 'dialled', url: null, version, lastSeenAt, connections: [], state, interfaces: [] };
}

function stateOf(isActive: boolean, connected: boolean): Listed['state'] {
  if (!isActive) return 'revoked';
  return connected ? 'connected' : 'away';
}

const headings = ['agent', 'way', 'state', 'version', 'interfaces'];

function cellsOf({ name, kind, url, state, lastSeenAt, version, interfaces }: Listed) {
  const way = kind === 'dialled' ? 'dialled in' : `own endpoint ${url}`;
  const since = lastSeenAt === null ? ', never heard of' : ` since ${timeText(lastSeenAt)}`;
  return [name, way, state === 'away' ? `away${since}` : state, version, interfaces.length];
}
