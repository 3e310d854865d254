/** `sluice export`: writes connections, integrations and interfaces of a hub as YAML files. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openStopSignal, reasonOf, SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { countOf } from './count-of.ts';
import { type ExportFile, exportFilesOf, exportMark } from './export-files.ts';
import { hubSettings } from './hub-settings.ts';
import { yamlFilesIn } from './yaml-files.ts';

const settings = {
  ...hubSettings,
  force: { kind: 'switch', help: 'Write over files that no export wrote.' },
  json: sharedSettings.json,
} as const;

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write the connections, integrations and interfaces of a hub as YAML files.',
  description:
    'Writes a folder for each integration and in it a file for each interface, in the form that "sluice run" and\n' +
    '"sluice apply" read; a file that an earlier export wrote and that is in the hub no longer is removed. The same\n' +
    'interfaces give the same bytes. Each connection is a file NAME.connection.yaml; a secret is never written, but a\n' +
    'reference to be filled in where the file is applied, such as env:SLUICE_SECRET_NAME_CONSUMER.',
  positionals: [{ name: 'DIR', help: 'The folder; made when it is not there.', required: true }],
  settings,
  example: 'sluice export interfaces --hub https://hub.example:8088',
  run: exportDefinitions,
});

async function exportDefinitions({
  positionals: [given = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const { readHubDefinitions } = await import('./hub-definitions.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const definitions = await readHubDefinitions(hub);
  const files = await exportFilesOf(definitions);
  const done = writeFiles(resolve(terminal.workingFolder, given), files, { force: chosen.force });
  const { connections, integrations, interfaces } = definitions;
  const counts = {
    connections: connections.length,
    integrations: integrations.length,
    interfaces: interfaces.length,
    ...done,
  };
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'finished', ...counts })}\n`);
  else
    terminal.out(
      `${given} holds ${countOf(connections.length, 'connection')}, ${countOf(integrations.length, 'integration')} and ` +
        `${countOf(interfaces.length, 'interface')}: ${countOf(done.written, 'file')} written, ${done.removed} removed.\n`,
    );
  return 0;
}

/** Nothing is written when one of them belongs to somebody else. */
function writeFiles(folder: string, files: readonly ExportFile[], { force }: { force: boolean }) {
  try {
    const present = new Map(yamlFilesIn(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
    const isOurs = (path: string) => present.get(path)?.startsWith(exportMark) ?? true;
    const changed = files.filter(({ path, text }) => present.get(path) !== text);
    const kept = changed.find(({ path }) => !isOurs(path));
    if (kept !== undefined && !force)
      throw new SluiceError('METADATA_FILE_KEPT', { file: kept.path, reason: 'was not written by an export' });
    const wanted = new Set(files.map(({ path }) => path));
    const gone = [...present.keys()].filter((path) => !wanted.has(path) && isOurs(path));
    for (const path of gone) rmSync(join(folder, path));
    for (const { path, text } of changed) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return { written: changed.length, removed: gone.length };
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('FILE_UNREADABLE', { file: folder, reason: reasonOf(cause) }, { cause });
  }
}
