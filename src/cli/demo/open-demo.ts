/** `sluice up --demo`: an org in a box, a filled database, and what the hub is to know of them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../base/index.ts';
import type { Hub } from '../../hub/index.ts';
import { type Org, openOrg } from '../../org/index.ts';
import { passwordLines } from '../first-password.ts';
import { integrateClass, integrateInOrg } from '../integrate-in-org.ts';
import { type AppliedDemo, applyDemo } from './apply-demo.ts';
import { type DemoDatabase, openDemoDatabase } from './demo-database.ts';
import { demoFolder } from './demo-definitions.ts';
import { demoTables } from './demo-tables.ts';
import { demoEnvironment, environmentLines } from './environment-file.ts';

export type Demo = AsyncDisposable & {
  org: Org;
  database: DemoDatabase;
  /** Inside which the agent may open files. */
  filesFolder: string;
  /** Hosts at which the agent may sign in. */
  allowedHosts: readonly string[];
  /** Tells the hub, and writes what a shell needs into the file it gives. Errors: those of the hub's API. */
  apply(agentName: string, signal: AbortSignal): Promise<{ environmentFile: string }>;
  /** Who may log in to Setup, at the first start alone. */
  administrator: readonly string[];
};

/** `onTerminal`: passwords are said there. */
export type DemoMeans = { folder: string; hub: Hub; hubPassword: string; onTerminal: boolean; log: Log };

/** Errors: those of an org, FILE_UNREADABLE, ADDRESS_UNAVAILABLE. */
export async function openDemo({ folder, hub, hubPassword, onTerminal, log }: DemoMeans): Promise<Demo> {
  await using opened = new AsyncDisposableStack();
  const filesFolder = join(folder, 'files');
  await mkdir(filesFolder, { recursive: true, mode: 0o700 });
  const org = opened.use(
    await openOrg({
      folder: join(folder, 'org'),
      setupFile: join(demoFolder, 'org.yaml'),
      apexRest: { [integrateClass.name]: integrateInOrg(hub) },
      log,
    }),
  );
  const place = { folder: org.folder, file: 'administrator', onTerminal, place: 'Setup', isDemo: true };
  const administrator = await passwordLines(org.firstAdministrator, place);
  await org.listen();
  const database = opened.use(await openDemoDatabase({ folder: filesFolder, tables: demoTables() }));
  const known = { hub, hubPassword, org, database };
  const apply = async (agentName: string, signal: AbortSignal) => {
    const applied = await applyDemo({ ...known, agentName, signal });
    return { environmentFile: await writeEnvironment(folder, known, applied) };
  };
  const open = opened.move();
  return {
    org,
    database,
    filesFolder,
    allowedHosts: [new URL(org.url).host],
    administrator,
    apply,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

type Known = { hub: Hub; hubPassword: string; org: Org; database: DemoDatabase };

async function writeEnvironment(folder: string, known: Known, applied: AppliedDemo): Promise<string> {
  const file = join(folder, 'environment');
  await writeFile(file, environmentLines(demoEnvironment(folder, known, applied)), { mode: 0o600 });
  return file;
}
