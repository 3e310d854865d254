/** `sluice interfaces`: the interfaces of a hub, how each ran last, and when it is due next. */
import { openStopSignal, type Settings } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import type { HubRun } from './hub-runs.ts';
import { hubSettings } from './hub-settings.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = {
  integration: { kind: 'text', placeholder: 'NAME', help: 'Only those of this integration.' },
  agent: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'Only those that the agent of this name, or at this address, runs.',
  },
  status: {
    kind: 'text',
    choices: ['deployed', 'undeployed'],
    placeholder: 'STATUS',
    help: 'Only those of this status.',
  },
  search: {
    kind: 'text',
    placeholder: 'TEXT',
    help: 'Only those with this text in their name, integration, connection, object or operation.',
  },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

/** The part of an interface on the board that is shown. */
type Listed = {
  name: string;
  integration: string;
  integrationState: 'active' | 'inactive' | 'stopped';
  sequence: number;
  direction: 'inbound' | 'outbound';
  object: string;
  operation: string;
  status: 'deployed' | 'undeployed';
  agent: { name: string | null } | null;
  nextDueAt: number | null;
  lastRun: Pick<HubRun, 'state' | 'status' | 'askedAt' | 'startedAt' | 'endedAt'> | null;
};

export const interfacesCommand = defineCommand({
  name: 'interfaces',
  summary: 'List the interfaces of a hub: what each moves, how it ran last, when it is due.',
  description:
    'Lists the interfaces of a hub by integration, in the order in which they run: direction, object and operation, whether\n' +
    'each is deployed, its agent, its last run, and when it is due next. Times are UTC.',
  positionals: [],
  settings,
  example: 'sluice interfaces --integration Retail --status deployed',
  run: listInterfaces,
});

type Chosen = Settings<typeof settings>;

async function listInterfaces({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const rows = (await readInterfaces(hub, chosen)).sort(inOrder);
  if (chosen.json) for (const row of rows) terminal.out(`${JSON.stringify({ event: 'interface', ...row })}\n`);
  else if (rows.length === 0) terminal.out('No interface is found.\n');
  else terminal.out(`${textTable(headings, rows.map(cellsOf))}\n`);
  return 0;
}

/** A name that finds nothing may be one that is not there. */
async function readInterfaces(hub: HubClient, { integration, agent: name, status, search }: Chosen): Promise<Listed[]> {
  const { readAllPages } = await import('./hub-pages.ts');
  const { checkIntegrationOfHub, getAgentsOfHub } = await import('./hub-names.ts');
  const agents = name === undefined ? [undefined] : await getAgentsOfHub(hub, name);
  const rows: Listed[] = [];
  for (const agent of agents) {
    const query = { integration, agent, status, search };
    rows.push(...(await readAllPages<Listed>(hub, '/control-board/interfaces', query)));
  }
  if (rows.length === 0 && integration !== undefined) await checkIntegrationOfHub(hub, integration);
  return rows;
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

const inOrder = (one: Listed, other: Listed) =>
  collator.compare(one.integration, other.integration) || one.sequence - other.sequence;

const headings = [
  'integration',
  'interface',
  'direction',
  'object',
  'operation',
  'status',
  'agent',
  'last run',
  'at',
  'next run',
];

function cellsOf({ integration, name, direction, object, operation, agent, lastRun, nextDueAt, ...stands }: Listed) {
  const { state, status, askedAt, startedAt, endedAt } = lastRun ?? {};
  const ranAt = endedAt ?? startedAt ?? askedAt;
  return [
    integration,
    name,
    direction,
    object,
    operation,
    statusOf(stands),
    agent?.name ?? '',
    lastRun === null ? 'never' : (status ?? state),
    ranAt === undefined ? '' : timeText(ranAt),
    nextDueAt === null ? '' : timeText(nextDueAt),
  ];
}

/** One that is deployed does not run while its integration is not active. */
function statusOf({ status, integrationState }: Pick<Listed, 'status' | 'integrationState'>): string {
  return status === 'undeployed' || integrationState === 'active' ? status : `${status}, ${integrationState}`;
}
