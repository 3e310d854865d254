/** `sluice resume`: goes on with every run that did not end. */
import { createLog, openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, movingSettings } from './command.ts';
import { exitCodeOf, sayFinished } from './outcome.ts';
import { openProgressBar } from './progress-bar.ts';
import { tellWaiting } from './waiting.ts';

export const resumeCommand = defineCommand({
  name: 'resume',
  summary: 'Go on with runs that were interrupted; what became of sent rows is asked first.',
  description:
    'Goes on with every run in the ledger that did not end: asks Salesforce what became of what was sent, sends what\n' +
    'was not, and never sends a row twice on a guess.',
  positionals: [],
  settings: movingSettings,
  example: 'sluice resume --data .sluice',
  run: resume,
});

async function resume({ settings: chosen, terminal }: Invocation<typeof movingSettings>): Promise<number> {
  const { openLedger } = await import('../ledger/index.ts');
  const { keepYoungHeapSmall, resumeRuns } = await import('../agent/index.ts');
  keepYoungHeapSmall();
  using stop = openStopSignal();
  await using ledger = openLedger(chosen.data);
  using bar = openProgressBar(terminal);
  const reports = await resumeRuns({
    ledger,
    dataFolder: chosen.data,
    environment: terminal.environment,
    secretsFolder: chosen.secrets,
    log: tellWaiting(createLog({ level: chosen['log-level'] }), terminal),
    signal: stop.signal,
    onProgress: (progress) => bar.show('resume', progress),
  });
  bar[Symbol.dispose]();
  if (reports.length > 0 || chosen.json) sayFinished({ reports, notRun: [], json: chosen.json, terminal });
  else terminal.out('Every run in the ledger has ended: there is nothing to resume.\n');
  return exitCodeOf(reports);
}
