/** An agent as one thing with a life: who it is, its endpoint, and what it does when it is asked. */
import { type Clock, createLog, type Log, reasonOf, systemClock } from '../../base/index.ts';
import { openLedger } from '../../ledger/index.ts';
import { openSharedTokens, type WebProxy } from '../../salesforce/index.ts';
import { lockFolder } from '../../store/index.ts';
import type { Metrics } from '../../web/index.ts';
import { openDeployed } from '../deployment/deployment.ts';
import { hasHubCredentials } from '../dial-out/hub-credentials.ts';
import { type HubSettings, openDialOut } from '../dial-out/open-dial-out.ts';
import type { KeptRuns } from '../forget-runs.ts';
import type { Observe } from '../observe.ts';
import { openReportJournal, type ReportJournal } from '../report-journal/report-journal.ts';
import { openRuns } from '../runs/open-runs.ts';
import { openAgentEndpoint } from './agent-endpoint.ts';
import { aboutOf, createAgentHandlers } from './agent-handlers.ts';
import { forgetUnusedIdentity, openAgentIdentity } from './agent-identity.ts';
import { measureHandlers } from './measure-handlers.ts';

export type AgentSettings = {
  /** Where it keeps who it is, and its ledger. */
  folder: string;
  /** Of the program. */
  version: string;
  /** The hub it dials out to. */
  hub?: HubSettings | undefined;
  /** Whether it listens itself; when left out, only without a hub. */
  endpoint?: boolean | undefined;
  /** 127.0.0.1 when left out. */
  host?: string | undefined;
  /** 0, when left out: any free one. */
  port?: number | undefined;
  /** Plain http instead of its own certificate. */
  plain?: boolean | undefined;
  /** Hosts besides *.my.salesforce.com at which it may sign in, as `host` or `host:port`. */
  allowedHosts?: readonly string[] | undefined;
  /** The folder inside which file databases and CSV files lie; without it there are none. */
  filesFolder?: string | undefined;
  /** Between this machine and Salesforce; see `readProxy`. */
  proxy?: WebProxy | undefined;
  /** Of the process; without it nothing is counted. */
  metrics?: Metrics | undefined;
  /** Who knows it may read the metrics at the endpoint from elsewhere. */
  metricsToken?: string | undefined;
  /** Runs over sources at once; 2 when left out. */
  runsAtOnce?: number | undefined;
  /** How long its ledger keeps runs that have ended; 30 and 90 days when left out. */
  keptRuns?: KeptRuns | undefined;
  /** As of a run. */
  observe?: Observe | undefined;
  clock?: Clock | undefined;
  log?: Log | undefined;
  /** Gives up registering. */
  signal?: AbortSignal | undefined;
};

/** Where there is no hub to say it to at once, it waits in the journal. */
async function noteStop(journal: ReportJournal, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  await journal
    .append({ kind: 'agentStopping', at: clock.now(), body: {} })
    .catch((error: unknown) => log.warn({ reason: reasonOf(error) }, 'the last report could not be written'));
}

export type Agent = AsyncDisposable & {
  /** Of its endpoint, if it has one. */
  readonly url: string | undefined;
  /** Of the hub it dials out to, if it does. */
  readonly hub: string | undefined;
  readonly folder: string;
  readonly name: string;
  readonly username: string;
  /** Only at the start that made it, to be shown once. */
  readonly firstPassword: string | undefined;
};

/**
 * Opens an agent in its folder, for this process alone, and takes requests at its endpoint, from its hub, or both.
 *
 * @throws SluiceError STORE_IN_USE, AGENT_FILE_INVALID, FILE_UNREADABLE, ADDRESS_UNAVAILABLE, and what openDialOut throws.
 * @example await using agent = await openAgent({ folder: '.sluice/agent', version });
 */
export async function openAgent(settings: AgentSettings): Promise<Agent> {
  const { folder, version, hub, endpoint: listens = hub === undefined, signal } = settings;
  const { host = '127.0.0.1', port = 0, plain = false, clock = systemClock, log = createLog() } = settings;
  const { allowedHosts = [], filesFolder, proxy, metrics, metricsToken, runsAtOnce = 2, observe } = settings;
  const { keptRuns = { completedDays: 30, failedDays: 90 } } = settings;
  await using opened = new AsyncDisposableStack();
  opened.use(lockFolder(folder));
  const { identity, firstPassword } = await openAgentIdentity(folder);
  await using failing = new AsyncDisposableStack();
  if (firstPassword !== undefined) failing.defer(() => forgetUnusedIdentity(folder, hasHubCredentials(folder)));
  const reach = { allowedHosts, filesFolder, proxy };
  const journal = opened.use(openReportJournal(folder, log));
  const ledger = opened.use(openLedger(folder, { clock }));
  const deployed = openDeployed(folder);
  const tokens = opened.use(openSharedTokens({ clock, log }));
  const kept = { folder, identity, reach, journal, ledger, deployed, tokens };
  const givesReports = hub === undefined;
  const runs = openRuns({ ...kept, runsAtOnce, kept: keptRuns, clock, log, observe, givesReports });
  const who = { identity, version, deployed };
  const unmeasured = createAgentHandlers({ ...who, reach, tokens, runHandlers: runs.handlers });
  const handlers = metrics === undefined ? unmeasured : measureHandlers(unmeasured, metrics);
  if (hub === undefined) await journal.append({ kind: 'agentStarted', at: clock.now(), body: { version } });
  const endpoint = listens
    ? opened.use(await openAgentEndpoint({ identity, handlers, clock, log, host, port, plain, metrics, metricsToken }))
    : undefined;
  const about = aboutOf(who);
  const dialing = { folder, version, about, handlers, journal, deployment: deployed.number, clock, log, signal };
  const dialOut = hub && opened.use(await openDialOut({ hub, ...dialing }));
  if (hub === undefined) opened.defer(() => noteStop(journal, { clock, log }));
  opened.use(runs.start());
  failing.move();
  const open = opened.move();
  const { name, username } = identity;
  const close = () => open.disposeAsync();
  const reached = { url: endpoint?.url, hub: dialOut?.hub };
  return { ...reached, folder, name, username, firstPassword, [Symbol.asyncDispose]: close };
}
