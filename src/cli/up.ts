/** `sluice up`: a hub and an agent that dials out to it, in one process and one data folder, until it is told to stop. */
import { join, resolve } from 'node:path';
import { type Agent, type AgentSettings, openAgent } from '../agent/index.ts';
import { createLog, SluiceError } from '../base/index.ts';
import { type Hub, type HubSettings, openHub } from '../hub/index.ts';
import { readProxy } from '../salesforce/index.ts';
import type { Invocation } from './command.ts';
import { passwordLines, startShowing } from './first-password.ts';
import { readHostList } from './host-list.ts';
import { readCertificate } from './pem-files.ts';
import { refusePlainHttp } from './plain-http.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { type Serving, serveUntilStopped } from './serve-until-stopped.ts';
import type { UpSettings } from './up-command.ts';
import { version } from './version.ts';

type Starting = Invocation<UpSettings>;

/** Gives 0 after SIGINT or SIGTERM. */
export async function up(starting: Starting): Promise<number> {
  return await serveUntilStopped((serving) => serve(starting, serving));
}

async function serve(starting: Starting, { signal, ready }: Serving): Promise<void> {
  const { settings, terminal } = starting;
  await using opened = new AsyncDisposableStack();
  const certificate = await readCertificate(settings, 'up');
  const { metrics, metricsToken } = await openProcessMetrics(settings);
  const hub = opened.use(await openHub({ ...hubSettingsOf(starting, certificate), metrics, metricsToken }));
  const administrator = await passwordLines(hub.firstAdministrator, {
    folder: hub.folder,
    file: 'administrator',
    onTerminal: terminal.watched && !settings.json,
    place: 'Console',
  });
  // Closed before the hub, so that its last answers and reports still find it.
  const agent = await startShowing(terminal, administrator, async () => {
    await hub.listen();
    return opened.use(await openAgent({ ...agentSettingsOf(starting, hub, certificate), metrics, signal }));
  });
  const running = { hub, agent };
  terminal.out(settings.json ? readyLine(starting, running) : readyText(starting, running, administrator));
  await ready();
}

type Running = { hub: Hub; agent: Agent };
type Certificate = HubSettings['certificate'];

const dataFolderOf = ({ settings, terminal }: Starting) => resolve(terminal.workingFolder, settings.data);

function hubSettingsOf(starting: Starting, certificate: Certificate): HubSettings {
  const { settings } = starting;
  if (certificate === undefined) refuseUnsafe(settings);
  return {
    folder: join(dataFolderOf(starting), 'hub'),
    host: settings.host,
    port: settings.port,
    publicUrl: settings['public-url'],
    certificate,
    version: version(),
    log: createLog({ level: settings['log-level'] }),
  };
}

function agentSettingsOf(starting: Starting, hub: Hub, certificate: Certificate): AgentSettings {
  const { settings, terminal } = starting;
  return {
    folder: join(dataFolderOf(starting), 'agent'),
    version: version(),
    hub: { url: hub.urlHere, certificate: certificate?.cert, invite: () => hub.createRegistrationCode('sluice up') },
    allowedHosts: readHostList(settings['allow-host']),
    proxy: readProxy(terminal.environment),
    filesFolder: settings.files && resolve(terminal.workingFolder, settings.files),
    log: createLog({ level: settings['log-level'] }),
  };
}

/** Addresses at which the agent can call the hub over this machine alone. */
const reachedHere = /^(localhost|0\.0\.0\.0|::|::1|127(\.\d{1,3}){3})$/;

/** The agent's own calls do not go over the network in the clear, whatever is allowed to others. */
function refuseUnsafe({ host, 'allow-plain-http': allowed }: Starting['settings']): void {
  refusePlainHttp(host, allowed);
  if (reachedHere.test(host)) return;
  const reason = `Without TLS the agent cannot call the hub at ${host}; --host 0.0.0.0 listens on this machine's own address too`;
  throw new SluiceError('USAGE', { reason, command: 'up' });
}

function readyLine(starting: Starting, { hub, agent }: Running): string {
  const data = dataFolderOf(starting);
  return `${JSON.stringify({ event: 'ready', url: hub.url, data, agent: agent.name })}\n`;
}

/** Short once it is known what this is: from the second start on. */
function readyText(starting: Starting, { hub, agent }: Running, administrator: readonly string[]): string {
  const { url } = hub;
  const lines = [`Sluice is ready at ${url}`, `It is kept in ${dataFolderOf(starting)}.`, ''];
  const first = [
    ...administrator,
    `  Agent            ${agent.name}, in this process`,
    `  API              ${url}/api/openapi.json`,
    '',
    'Next, in another window, with that password in SLUICE_SECRET_HUB:',
    '',
    `  sluice connections --hub ${url}`,
    `  sluice apply DIR --hub ${url}`,
    '  sluice doctor --my-domain URL --consumer-key KEY --consumer-secret env:SLUICE_SECRET_ORG',
    '',
  ];
  return [...lines, ...(administrator.length > 0 ? first : []), 'Ctrl-C stops it.', ''].join('\n');
}
