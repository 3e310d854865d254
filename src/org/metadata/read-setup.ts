/** Reads what an org is to be set up with: a setup file, a Salesforce DX project, or a setup file that names one. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, SluiceError } from '../../base/index.ts';
import {
  type ConnectedAppSetup,
  checkedSetup,
  defaultApp,
  defaultUser,
  type ExternalClientAppSetup,
  parseSetupSource,
  type Setup,
  type SetupFile,
  type SetupSource,
} from '../setup/index.ts';
import { folderError } from './find-source-files.ts';
import { layOver } from './lay-over.ts';
import { type ProjectSource, readProject } from './read-project.ts';

/** `warnings` say what the project has and the org in a box has not, a sentence each. */
export type ReadSetup = { setup: Setup; warnings: readonly string[] };

/**
 * `path` is a setup file, the folder of a project (with sfdx-project.json), or a folder with metadata in source format.
 *
 * @throws SluiceError FILE_UNREADABLE; FILE_INVALID with line, column, and the nearest name for an unknown one;
 * METADATA_FOLDER_INVALID; METADATA_INVALID with file and line.
 */
export async function readSetup(path: string): Promise<ReadSetup> {
  if (await isFolder(path)) return await readFolder(path);
  if (path.endsWith('.xml')) throw folderError(path, 'it is one file; name the folder of the whole');
  const file = parseSetupSource(await readText(path), path);
  if (file.value.metadata === undefined) return { setup: checkedSetup(file), warnings: [] };
  const folder = resolve(dirname(path), file.value.metadata);
  if (!(await isFolder(folder))) throw file.refuse(['metadata'], `is no folder: ${folder}`);
  return finish(await readProject(folder, file.value), file);
}

/** The same without the warnings. */
export async function readSetupFile(path: string): Promise<Setup> {
  return (await readSetup(path)).setup;
}

/** A project alone has no users: it gets the usual one and, unless one of its apps runs as that user, the usual app. */
async function readFolder(folder: string): Promise<ReadSetup> {
  const project = await readProject(folder);
  const usual = defaultApp(defaultUser.username);
  const isNeeded = !appsOf(project).some(({ name, clientCredentials }) => {
    const isSame = name.toLowerCase() === usual.name.toLowerCase();
    return isSame || (clientCredentials?.enabled && clientCredentials.runAs === defaultUser.username);
  });
  const value: SetupFile = isNeeded ? { connectedApps: [usual] } : {};
  return finish(project, { value, refuse: project.refuse });
}

function finish(project: ProjectSource, file: SetupSource): ReadSetup {
  leaveStrangers(project, file);
  return { setup: checkedSetup(layOver(project, file)), warnings: project.leftOut.warnings() };
}

const appLists = ['connectedApps', 'externalClientApps'] as const;

/** An app of the project may run as a user of another org; whoever is not here, and is not replaced here, cannot be it. */
function leaveStrangers(project: ProjectSource, { value }: SetupSource): void {
  const users = (value.users ?? [defaultUser]).map(({ username }) => username.toLowerCase());
  for (const list of appLists) {
    for (const [index, { name, clientCredentials }] of (project.value[list] ?? []).entries()) {
      const runAs = clientCredentials?.runAs;
      const own = value[list]?.find((app) => app.name.toLowerCase() === name.toLowerCase());
      if (runAs === undefined || own?.clientCredentials?.runAs || users.includes(runAs.toLowerCase())) continue;
      delete clientCredentials?.runAs;
      const why = 'there is no such user here (declare one in a setup file that names this project under "metadata")';
      const place = project.placeOf([list, index, 'clientCredentials']);
      project.leftOut.add('run-as users', why, { ...place, name: `${runAs} of ${name}` });
    }
  }
}

type App = ConnectedAppSetup | ExternalClientAppSetup;

function appsOf({ value }: SetupSource): readonly App[] {
  return appLists.flatMap((list): readonly App[] => value[list] ?? []);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file: path, reason: reasonOf(cause) }, { cause });
  }
}
