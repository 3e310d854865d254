/** `sluice run`: runs interfaces in the order given. */
import { basename } from 'node:path';
import { createLog, openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { errorsText, exitCodeOf, finishedLine, finishedText, mayGoOn } from './outcome.ts';
import { openProgressBar } from './progress-bar.ts';

const settings = {
  data: sharedSettings.data,
  secrets: sharedSettings.secrets,
  json: sharedSettings.json,
  'log-level': { ...sharedSettings['log-level'], default: 'silent' },
} as const;

export const runCommand = defineCommand({
  name: 'run',
  summary: 'Run interfaces: read the source, send the rows, account for each.',
  description:
    'Runs interfaces in the order given, each from its own file. Rejected rows do not keep the next interface from\n' +
    'running; a failed run or rows whose outcome is unknown do. With --json one line is printed at the end.',
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
  const { runInterface } = await import('../agent/index.ts');
  using stop = openStopSignal();
  await using ledger = openLedger(chosen.data);
  using bar = openProgressBar(terminal);
  const reports = [];
  for (const interfaceFile of positionals) {
    const report = await runInterface({
      interfaceFile,
      ledger,
      dataFolder: chosen.data,
      environment: terminal.environment,
      secretsFolder: chosen.secrets,
      log: createLog({ level: chosen['log-level'] }),
      signal: stop.signal,
      onProgress: (progress) => bar.show(basename(interfaceFile, '.yaml'), progress),
    });
    reports.push(report);
    if (!mayGoOn(report)) break;
  }
  bar[Symbol.dispose]();
  terminal.out(chosen.json ? finishedLine(reports) : finishedText(reports));
  if (chosen.json) terminal.err(errorsText(reports));
  return exitCodeOf(reports);
}
