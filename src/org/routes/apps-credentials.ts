/** `/apps/oauth/credentials`: consumer keys and secrets of external client apps, and their rotation, from version 65.0 on. */
import { toId18 } from '../schema/index.ts';
import { type App, type Credential, SetupNotFound, SetupRefused } from '../setup/index.ts';
import { type AppUser, pageAddress, requireAppUser } from './apps-user.ts';
import { readJsonObject } from './body.ts';
import { type Answer, type Call, type OrgParts, param, type Resource } from './call.ts';
import { refuse, resourceNotFound } from './refusals.ts';

const firstVersion = 65;

/** The part of it that is recorded is "not currently enabled"; the sentence around it is ours. */
const switchedOff = 'Access to consumer secrets by REST API is not currently enabled for this org';

const secretPermissions = ['ViewClientSecret'] as const;

const base = '/apps/oauth/credentials';

/** The consumers of an app: one. Its key stands there for those who may see it. */
function listConsumers(call: Call, org: OrgParts): Answer {
  const { app } = openApp(call, org);
  const address = addressOf(call, app);
  const { name, consumerKey } = app;
  const consumer = {
    id: consumerIdOf(app),
    key: consumerKey,
    name,
    url: address,
    stagedCredentialsUrl: `${address}/staged`,
  };
  return { status: 200, json: { consumers: [consumer] } };
}

function getKeyAndSecret(call: Call, org: OrgParts): Answer {
  const { app, administration } = openConsumer(call, org);
  if (call.query.get('part')?.toLowerCase() !== 'keyandsecret')
    throw refuse(400, 'INVALID_REQUEST_PARAM', 'The parameter part must be keyandsecret');
  const [active] = administration.viewConsumerDetails(app.id);
  if (active === undefined) throw resourceNotFound();
  return { status: 200, json: { id: consumerIdOf(app), key: active.consumerKey, secret: active.consumerSecret } };
}

/** The body is `{}`. */
async function stage(call: Call, org: OrgParts): Promise<Answer> {
  const { app } = openConsumer(call, org);
  await readJsonObject(call);
  const { administration } = openConsumer(call, org);
  const made = byRules(() => administration.stageCredentials(app.id));
  return { status: 201, json: describeStaged(call, { org, appId: app.id, credentialId: made.id, state: 'Active' }) };
}

function listStaged(call: Call, org: OrgParts): Answer {
  const { app } = openConsumer(call, org);
  const staged = app.credentials.filter(({ state }) => state === 'staged');
  const list = staged.map(({ id }) => describeStaged(call, { org, appId: app.id, credentialId: id, state: 'Active' }));
  return { status: 200, json: { stagedCredentials: list } };
}

async function rotate(call: Call, org: OrgParts): Promise<Answer> {
  openStaged(call, org);
  const { command } = await readJsonObject(call);
  if (command !== 'rotate') throw refuse(400, 'INVALID_REQUEST_PARAM', 'The command must be rotate');
  const { app, administration, staged } = openStaged(call, org);
  await administration.applyCredentials(app.id);
  return { status: 200, json: describeStaged(call, { org, appId: app.id, credentialId: staged.id, state: 'Rotated' }) };
}

function discard(call: Call, org: OrgParts): Answer {
  const { app, administration } = openStaged(call, org);
  byRules(() => administration.discardCredentials(app.id));
  return { status: 204 };
}

export const appCredentialResources: readonly Resource[] = [
  { path: `${base}/:app`, methods: { GET: listConsumers } },
  { path: `${base}/:app/:consumer`, methods: { GET: getKeyAndSecret } },
  { path: `${base}/:app/:consumer/staged`, methods: { GET: listStaged, POST: stage } },
  { path: `${base}/:app/:consumer/staged/:staged`, methods: { PATCH: rotate, DELETE: discard } },
];

type Opened = AppUser & { app: App };

function openApp(call: Call, org: OrgParts): Opened {
  if (call.apiVersion < firstVersion) throw resourceNotFound();
  const user = requireAppUser(call, org, secretPermissions);
  if (!org.setup.settings.credentialsInRestApi) throw refuse(403, 'FUNCTIONALITY_NOT_ENABLED', switchedOff);
  const app = org.setup.findApp(toId18(param(call, 'app')) ?? '');
  if (app?.kind !== 'externalClientApp') throw resourceNotFound();
  return { ...user, app };
}

function openConsumer(call: Call, org: OrgParts): Opened {
  const opened = openApp(call, org);
  if (toId18(param(call, 'consumer')) !== consumerIdOf(opened.app)) throw resourceNotFound();
  return opened;
}

function openStaged(call: Call, org: OrgParts): Opened & { staged: Credential } {
  const opened = openConsumer(call, org);
  const staged = opened.app.credentials.find(({ id, state }) => state === 'staged' && id === param(call, 'staged'));
  if (staged === undefined) throw resourceNotFound();
  return { ...opened, staged };
}

/** Refusals of the setup model in the form of the data API. */
function byRules<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof SetupNotFound) throw resourceNotFound();
    if (error instanceof SetupRefused) throw refuse(400, 'INVALID_OPERATION', error.message);
    throw error;
  }
}

type Described = { org: OrgParts; appId: string; credentialId: string; state: 'Active' | 'Rotated' };

function describeStaged(call: Call, { org, appId, credentialId, state }: Described): object {
  const { app, administration } = openApp(call, org);
  const credential = app.credentials.find(({ id }) => id === credentialId);
  const plain = administration.viewConsumerDetails(appId).find(({ id }) => id === credentialId);
  if (credential === undefined || plain === undefined) throw resourceNotFound();
  const stagedCredentialsUrl = `${addressOf(call, app)}/staged`;
  return {
    createdBy: org.setup.findUserByUsername(credential.createdBy)?.id ?? credential.createdBy,
    createdDate: new Date(credential.createdAt).toISOString(),
    expirationDate: credential.expiresAt === null ? null : new Date(credential.expiresAt).toISOString(),
    id: credential.id,
    key: plain.consumerKey,
    secret: plain.consumerSecret,
    stagedCredentialsUrl,
    state,
    url: `${stagedCredentialsUrl}/${credential.id}`,
  };
}

function addressOf(call: Call, app: App): string {
  return pageAddress(call, `${base}/${app.id}/${consumerIdOf(app)}`);
}

/** Of the app's OAuth consumer; it stays through rotations. The key prefix 888 is that of consumers. */
function consumerIdOf({ id }: App): string {
  return toId18(`888${id.slice(3, 15)}`) ?? '';
}
