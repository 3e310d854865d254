/** `sluice connections`: the connections of a hub, and when both pings had been good. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = { ...hubSettings, json: sharedSettings.json } as const;

/** The part of a connection that is shown. */
type Listed = {
  id: number;
  name: string;
  type: string;
  agent: { name: string | null; hostUrl: string | null; portForward: number | null };
  database: { database: string };
  salesforce: { myDomainUrl: string };
  verifiedAt: number | null;
  apiUsage: { used: number; allowed: number; readAt: number } | null;
};

export const connectionsCommand = defineCommand({
  name: 'connections',
  summary: 'List the connections of a hub.',
  description:
    'Lists the connections of a hub by name, with their agents, when the pings in both directions had been good, and how many of its API calls the org had used when an agent last read it.',
  positionals: [],
  settings,
  example: 'sluice connections --hub http://127.0.0.1:8088',
  run: listConnections,
});

async function listConnections({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const { readAllPages } = await import('./hub-pages.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const rows = await readAllPages<Listed>(hub, '/connections', { sort: 'name' });
  if (chosen.json) for (const row of rows) terminal.out(`${JSON.stringify({ event: 'connection', ...row })}\n`);
  else if (rows.length === 0) terminal.out('There is no connection yet.\n');
  else terminal.out(`${textTable(headings, rows.map(tableRow))}\n`);
  return 0;
}

const headings = ['connection', 'agent', 'database', 'Salesforce', 'verified', 'API calls'];

function tableRow({ name, agent, database, salesforce, verifiedAt, apiUsage }: Listed): string[] {
  const { hostUrl, portForward } = agent;
  const way = hostUrl === null ? (agent.name ?? '') : `${hostUrl}:${portForward}`;
  const verified = verifiedAt === null ? 'unverified' : timeText(verifiedAt);
  const calls =
    apiUsage === null ? 'not read yet' : `${apiUsage.used} of ${apiUsage.allowed} at ${timeText(apiUsage.readAt)}`;
  return [name, way, database.database, salesforce.myDomainUrl, verified, calls];
}
