/** `sluice runs`: what ran, when, and what became of the rows. */
import { openLedger, type Run } from '../ledger/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';
import { textTable } from './text-table.ts';

const settings = {
  limit: { kind: 'number', default: 20, minimum: 1, maximum: 1_000, placeholder: 'N', help: 'How many, newest first.' },
  interface: { kind: 'text', placeholder: 'NAME', help: 'Only runs of this interface.' },
  data: sharedSettings.data,
  hub: { kind: 'text', placeholder: 'URL', help: 'List the runs of this hub instead of those in the ledger.' },
  user: hubSettings.user,
  password: hubSettings.password,
  secrets: hubSettings.secrets,
  json: sharedSettings.json,
} as const;

export const runsCommand = defineCommand({
  name: 'runs',
  summary: 'List the runs, newest first.',
  description:
    'Lists the runs in the ledger, or with --hub those of a hub, newest first, with what became of their rows.',
  positionals: [],
  settings,
  example: 'sluice runs --limit 5',
  run: listRuns,
});

async function listRuns({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { data, limit, interface: name, json, hub, user, password, secrets } = chosen;
  if (hub !== undefined) {
    const { listRunsOfHub } = await import('./runs-of-hub.ts');
    return await listRunsOfHub({ access: { hub, user, password, secrets }, limit, interface: name, json }, terminal);
  }
  await using ledger = openLedger(data);
  const runs = ledger.listRuns(name === undefined ? { limit } : { limit, interface: name });
  if (json) for (const run of runs) terminal.out(`${JSON.stringify(runEntry(run))}\n`);
  else if (runs.length === 0) terminal.out(`No run is in the ledger ${ledger.file} yet.\n`);
  else terminal.out(`${tablesOf(runs).join('\n\n')}\n`);
  return 0;
}

const headings = [
  'run',
  'interface',
  'status',
  'started',
  'seconds',
  'read',
  'sent',
  'succeeded',
  'rejected',
  'unknown',
  'mode',
];

/** Out of Salesforce the columns mean something else, so these runs have a table of their own. */
const outboundHeadings = [
  'run',
  'interface',
  'status',
  'started',
  'seconds',
  'read',
  'inserted',
  'updated',
  'unchanged',
  'deleted',
  'mode',
];

function tablesOf(runs: readonly Run[]): string[] {
  const inbound = runs.filter(({ loaded }) => loaded === null);
  const outbound = runs.filter(({ loaded }) => loaded !== null);
  return [
    ...(inbound.length > 0 ? [textTable(headings, inbound.map(inboundRow))] : []),
    ...(outbound.length > 0 ? [textTable(outboundHeadings, outbound.map(outboundRow))] : []),
  ];
}

function inboundRow(run: Run): (string | number)[] {
  const { read, sent, succeeded, rejected, unknown } = run.rows;
  return [...firstCells(run), read, sent, succeeded, rejected, unknown, run.mode ?? ''];
}

function outboundRow(run: Run): (string | number)[] {
  const { read = 0, inserted = 0, updated = 0, unchanged = 0, deleted = 0 } = run.loaded ?? {};
  return [...firstCells(run), read, inserted, updated, unchanged, deleted, run.mode ?? ''];
}

function firstCells(run: Run): string[] {
  const started = new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' ');
  return [String(run.id), run.interface, run.status, started, secondsOf(run)?.toFixed(1) ?? ''];
}

function secondsOf({ startedAt, endedAt }: Run): number | undefined {
  return endedAt === null ? undefined : (endedAt - startedAt) / 1_000;
}

function runEntry(run: Run): object {
  return {
    run: String(run.id),
    interface: run.interface,
    direction: run.direction,
    object: run.object,
    operation: run.operation,
    status: run.status,
    startedAt: new Date(run.startedAt).toISOString(),
    seconds: secondsOf(run) ?? null,
    mode: run.mode,
    modeReason: run.modeReason,
    rows: run.rows,
    ...(run.loaded ? { loaded: run.loaded } : {}),
    error: run.error,
  };
}
