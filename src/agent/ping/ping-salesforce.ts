/** Ping Salesforce Connection: from My Domain to the rights that the interfaces of the connection need. */
import { SluiceError } from '../../base/index.ts';
import {
  type AnyInterfaceDefinition,
  type Found,
  type PingReport,
  runPingSteps,
  type Step,
} from '../../protocol/index.ts';
import {
  type AccessToken,
  findProxyFor,
  openSalesforce,
  type Salesforce,
  type SalesforceSettings,
} from '../../salesforce/index.ts';
import { nameStep, portStep, proxyStep, tlsStep } from './reach-host.ts';
import { checkRights } from './salesforce-rights.ts';

export type ServerEnvironment = 'production' | 'sandbox';

export type SalesforcePing = {
  settings: SalesforceSettings;
  /** What the connection says the org is; held against the org's own word. */
  environment?: ServerEnvironment | undefined;
  /** Whose rights are looked at. */
  interfaces?: readonly AnyInterfaceDefinition[] | undefined;
  signal?: AbortSignal | undefined;
};

/** What the steps share: filled by the first ones, used by those after them. */
type Look = Omit<SalesforcePing, 'signal'> & {
  about: PingReport['about'];
  org?: Salesforce;
  token?: AccessToken;
};

/**
 * Tries the way to an org step by step. What is wrong with the org stands in the report; thrown is only the reason of the signal.
 *
 * @example const { ok, steps } = await pingSalesforce({ settings: { myDomainUrl, consumerKey, consumerSecret } });
 */
export async function pingSalesforce({ signal, ...ping }: SalesforcePing): Promise<PingReport> {
  const look: Look = { ...ping, about: {} };
  try {
    return await runPingSteps(stepsOf(look), { about: look.about, signal });
  } finally {
    await look.org?.[Symbol.asyncDispose]();
  }
}

function stepsOf(look: Look): Step[] {
  const address = addressOf(look.settings.myDomainUrl);
  const { plain } = address;
  const proxy = findProxyFor(look.settings.proxy, new URL(address.origin));
  const host = { ...address.host, proxy };
  return [
    { name: 'myDomain', label: 'My Domain', run: async () => openOrg(look) },
    proxyStep(host, whyUnused(look.settings, address)),
    nameStep(host),
    portStep(host),
    tlsStep({ ...host, plain }),
    { name: 'token', label: 'Token', run: (signal) => signIn(look, signal) },
    { name: 'scopes', label: 'Scopes', run: async () => checkScopes(tokenOf(look)) },
    { name: 'runAsUser', label: 'Run-as user', run: (signal) => nameUser(look, signal) },
    { name: 'apiAccess', label: 'API access', run: (signal) => callApi(look, signal) },
    { name: 'environment', label: 'Environment', run: (signal) => compareEnvironment(look, signal) },
    { name: 'limits', label: 'Limits left', run: (signal) => readLimits(look, signal) },
    {
      name: 'rights',
      label: 'Object and field rights',
      run: (signal) => checkRights(orgOf(look), look.interfaces, signal),
    },
  ];
}

type Address = { host: { host: string; port: number }; plain: boolean; origin: string };

/** Of whatever was entered; what is wrong with it is told by the first step. */
function addressOf(text: string): Address {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : new URL('https://invalid.invalid');
  const plain = url.protocol === 'http:';
  const port = url.port === '' ? (plain ? 80 : 443) : Number(url.port);
  return { host: { host: url.hostname.replace(/^\[|\]$/g, ''), port }, plain, origin: url.origin };
}

function whyUnused({ proxy }: SalesforceSettings, { plain, host }: Address): string {
  if (plain) return 'plain http on this machine';
  return proxy === undefined ? 'HTTPS_PROXY is not set' : `NO_PROXY names ${host.host}`;
}

/** Settings are judged before anything is sent. */
function openOrg(look: Look): Found {
  look.org = openSalesforce(look.settings, { retryForMs: 0 });
  const { origin } = addressOf(look.settings.myDomainUrl);
  look.about.myDomain = origin;
  return `${origin} can be used for this flow.`;
}

function orgOf({ org }: Look): Salesforce {
  if (org === undefined) throw new SluiceError('INTERNAL', { reason: 'a step came before the one that opens the org' });
  return org;
}

function tokenOf({ token }: Look): AccessToken {
  if (token === undefined) throw new SluiceError('INTERNAL', { reason: 'a step came before the one that signs in' });
  return token;
}

async function signIn(look: Look, signal: AbortSignal): Promise<Found> {
  look.token = await orgOf(look).accessToken({ signal });
  look.about.organizationId = look.token.organizationId;
  return `The token endpoint gave a token for ${look.token.instanceUrl}.`;
}

/** Scopes that let a token call the data API. */
const apiScopes = ['api', 'full'];

function checkScopes({ scope }: AccessToken): Found {
  const scopes = scope.split(' ').filter((one) => one !== '');
  if (scopes.some((one) => apiScopes.includes(one))) return `The token has the scopes ${scopes.join(', ')}.`;
  throw new SluiceError('SCOPE_MISSING', { scopes: scopes.join(', ') || 'none' });
}

async function nameUser(look: Look, signal: AbortSignal): Promise<Found> {
  const { userId } = tokenOf(look);
  const user = await readOne(look, `SELECT Username, Name FROM User WHERE Id = '${userId}'`, signal).catch(
    (error: unknown) => {
      if (error instanceof SluiceError && error.code === 'API_NOT_ENABLED') return undefined;
      throw error;
    },
  );
  look.about.runAsUser = user === undefined ? userId : String(user.Username);
  return user === undefined ? `The user ${userId}.` : `${user.Name} (${user.Username}).`;
}

async function callApi(look: Look, signal: AbortSignal): Promise<Found> {
  await orgOf(look).limits({ signal });
  return 'The data API takes calls with this token.';
}

async function compareEnvironment(look: Look, signal: AbortSignal): Promise<Found> {
  const found = await readOne(look, 'SELECT Name, IsSandbox, OrganizationType FROM Organization', signal);
  const actual: ServerEnvironment = found?.IsSandbox === true ? 'sandbox' : 'production';
  const { environment } = look;
  look.about.environment = actual;
  if (environment !== undefined && environment !== actual)
    throw new SluiceError('ENVIRONMENT_DIFFERENT', { wanted: environment, actual });
  return `${String(found?.Name)} is a ${actual} org (${String(found?.OrganizationType)}).`;
}

/** Below this share of the day's calls somebody should look. */
const lowShare = 0.1;

async function readLimits(look: Look, signal: AbortSignal): Promise<Found> {
  const { DailyApiRequests: calls, DailyBulkV2QueryJobs: jobs } = await orgOf(look).limits({ signal });
  if (calls === undefined) return { skipped: 'The org does not tell this user.' };
  look.about.apiCallsUsed = String(calls.Max - calls.Remaining);
  look.about.apiCallsAllowed = String(calls.Max);
  const queries = jobs === undefined ? '' : `, ${shareOf(jobs)} query jobs`;
  const detail = `${shareOf(calls)} API calls are left for the day${queries}.`;
  if (calls.Remaining >= calls.Max * lowShare) return detail;
  return {
    detail,
    next: 'See who uses the calls of this org (Setup, System Overview), or run fewer interfaces today.',
  };
}

function shareOf({ Remaining, Max }: { Remaining: number; Max: number }): string {
  return `${Remaining.toLocaleString('en-US')} of ${Max.toLocaleString('en-US')}`;
}

async function readOne(look: Look, soql: string, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
  for await (const row of orgOf(look).query(soql, { signal })) return row;
  return undefined;
}
