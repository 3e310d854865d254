/** `sluice agent start`: opens an agent, says how the hub reaches it, and runs until it is told to stop. */
import { resolve } from 'node:path';
import { openAgent } from '../agent/index.ts';
import { createLog, SluiceError } from '../base/index.ts';
import { readProxy } from '../salesforce/index.ts';
import type { AgentStartSettings } from './agent-start-command.ts';
import type { Invocation } from './command.ts';
import { passwordLines } from './first-password.ts';
import { readHostList } from './host-list.ts';
import { keptRunsOf } from './kept-runs-settings.ts';
import { readPem } from './pem-files.ts';
import { refusePlainHttp } from './plain-http.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { type Serving, serveUntilStopped } from './serve-until-stopped.ts';
import { version } from './version.ts';

/** Gives 0 after SIGINT or SIGTERM. */
export async function agentStart(starting: Invocation<AgentStartSettings>): Promise<number> {
  return await serveUntilStopped((serving) => serve(starting, serving));
}

async function serve(
  { settings, terminal }: Invocation<AgentStartSettings>,
  { signal, ready }: Serving,
): Promise<void> {
  const plain = settings['plain-http'];
  if (plain) refusePlainHttp(settings.host, settings['allow-plain-http']);
  await using agent = await openAgent({
    folder: resolve(terminal.workingFolder, settings.data),
    ...(await openProcessMetrics(settings)),
    version: version(),
    hub: await readHub(settings),
    endpoint: settings.hub === undefined || settings.endpoint,
    signal,
    host: settings.host,
    port: settings.port,
    plain,
    allowedHosts: readHostList(settings['allow-host']),
    proxy: readProxy(terminal.environment),
    filesFolder: settings.files && resolve(terminal.workingFolder, settings.files),
    runsAtOnce: settings['runs-at-once'],
    keptRuns: keptRunsOf(settings),
    log: createLog({ level: settings['log-level'] }),
  });
  const { url, hub, folder, username, firstPassword } = agent;
  const onTerminal = terminal.watched && !settings.json;
  const first = firstPassword === undefined ? undefined : { username, password: firstPassword };
  const lines = await passwordLines(first, { folder, file: 'first-password', onTerminal, place: 'Agent' });
  if (settings.json) terminal.out(`${JSON.stringify({ event: 'ready', url, username, hub })}\n`);
  else terminal.out(readyText({ url, hub, folder }, lines));
  await ready();
}

type Chosen = Invocation<AgentStartSettings>['settings'];

async function readHub({ hub: url, code, 'hub-certificate': file }: Chosen) {
  if (url !== undefined) return { url, code, certificate: file === undefined ? undefined : await readPem(file) };
  if (file === undefined && code === undefined) return undefined;
  throw new SluiceError('USAGE', { reason: '--code and --hub-certificate need --hub.', command: 'agent start' });
}

type Reached = { url: string | undefined; hub: string | undefined; folder: string };

function readyText({ url, hub, folder }: Reached, passwordOf: readonly string[]): string {
  const ways = [
    ...(url === undefined ? [] : [`The agent is ready at ${url}`]),
    ...(hub === undefined ? [] : [`The agent works for the hub at ${hub}`]),
  ];
  return [...ways, `It is kept in ${folder}.`, '', ...passwordOf, '', 'Ctrl-C stops it.', ''].join('\n');
}
