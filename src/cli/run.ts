/** `sluice run`: runs interfaces in the order given. */
import type { RunReport } from '../agent/index.ts';
import { createLog, openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, movingSettings } from './command.ts';
import { exitCodeOf, mayGoOn, sayFinished } from './outcome.ts';
import { openProgressBar } from './progress-bar.ts';
import { tellWaiting } from './waiting.ts';

export const runCommand = defineCommand({
  name: 'run',
  summary: 'Run interfaces: read the source, send the rows, account for each.',
  description:
    'Runs interfaces in the order given, each from its own file; all files are checked before the first is run. Rejected\n' +
    'rows do not keep the next interface from running; a failed run or rows whose outcome is unknown do. With --json one\n' +
    'line is printed at the end.',
  positionals: [{ name: 'FILE', help: 'An interface file (YAML).', required: true, many: true }],
  settings: movingSettings,
  example: 'sluice run countries.yaml cities.yaml',
  run: runInterfaces,
});

async function runInterfaces({
  positionals,
  settings: chosen,
  terminal,
}: Invocation<typeof movingSettings>): Promise<number> {
  const { openLedger } = await import('../ledger/index.ts');
  const { keepYoungHeapSmall, loadInterface, runInterface } = await import('../agent/index.ts');
  keepYoungHeapSmall();
  const interfaces = positionals.map((file) => loadInterface(file, terminal.environment));
  const reports: RunReport[] = [];
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
        ledger,
        dataFolder: chosen.data,
        environment: terminal.environment,
        secretsFolder: chosen.secrets,
        log: tellWaiting(createLog({ level: chosen['log-level'] }), terminal),
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
  return exitCodeOf(reports);
}
