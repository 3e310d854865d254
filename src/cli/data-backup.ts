/** `sluice data backup`: a copy of a data folder, while what keeps its data there goes on working. */
import { resolve } from 'node:path';
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { countOf } from './count-of.ts';

const settings = { json: sharedSettings.json } as const;

export const dataBackupCommand = defineCommand({
  name: 'data backup',
  summary: 'Copy a data folder of Sluice to another folder, also while it is in use.',
  description:
    'Copies all that hub, agent and runs keep in a folder, keys among it: each store as it is at one moment, checked from its\n' +
    'first page to its last. What is not whole never has the name of the copy. To restore, start with that folder as --data.',
  positionals: [
    { name: 'FOLDER', help: 'A data folder: .sluice, or one of those inside it.', required: true },
    { name: 'TO', help: 'A folder that is not there yet, or empty.', required: true },
  ],
  settings,
  example: 'sluice data backup .sluice /backup/sluice-2026-11-26',
  run: backUpData,
});

async function backUpData({
  positionals: [folder = '', to = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>) {
  const { copyDataFolder } = await import('../store/index.ts');
  using stop = openStopSignal();
  const [source, target] = [folder, to].map((path) => resolve(terminal.workingFolder, path)) as [string, string];
  const { stores, files } = await copyDataFolder(source, target, stop.signal);
  if (chosen.json)
    terminal.out(`${JSON.stringify({ event: 'finished', folder: target, stores, files: files.length })}\n`);
  else
    terminal.out(
      `${target} holds ${countOf(stores.length, 'store')}, checked (${stores.join(', ')}), and ${countOf(files.length, 'other file')}.\n` +
        'It holds keys and secrets: keep it as safe as the folder itself. To restore, start with it as --data.\n',
    );
  return 0;
}
