/** An org in a box as one thing with a life: opened, listening, closed. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import {
  type Clock,
  createLog,
  type Environment,
  type Log,
  reasonOf,
  resolveSecret,
  systemClock,
} from '../base/index.ts';
import { closeWebServer, createHostCheck, createServerAddress, type ServerAddress } from '../web/index.ts';
import { createFaults } from './faults.ts';
import { createApiUsage } from './limits.ts';
import { readSetup } from './metadata/index.ts';
import { type GivenRights, openRecords } from './records/index.ts';
import { type ApexHandlers, createApexClasses } from './routes/apex-class.ts';
import { applyRowFaults } from './routes/box-faults.ts';
import type { OrgParts } from './routes/call.ts';
import { mountRoutes } from './routes/front-door.ts';
import { createOAuthEndpoints, createOAuthParts } from './routes/oauth-endpoints.ts';
import { createApp } from './routes/server.ts';
import { createTokenServer } from './routes/token.ts';
import { openSetupStore, type Setup, type SetupStore } from './setup/index.ts';

export type OrgSettings = {
  /** Where the org lives; without it, in a temporary folder that goes with it. */
  folder?: string | undefined;
  /** A setup file, or a folder with Metadata API files in source format. */
  setupFile?: string | undefined;
  /** Instead of a setup file. */
  setup?: Setup | undefined;
  /** 127.0.0.1 when left out. */
  host?: string | undefined;
  /** 0, when left out: any free one. */
  port?: number | undefined;
  /** How callers reach the org, without a slash at its end; `http://host:port` when left out. */
  instanceUrl?: string | undefined;
  /** Calls of the data API in 24 hours before they are refused with REQUEST_LIMIT_EXCEEDED; 5,000,000 when left out. */
  dailyApiRequests?: number | undefined;
  clock?: Clock | undefined;
  log?: Log | undefined;
  /** Who answers for Apex classes of the setup, by their names. */
  apexRest?: ApexHandlers | undefined;
  /** Where `env:` secrets of the setup file come from. */
  environment?: Environment | undefined;
  /** The one folder its `file:` secrets may be read from. */
  secretsFolder?: string | undefined;
};

export type Org = AsyncDisposable & {
  /** The server as a function: `app.inject(…)` calls it with no port. */
  readonly app: FastifyInstance;
  /** Resolves with the address once calls are taken. */
  listen(): Promise<string>;
  /** The instance URL; its port is known once it listens. */
  readonly url: string;
  /** Of the first connected app that has the client credentials flow. */
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Username of the user in whose name that app acts. */
  readonly runAs: string;
  /** Where the org lives. */
  readonly folder: string;
  /** Only at the start that made it: who may log in to Setup, to be shown once. */
  readonly firstAdministrator: { username: string; password: string } | undefined;
  close(): Promise<void>;
};

/** Seed of the faults of the setup file. */
const firstSeed = 1;

const temporaryPrefix = 'sluice-org-';

/**
 * Opens an org: its folder, its setup, its records; it takes calls through `app.inject`, and over a port after `listen()`.
 *
 * @throws SluiceError FILE_INVALID or FILE_UNREADABLE for the setup file; ADDRESS_UNAVAILABLE from `listen()`.
 * @example await using org = await openOrg(); const url = await org.listen();
 */
export async function openOrg(settings: OrgSettings = {}): Promise<Org> {
  await using opened = new AsyncDisposableStack();
  const { host = '127.0.0.1', port = 0, instanceUrl } = settings;
  const address = createServerAddress({ host, port, scheme: 'http', publicUrl: instanceUrl });
  const closing = new AbortController();
  const { parts, first } = await openParts(settings, { address, opened, closing: closing.signal });
  const oauth = createOAuthParts(parts);
  const serveToken = createTokenServer(parts, createOAuthEndpoints(oauth));
  const app = createApp({ isOwnHost: createHostCheck(address.names), serveToken });
  mountRoutes(app, parts, { oauth, serveToken });
  opened.defer(() => closeWebServer(app));
  opened.defer(() => closing.abort());
  const open = opened.move();
  const close = () => open.disposeAsync();
  return {
    ...first,
    app,
    get url() {
      return address.url();
    },
    listen: () => address.listen(app),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Opened = {
  parts: OrgParts;
  first: Pick<Org, 'consumerKey' | 'consumerSecret' | 'runAs' | 'folder' | 'firstAdministrator'>;
};

type Opening = { address: ServerAddress; opened: AsyncDisposableStack; closing: AbortSignal };

async function openParts(settings: OrgSettings, { address, opened, closing }: Opening): Promise<Opened> {
  const { clock = systemClock, log = createLog() } = settings;
  const given = settings.setup ?? (await readGivenSetup(settings, log));
  const durable = settings.folder !== undefined;
  const folder = await openFolder(settings.folder, opened);
  const setup = opened.use(
    await openSetupStore({ folder, durable, setup: given, clock, resolveSecret: secretsFrom(settings) }),
  );
  const apexClasses = createApexClasses(setup.setup.apexClasses ?? [], settings.apexRest);
  for (const change of setup.changes) log.info({}, change);
  const { schema, file: setupFile } = setup;
  const records = opened.use(await openRecords({ folder, durable, schema, setupFile, log, rights: rightsIn(setup) }));
  opened.defer(keepRightsInForce({ setup, records, log }));
  const faults = createFaults({ rules: setup.setup.faults, seed: firstSeed });
  await applyRowFaults(faults, records, firstSeed);
  const usage = createApiUsage({ clock, max: settings.dailyApiRequests });
  const shared = { records, setup, apexClasses, faults, usage, clock, log, closing, durable };
  const parts: OrgParts = { ...shared, instanceUrl: address.url };
  return { parts, first: { ...firstApp(setup), folder, firstAdministrator: setup.firstAdministrator } };
}

async function readGivenSetup({ setupFile }: OrgSettings, log: Log): Promise<Setup | undefined> {
  if (setupFile === undefined) return undefined;
  const { setup, warnings } = await readSetup(setupFile);
  for (const warning of warnings) log.warn({}, warning);
  return setup;
}

function rightsIn({ users, rightsOf, orgWideDefaults: defaults }: SetupStore): GivenRights {
  return { rights: new Map(users.map(({ id }) => [id, rightsOf(id)])), defaults };
}

/** Each change in Setup reaches the threads of the records before the call that follows it; gives the function that ends this. */
function keepRightsInForce({ setup, records, log }: Pick<OrgParts, 'setup' | 'records' | 'log'>): () => void {
  return setup.onRightsChanged(() => {
    const { rights, defaults } = rightsIn(setup);
    records
      .setRights(rights, defaults)
      .catch((error: unknown) =>
        log.error({ reason: reasonOf(error) }, 'a change of rights did not reach the records'),
      );
  });
}

function secretsFrom({ environment = {}, secretsFolder }: OrgSettings): (reference: string) => Promise<string> {
  return (reference) => resolveSecret(reference, { environment, secretsFolder, setting: 'consumerSecret' });
}

/** Empty texts when the setup has no connected app. */
function firstApp({ apps, getConsumerSecret }: SetupStore): Pick<Org, 'consumerKey' | 'consumerSecret' | 'runAs'> {
  const ready = apps.filter(({ clientCredentials }) => clientCredentials.enabled);
  const app = ready.find(({ clientCredentials }) => clientCredentials.runAs) ?? ready[0] ?? apps[0];
  if (app === undefined) return { consumerKey: '', consumerSecret: '', runAs: '' };
  const runAs = app.clientCredentials.runAs?.username ?? '';
  return { consumerKey: app.consumerKey, consumerSecret: getConsumerSecret(app.id), runAs };
}

/** The folder, made for its owner alone when it is not there; a temporary one is removed at the end. */
async function openFolder(folder: string | undefined, opened: AsyncDisposableStack): Promise<string> {
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
  const temporary = await mkdtemp(join(tmpdir(), temporaryPrefix));
  opened.defer(() => rm(temporary, { recursive: true, force: true, maxRetries: 3 }));
  return temporary;
}
