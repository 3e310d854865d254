/** `sluice process`: Manual Process, interfaces of a hub run by their agents. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import type { HubRun } from './hub-runs.ts';
import { hubSettings } from './hub-settings.ts';
import { openProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

const settings = {
  ...hubSettings,
  follow: { kind: 'switch', help: 'Wait for the end, show how far it is, and end with the exit code of "sluice run".' },
  together: { kind: 'switch', help: 'Run all at once instead of one after the other.' },
  full: {
    kind: 'switch',
    help: 'Out of Salesforce: read everything for this once, whatever was read before.',
  },
  json: sharedSettings.json,
} as const;

export const processCommand = defineCommand({
  name: 'process',
  summary: 'Run interfaces of a hub by their agents (Manual Process).',
  description:
    'Has the hub run interfaces, in the order of their integration: each begins when the one before has ended well. A run whose\n' +
    'agent is away waits for it. The runs go on when this command ends; "sluice cancel" stops one.',
  positionals: [{ name: 'INTERFACE', help: 'An interface of the hub, by name.', required: true, many: true }],
  settings,
  example: 'sluice process countries cities --follow',
  run: processInterfaces,
});

type Chosen = Invocation<typeof settings>['settings'];

async function processInterfaces({
  positionals,
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const order = chosen.together ? 'together' : 'sequence';
  const asked = { interfaces: positionals, order, ...(chosen.full ? { full: true } : {}) };
  const { runs } = await hub.call<{ runs: HubRun[] }>('POST', '/runs', asked);
  if (!chosen.follow) {
    sayStarted(runs, chosen, terminal);
    return 0;
  }
  try {
    return await follow(runs, { chosen, terminal, hub, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) terminal.err('The runs go on at their agents; "sluice cancel RUN" stops one.\n');
    throw error;
  }
}

function sayStarted(runs: readonly HubRun[], { json }: Chosen, terminal: Terminal): void {
  for (const run of runs) {
    if (json) terminal.out(`${JSON.stringify({ event: 'started', ...run })}\n`);
    else terminal.out(`Run ${run.id} of ${run.interface}: ${run.waitsFor ?? 'it has begun.'}\n`);
  }
}

type Following = { chosen: Chosen; terminal: Terminal; hub: HubClient; signal: AbortSignal };

async function follow(
  runs: readonly HubRun[],
  { chosen: { json }, terminal, hub, signal }: Following,
): Promise<number> {
  const { followRuns, isNotReached, reportOf } = await import('./hub-runs.ts');
  const { exitCodeOf, sayFinished } = await import('./outcome.ts');
  using bar = openProgressBar(terminal);
  const ended = await followRuns(runs, { hub, terminal, bar, signal });
  bar[Symbol.dispose]();
  const reports = ended.filter((run) => !isNotReached(run)).map(reportOf);
  const notRun = ended.filter(isNotReached).map((run) => run.interface);
  const findRejects = (run: string) => `sluice messages --run ${run}`;
  sayFinished({ reports, notRun, findRejects, json, terminal });
  return exitCodeOf(reports);
}
