/** `sluice org start`: opens an org in a box, says how to use it, and runs until it is told to stop. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createLog, type Log, SluiceError } from '../base/index.ts';
import { keepHeapSteady, type Org, openOrg, readSetup, type Setup } from '../org/index.ts';
import { remarkOnPages } from '../web/index.ts';
import type { Invocation } from './command.ts';
import { passwordLines, startShowing } from './first-password.ts';
import type { OrgStartSettings } from './org-start-command.ts';
import { refusePlainHttp } from './plain-http.ts';
import { type Serving, serveUntilStopped } from './serve-until-stopped.ts';
import type { Terminal } from './terminal.ts';

const defaultFolder = '.sluice/org';
const secretFileName = 'consumer-secret';

type Chosen = Invocation<OrgStartSettings>['settings'];

/** Gives 0 after SIGINT or SIGTERM. */
export async function orgStart(starting: Invocation<OrgStartSettings>): Promise<number> {
  return await serveUntilStopped((serving) => serve(starting, serving));
}

async function serve({ settings, terminal }: Invocation<OrgStartSettings>, { ready }: Serving): Promise<void> {
  checkSettings(settings);
  const log = createLog({ level: settings['log-level'] });
  const setup = await readGivenSetup(settings, { log, terminal });
  using _steady = keepHeapSteady();
  await using org = await openOrg({
    folder: settings.memory ? undefined : resolve(terminal.workingFolder, settings.data ?? defaultFolder),
    setup,
    host: settings.host,
    port: settings.port,
    instanceUrl: settings['instance-url'],
    log,
    environment: terminal.environment,
  });
  const { consumerKey, consumerSecret, runAs } = org;
  const administrator = await passwordLines(org.firstAdministrator, {
    folder: org.folder,
    file: 'administrator',
    onTerminal: terminal.watched && !settings.json,
    place: 'Setup',
  });
  const url = await startShowing(terminal, administrator, () => org.listen());
  if (settings.json) terminal.out(`${JSON.stringify({ event: 'ready', url, consumerKey, consumerSecret, runAs })}\n`);
  else terminal.out(await readyText(org, { terminal, settings, administrator }));
  await ready();
}

/** What is left out of a project is said to a person in text, and to a program, which reads the log, as lines of it. */
async function readGivenSetup(
  { setup: path, json }: Chosen,
  { log, terminal }: { log: Log; terminal: Terminal },
): Promise<Setup | undefined> {
  if (path === undefined) return undefined;
  const { setup, warnings } = await readSetup(path);
  for (const warning of warnings) {
    log[json ? 'warn' : 'info']({}, warning);
    if (!json) terminal.err(`${warning}\n`);
  }
  return setup;
}

function checkSettings({ data, memory, host, 'allow-plain-http': allowed }: Chosen): void {
  if (data !== undefined && memory) {
    throw new SluiceError('USAGE', { reason: '--data and --memory exclude each other.', command: 'org start' });
  }
  refusePlainHttp(host, allowed);
}

type Ready = { terminal: Terminal; settings: Chosen; administrator: readonly string[] };

/**
 * The address, the user, and a curl line that takes the secret from a file, so that it stands in no list of processes.
 * On a terminal the secret itself is shown too.
 */
async function readyText(org: Org, { terminal, settings: { memory }, administrator }: Ready): Promise<string> {
  const { url, consumerKey, consumerSecret, runAs } = org;
  const secretFile = join(org.folder, secretFileName);
  await writeFile(secretFile, consumerSecret, { mode: 0o600 });
  const kept = memory ? 'Nothing is kept: the org is gone when it stops.' : `The org is kept in ${org.folder}.`;
  return [
    `An org in a box is ready at ${url}`,
    kept,
    '',
    `  My Domain URL    ${url}`,
    `  Setup            ${url}/setup/${remarkOnPages('setup')}`,
    `  Run-as user      ${runAs}`,
    `  Consumer key     ${consumerKey}`,
    ...(terminal.watched ? [`  Consumer secret  ${consumerSecret}`] : []),
    `  Secret in file   ${secretFile}`,
    ...administrator,
    '',
    'A token, and a query with it:',
    '',
    `  TOKEN=$(curl -s ${url}/services/oauth2/token -d grant_type=client_credentials \\`,
    `    -d client_id=${consumerKey} \\`,
    `    --data-urlencode client_secret@${shellWord(secretFile)} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s '${url}/services/data/v68.0/query?q=SELECT+Id,Name+FROM+Account' -H "Authorization: Bearer $TOKEN"`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
