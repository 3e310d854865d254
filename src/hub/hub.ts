/** A hub as one thing with a life: opened, listening, closed. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Clock, createLog, type Log, openSeal, systemClock } from '../base/index.ts';
import {
  type Certificate,
  closeWebServer,
  createMetrics,
  createServerAddress,
  createWebServer,
  type FirstServed,
  type Metrics,
  mountMetrics,
  mountPages,
} from '../web/index.ts';
import { mountAgentApi } from './agent-api/mount.ts';
import { createAgentWays } from './agents/agent-way.ts';
import { awayAfterMs } from './agents/dialled-link.ts';
import { agentsInUse, createWaiting, type Waiting } from './agents/dialled-waiting.ts';
import { createPinger } from './agents/ping-connection.ts';
import type { Watching } from './agents/watched-link.ts';
import { mountHubApi } from './api/mount.ts';
import { createAuthorization, mountAuthorization } from './authorization.ts';
import type { ConnectionUsers } from './connection-use.ts';
import { ensureFirstAdministrator, type FirstAdministrator } from './first-administrator.ts';
import { mountHealth } from './health.ts';
import { createHubMetrics, type WorkWatched } from './hub-metrics.ts';
import type { HubParts } from './hub-parts.ts';
import { type Integrate, type IntegrateInside, integrateInside, openIntegrate } from './integrate/integrate.ts';
import type { IntegrateSettings } from './integrate/integrate-settings.ts';
import { createFirstServed, mountIntegrate } from './integrate/mount.ts';
import { recordsOf } from './integrate/records-of.ts';
import { keepMessages } from './messages/keep-messages.ts';
import { keepAgents } from './runs/keep-agents.ts';
import { createLiveProgress } from './runs/live-progress.ts';
import { createSignIn } from './sign-in.ts';
import { createStopping } from './stopping.ts';
import { type HubRun, type HubStore, openHubStore } from './store/index.ts';

export type HubSettings = {
  /** Where the hub keeps all it knows. */
  folder: string;
  /** 127.0.0.1 when left out. */
  host?: string | undefined;
  /** 0, when left out: any free one. */
  port?: number | undefined;
  /** How callers reach the hub, without a slash at its end; made of host and port when left out. */
  publicUrl?: string | undefined;
  /** Without it the hub speaks plain http. */
  certificate?: Certificate | undefined;
  /** Of the program; agents of another version are pointed out. */
  version?: string | undefined;
  /** How long the hub waits for an agent to take a run before it gives it again; 30 seconds when left out. */
  leaseMs?: number | undefined;
  /** How long one step of a ping may take; when left out, 15 seconds, and what the agent needs where it is asked. */
  pingStepMs?: number | undefined;
  /** Of the process; made when left out. */
  metrics?: Metrics | undefined;
  /** Who knows it may read the metrics from elsewhere. */
  metricsToken?: string | undefined;
  /** What the integrate API takes at the most; defaults stand in for what is left out. */
  integrate?: Partial<IntegrateSettings> | undefined;
  clock?: Clock | undefined;
  log?: Log | undefined;
};

export type Hub = AsyncDisposable & {
  /** The server as a function: `app.inject(…)` calls it with no port. */
  readonly app: FastifyInstance;
  /** Resolves with the address once calls are taken. */
  listen(): Promise<string>;
  readonly url: string;
  /** How a program on this very machine reaches it, whatever name it has for others. */
  readonly urlHere: string;
  /** The integrate API, for a program that has a hub inside. */
  readonly integrate: IntegrateInside;
  readonly folder: string;
  /** Only at the start that made it: who may log in, to be shown once. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  /** A one-time code with which an agent registers, for the program that opened the hub; `by` stands in the audit trail. */
  createRegistrationCode(by: string): Promise<string>;
  close(): Promise<void>;
};

/**
 * Opens a hub in its folder; it takes calls through `app.inject`, and over a port after `listen()`.
 *
 * @throws SluiceError STORE_IN_USE, STORE_TOO_NEW, FILE_UNREADABLE, KEY_FILE_INVALID; ADDRESS_UNAVAILABLE from `listen()`.
 * @example await using hub = await openHub({ folder: '.sluice/hub' }); const url = await hub.listen();
 */
export async function openHub(settings: HubSettings): Promise<Hub> {
  const { folder, host = '127.0.0.1', port = 0, publicUrl, certificate } = settings;
  const { clock = systemClock, log = createLog() } = settings;
  await using opened = new AsyncDisposableStack();
  const counting = settings.metrics ?? (await createMetrics());
  const metrics = createHubMetrics(counting);
  const waiting = createWaiting();
  const changed = () => waiting.wake(agentsInUse);
  const store = opened.use(openHubStore(folder, { clock, log, changed, onCommitted: metrics.committed }));
  const heardSince = () => clock.now() - awayAfterMs;
  metrics.watchAgents(
    () => store.dialledAgents.countHeardSince(heardSince()) + store.agents.countHeardSince(heardSince()),
  );
  const firstAdministrator = await ensureFirstAdministrator(store);
  const scheme = certificate === undefined ? 'http' : 'https';
  const address = createServerAddress({ host, port, scheme, publicUrl });
  const { url } = address;
  const authorization = await createAuthorization({ store, metrics, clock, url });
  const signIn = createSignIn({ store, clock });
  const stopping = createStopping();
  const agents = reachAgents(store, { ...settings, clock, waiting, watching: { stopping: stopping.signal, metrics } });
  const progress = createLiveProgress({ store, ways: agents.ways, clock });
  const parts: HubParts = { store, signIn, authorization, ...agents, waiting, progress, metrics, clock, log, url };
  let serveFirst: FirstServed = () => false;
  const first: FirstServed = (request, response) => serveFirst(request, response);
  const app = createWebServer({ names: address.names, first, certificate });
  counting.countRequests(app, 'hub');
  mountMetrics(app, counting, settings.metricsToken);
  mountHealth(app, parts);
  mountAuthorization(app, authorization, log);
  mountAgentApi(app, parts);
  const integrate = openIntegrate(parts, settings.integrate);
  metrics.watchWork(watchedWork(parts, integrate));
  mountIntegrate(app, { ...parts, integrate });
  serveFirst = createFirstServed({ ...parts, app, integrate, metrics: counting });
  mountHubApi(app, parts);
  mountPages(app, { app: 'hub', base: '', name: 'the Console' });
  opened.defer(() => closeWebServer(app));
  opened.use(waiting);
  const records = (run: HubRun) => recordsOf(store, run);
  opened.use(keepAgents(parts, { leaseMs: settings.leaseMs ?? defaultLeaseMs, recordsOf: records }));
  opened.use(keepMessages(parts));
  opened.use(integrate);
  opened.use(stopping);
  const open = opened.move();
  const close = () => open.disposeAsync();
  return {
    app,
    integrate: integrateInside(integrate),
    folder,
    firstAdministrator,
    get url() {
      return address.url();
    },
    get urlHere() {
      return address.urlHere();
    },
    listen: () => address.listen(app),
    createRegistrationCode: async (by) => (await store.registrations.add(by)).code,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function watchedWork({ store, clock }: HubParts, { dispatchedAt }: Integrate): WorkWatched {
  return {
    openMessages: () => store.messages.openCounts(),
    openRuns: () => store.runs.countOpenByState(),
    oldestWaitingSeconds: () => (clock.now() - (store.waitingMessages.oldestArrival() ?? clock.now())) / 1_000,
    dispatchLagSeconds: () => (clock.now() - dispatchedAt()) / 1_000,
  };
}

const defaultLeaseMs = 30_000;
const keyFileName = 'hub.key';

/** Interfaces name their connection. */
function interfacesOf({ interfaces }: HubStore): ConnectionUsers[number] {
  return ({ name }) => interfaces.ofConnection(name).map(({ definition }) => definition);
}

type Reaching = Pick<HubSettings, 'folder' | 'version' | 'pingStepMs'> & {
  clock: Clock;
  waiting: Waiting;
  watching: Watching;
};

/** Passwords of agents are sealed under a key in a file of its own, made at the first start. */
function reachAgents(store: HubStore, { folder, version, pingStepMs: stepMs, clock, waiting, watching }: Reaching) {
  const seal = openSeal({ file: join(folder, keyFileName), mayCreate: store.agents.count() === 0 });
  const ways = createAgentWays({
    store,
    seal,
    dialled: { store, waiting, clock, stopping: watching.stopping },
    watching,
  });
  return {
    ways,
    pinger: createPinger({ store, ways, version, stepMs, stopping: watching.stopping }),
    connectionUsers: [interfacesOf(store)],
  };
}
