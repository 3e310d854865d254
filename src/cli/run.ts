/** `sluice run`: runs interfaces, of either direction, in the order given. */
import type { RunReport } from '../agent/index.ts';
import { createLog, openStopSignal, reasonOf } from '../base/index.ts';
import { defineCommand, type Invocation, movingSettings } from './command.ts';
import { keptLongSettings, keptRunsOf } from './kept-runs-settings.ts';
import { exitCodeOf, mayGoOn, sayFinished } from './outcome.ts';
import { openProgressBar } from './progress-bar.ts';
import { tellWaiting } from './waiting.ts';

const settings = {
  ...movingSettings,
  ...keptLongSettings,
  full: { kind: 'switch', help: 'Out of Salesforce: read everything, whatever was read before.' },
} as const;

export const runCommand = defineCommand({
  name: 'run',
  summary: 'Run interfaces, into Salesforce or out of it, and account for every row.',
  description:
    'Runs interfaces in the order given, each from its own file; all files are checked before the first is run. Rejected\n' +
    'rows do not keep the next interface from running; a failed run or rows whose outcome is unknown do. Interfaces of\n' +
    '"type: outbound" bring records out of Salesforce into a table. With --json one line is printed at the end.',
  positionals: [{ name: 'FILE', help: 'An interface file (YAML).', required: true, many: true }],
  settings,
  example: 'sluice run countries.yaml cities.yaml',
  run: runInterfaces,
});

async function runInterfaces({
  positionals,
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openLedger } = await import('../ledger/index.ts');
  const { forgetRuns, keepYoungHeapSmall, loadAnyInterface, runInterface } = await import('../agent/index.ts');
  keepYoungHeapSmall();
  const interfaces = positionals.map((file) => loadAnyInterface(file, terminal.environment));
  const reports: RunReport[] = [];
  const log = createLog({ level: chosen['log-level'] });
  using stop = openStopSignal();
  await using ledger = openLedger(chosen.data);
  using bar = openProgressBar(terminal);
  const finish = () => {
    bar[Symbol.dispose]();
    const notRun = interfaces.slice(reports.length).map((loaded) => loaded.interface.name);
    sayFinished({ reports, notRun, json: chosen.json, terminal });
  };
  try {
    for (const loaded of interfaces) {
      const report = await runInterface({
        loaded,
        full: chosen.full,
        ledger,
        dataFolder: chosen.data,
        environment: terminal.environment,
        secretsFolder: chosen.secrets,
        log: tellWaiting(log, terminal),
        signal: stop.signal,
        onProgress: (progress) => bar.show(loaded.interface.name, progress),
      });
      reports.push(report);
      if (!mayGoOn(report)) break;
    }
  } catch (error) {
    if (reports.length > 0) finish();
    throw error;
  }
  finish();
  // Runs that a hub knows are their agent's to forget. What cannot be forgotten now is, behind the next run.
  const forgetting = { ledger, kept: keptRunsOf(chosen), now: Date.now(), signal: stop.signal };
  await forgetRuns({ ...forgetting, mayGo: ({ hubRun }) => hubRun === null }).catch((error: unknown) =>
    log.warn({ reason: reasonOf(error) }, 'old runs stay; they are looked at again behind the next run'),
  );
  return exitCodeOf(reports);
}
