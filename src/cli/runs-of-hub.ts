/** `sluice runs --hub URL`: the runs of a hub, whichever agent carries them. */
import { openStopSignal } from '../base/index.ts';
import type { HubAccess } from './hub-client.ts';
import type { HubRun } from './hub-runs.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

type Wish = { access: HubAccess; limit: number; interface: string | undefined; json: boolean };

/** The largest page of the API. */
const atOnce = 200;

export async function listRunsOfHub(
  { access, limit, interface: name, json }: Wish,
  terminal: Terminal,
): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(access, { environment: terminal.environment, signal: stop.signal });
  const runs: HubRun[] = [];
  for (let page = 1, more = true; more && runs.length < limit; page += 1) {
    const query = new URLSearchParams({
      page: String(page),
      pageSize: String(atOnce),
      ...(name === undefined ? {} : { interface: name }),
    });
    const { rows } = await hub.call<{ rows: HubRun[] }>('GET', `/runs?${query}`);
    runs.push(...rows);
    more = rows.length === atOnce;
  }
  const shown = runs.slice(0, limit);
  if (json) for (const run of shown) terminal.out(`${JSON.stringify({ event: 'run', ...run })}\n`);
  else if (shown.length === 0) terminal.out('Nothing has run yet.\n');
  else terminal.out(`${textTable(headings, shown.map(cellsOf))}\n`);
  return 0;
}

const headings = [
  'run',
  'interface',
  'agent',
  'by',
  'status',
  'asked for',
  'seconds',
  'read',
  'succeeded',
  'rejected',
  'unknown',
  'waits for',
];

function cellsOf(run: HubRun): (string | number)[] {
  const { id, interface: name, agent, trigger, full, state, status, startedAt, endedAt, waitsFor, loaded } = run;
  const rows = run.progress?.rows ?? run.rows;
  const seconds = startedAt === null || endedAt === null ? '' : ((endedAt - startedAt) / 1_000).toFixed(1);
  const asked = timeText(run.askedAt);
  const read = loaded?.read ?? rows.read;
  // Records out of Salesforce are in their place when their run has ended well.
  const succeeded = run.direction === 'outbound' && status === 'completed' ? read : rows.succeeded;
  const counts = [read, succeeded, rows.rejected, rows.unknown];
  return [
    String(id),
    name,
    agent.name ?? '',
    full ? `${trigger}, full` : trigger,
    status ?? state,
    asked,
    seconds,
    ...counts,
    waitsFor ?? '',
  ];
}
