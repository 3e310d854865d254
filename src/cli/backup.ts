/** `sluice backup`: records of chosen objects into CSV files, with a manifest of counts and digests. */
import type { BackedUp } from '../agent/index.ts';
import { createLog, openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';
import { tellWaiting } from './waiting.ts';

const settings = {
  object: {
    kind: 'text',
    placeholder: 'NAMES',
    help: 'Objects by their API names, with commas between them; all that have a page of their own when left out.',
  },
  secrets: sharedSettings.secrets,
  json: sharedSettings.json,
  'log-level': { ...sharedSettings['log-level'], default: 'silent' },
} as const;

export const backupCommand = defineCommand({
  name: 'backup',
  summary: 'Write the records of chosen objects to CSV files, with a manifest of counts and digests.',
  description:
    'Writes one CSV file for each object, with all fields that the run-as user may read, and sluice-manifest.json with rows\n' +
    'and SHA-256 of each file. Started again with the same folder it goes on where it was cut off; a folder holds one\n' +
    'backup. Each object is as it was when its query ran.',
  positionals: [
    { name: 'CONNECTION', help: 'A connection file (YAML); its database is not used.', required: true },
    { name: 'DIR', help: 'The folder of the backup; made when it is not there.', required: true },
  ],
  settings,
  example: 'sluice backup demo.connection.yaml backup-2026-11 --object Account,Contact',
  run: backUpObjects,
});

async function backUpObjects({
  positionals: [file = '', folder = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { backUp, readConnectionFile } = await import('../agent/index.ts');
  using stop = openStopSignal();
  const { environment } = terminal;
  const done: BackedUp[] = [];
  const objects = chosen.object?.split(',').map((name) => name.trim());
  const backup = backUp({
    connection: readConnectionFile(file, environment),
    folder,
    objects: objects?.filter((name) => name !== ''),
    environment,
    secretsFolder: chosen.secrets,
    log: tellWaiting(createLog({ level: chosen['log-level'] }), terminal),
    signal: stop.signal,
    onProgress: (object, records) => tell(terminal, `${object}: ${records.toLocaleString('en-US')} records`),
  });
  for await (const one of backup) {
    done.push(one);
    if (chosen.json) terminal.out(`${JSON.stringify({ event: 'object', ...one })}\n`);
  }
  tell(terminal, '');
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'finished', objects: done.length, records: sum(done) })}\n`);
  else terminal.out(`${describe(done)}\n`);
  return 0;
}

const sum = (done: readonly BackedUp[]) => done.reduce((total, { records }) => total + records, 0);

function describe(done: readonly BackedUp[]): string {
  const rows = done.map(({ object, file, records, asOf, before }) => [
    object,
    records,
    file,
    asOf,
    before ? 'before' : 'now',
  ]);
  return textTable(['object', 'records', 'file', 'as of', 'read'], rows);
}

function tell(terminal: Terminal, text: string): void {
  if (terminal.watched) terminal.err(`\r\u001b[K${text}`);
}
