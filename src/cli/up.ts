/** `sluice up`: a hub and an agent that dials out to it, in one process and one data folder, until it is told to stop. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Agent, type AgentSettings, openAgent } from '../agent/index.ts';
import { createLog, SluiceError } from '../base/index.ts';
import { type Hub, type HubSettings, openHub } from '../hub/index.ts';
import { readProxy } from '../salesforce/index.ts';
import { remarkOnPages } from '../web/index.ts';
import type { Invocation } from './command.ts';
import { demoLines, demoReady } from './demo/demo-text.ts';
import type { Demo } from './demo/open-demo.ts';
import { passwordLines, startShowing } from './first-password.ts';
import { readHostList } from './host-list.ts';
import { integrateLimits } from './integrate-settings.ts';
import { keptRunsOf } from './kept-runs-settings.ts';
import { readCertificate } from './pem-files.ts';
import { refusePlainHttp } from './plain-http.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { programWord } from './program-word.ts';
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
  refuseFilesOfDemo(settings);
  await using opened = new AsyncDisposableStack();
  const certificate = await readCertificate(settings, 'up');
  if (certificate === undefined) refuseUnsafe(settings);
  const folder = await openDataFolder(starting, opened);
  const { metrics, metricsToken } = await openProcessMetrics(settings);
  const means = { starting, folder, certificate };
  const hub = opened.use(await openHub({ ...hubSettingsOf(means), metrics, metricsToken }));
  const administrator = await showAdministrator(hub, starting);
  // Closed before the hub, so that its last answers and reports still find it.
  const { agent, demo } = await startShowing(terminal, administrator, async () => {
    await hub.listen();
    const demo = settings.demo ? opened.use(await openDemoOf(means, hub)) : undefined;
    const agent = opened.use(await openAgent({ ...agentSettingsOf(means, hub, demo), metrics, signal }));
    return { agent, demo };
  });
  const running = {
    folder,
    isTemporary: isTemporaryDemo(settings),
    program: programWord(terminal.environment),
    hub,
    agent,
    demo: demo && { demo, ...(await demo.apply(agent.name, signal)) },
  };
  terminal.out(settings.json ? readyLine(running) : readyText(running, administrator));
  await ready();
}

const isTemporaryDemo = ({ data, demo }: Starting['settings']) => demo && data === undefined;

async function openDataFolder({ settings, terminal }: Starting, opened: AsyncDisposableStack): Promise<string> {
  if (!isTemporaryDemo(settings)) return resolve(terminal.workingFolder, settings.data ?? '.sluice');
  const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const administratorFile = 'administrator';

async function showAdministrator(hub: Hub, { settings, terminal }: Starting): Promise<string[]> {
  const onTerminal = isOnTerminal({ settings, terminal });
  const isDemo = settings.demo;
  const place = { folder: hub.folder, file: administratorFile, onTerminal, place: 'Console', isDemo };
  return await passwordLines(hub.firstAdministrator, place);
}

const isOnTerminal = ({ settings, terminal }: Pick<Starting, 'settings' | 'terminal'>) =>
  terminal.watched && !settings.json;

async function openDemoOf({ starting: { settings, terminal }, folder }: Means, hub: Hub): Promise<Demo> {
  const { openDemo } = await import('./demo/open-demo.ts');
  if (!settings.json) terminal.out('Filling a database, and starting an org in a box …\n\n');
  const [, hubPassword = ''] = (await readFile(join(hub.folder, administratorFile), 'utf8')).split('\n');
  const onTerminal = isOnTerminal({ settings, terminal });
  return await openDemo({ folder, hub, hubPassword, onTerminal, log: createLog({ level: settings['log-level'] }) });
}

/** Its database may be a file, which lies in the folder of the demo. */
function refuseFilesOfDemo({ demo, files }: Starting['settings']): void {
  if (!demo || files === undefined) return;
  throw new SluiceError('USAGE', {
    reason: '--demo has a folder of files of its own; leave out --files.',
    command: 'up',
  });
}

type Certificate = HubSettings['certificate'];
type Means = { starting: Starting; folder: string; certificate: Certificate };
type Running = {
  folder: string;
  isTemporary: boolean;
  program: string;
  hub: Hub;
  agent: Agent;
  demo: { demo: Demo; environmentFile: string } | undefined;
};

function hubSettingsOf({ starting: { settings }, folder, certificate }: Means): HubSettings {
  return {
    folder: join(folder, 'hub'),
    host: settings.host,
    port: settings.port,
    publicUrl: settings['public-url'],
    certificate,
    integrate: integrateLimits(settings),
    version: version(),
    log: createLog({ level: settings['log-level'] }),
  };
}

function agentSettingsOf({ starting, folder, certificate }: Means, hub: Hub, demo: Demo | undefined): AgentSettings {
  const { settings, terminal } = starting;
  return {
    folder: join(folder, 'agent'),
    version: version(),
    hub: { url: hub.urlHere, certificate: certificate?.cert, invite: () => hub.createRegistrationCode('sluice up') },
    allowedHosts: [...readHostList(settings['allow-host']), ...(demo?.allowedHosts ?? [])],
    proxy: readProxy(terminal.environment),
    keptRuns: keptRunsOf(settings),
    filesFolder: demo?.filesFolder ?? (settings.files && resolve(terminal.workingFolder, settings.files)),
    log: createLog({ level: settings['log-level'] }),
  };
}

/** Addresses at which the agent can call the hub over this machine alone. */
const reachedHere = /^(localhost|0\.0\.0\.0|::|::1|127(\.\d{1,3}){3})$/;

/** The agent's own calls do not go over the network in the clear, whatever is allowed to others. */
function refuseUnsafe({ host, 'allow-plain-http': allowed }: Starting['settings']): void {
  refusePlainHttp(host, allowed);
  if (reachedHere.test(host)) return;
  const reason = `Without TLS the agent cannot call the hub at ${host}; --host 0.0.0.0 listens on this machine's own address too.`;
  throw new SluiceError('USAGE', { reason, command: 'up' });
}

function readyLine({ folder, hub, agent, demo }: Running): string {
  const added = demo === undefined ? {} : { demo: demoReady(demo) };
  return `${JSON.stringify({ event: 'ready', url: hub.url, data: folder, agent: agent.name, ...added })}\n`;
}

/** Short once it is known what this is: from the second start on. */
function readyText(
  { folder, isTemporary, program, hub, agent, demo }: Running,
  administrator: readonly string[],
): string {
  const { url } = hub;
  const kept = isTemporary ? `What it keeps in ${folder} goes when it stops.` : `It is kept in ${folder}.`;
  const lines = [`Sluice is ready at ${url}${remarkOnPages('hub')}`, kept, ''];
  const named = `  Agent            ${agent.name}, in this process`;
  const added = demo === undefined ? firstLines(url, named, program) : [named, ...demoLines({ hub, program, ...demo })];
  const isShort = administrator.length === 0 && demo === undefined;
  return [...lines, ...administrator, ...(isShort ? [] : added), 'Ctrl-C stops it.', ''].join('\n');
}

function firstLines(url: string, agent: string, program: string): string[] {
  return [
    agent,
    `  API              ${url}/api/openapi.json`,
    '',
    'Next, in another window, with that password in SLUICE_SECRET_HUB:',
    '',
    `  ${program} connections --hub ${url}`,
    `  ${program} apply DIR --hub ${url}`,
    `  ${program} doctor --my-domain URL --consumer-key KEY --consumer-secret env:SLUICE_SECRET_ORG`,
    '',
  ];
}
