/** Opens a Salesforce org for one consumer key: everything below hangs on this one object, and ends with it. */
import { type Clock, type Log, SluiceError, systemClock, withRetry } from '../base/index.ts';
import { type AccessToken, createTokenSource, type TokenSource } from './access-token.ts';
import type { ApiUsage } from './api-usage.ts';
import { abortJob, closeJob, createJob, deleteJob, getJob, ingestJob, type JobInfo, type NewJob } from './bulk/job.ts';
import { type ListOptions, listJobs } from './bulk/list.ts';
import { type PollOptions, waitForJob } from './bulk/poll.ts';
import { type ResultOptions, type ResultPage, readResultCsv, readResultPages, readResultRows } from './bulk/query.ts';
import {
  abortQueryJob,
  createQueryJob,
  deleteQueryJob,
  getQueryJob,
  listQueryJobs,
  type NewQueryJob,
  type QueryJobInfo,
  queryJob,
} from './bulk/query-job.ts';
import type { RetryMeans } from './bulk/result-page.ts';
import { type ResultKind, readResults } from './bulk/results.ts';
import { type Upload, uploadToJob } from './bulk/upload.ts';
import { type Collection, type RowResult, saveCollection } from './collections.ts';
import { type Connection, type Deadlines, defaultDeadlines, openConnection } from './connection.ts';
import { describeObject, type SObjectDescribe } from './describe.ts';
import { getLimits, type Limits } from './limits.ts';
import { stayInOneOrg } from './one-org.ts';
import type { WebProxy } from './proxy.ts';
import { type QueryOptions, type QueryPage, query, queryPages } from './query.ts';
import { type Answer, createRest, type Rest } from './rest.ts';
import type { SharedTokens } from './shared-tokens.ts';
import { checkSignIn, type KeyPair, signIn } from './sign-in.ts';

export type SalesforceSettings = {
  /** `https://acme.my.salesforce.com`; login. and test.salesforce.com give no tokens for this flow. */
  myDomainUrl: string;
  /** On the host of the My Domain; `/services/oauth2/token` there when not given. */
  tokenUrl?: string | undefined;
  consumerKey: string;
  consumerSecret: string;
  /** Asked before each request for a token, where the pair may be replaced while the org is open. */
  currentKeyPair?: (() => Promise<KeyPair>) | undefined;
  /** Shared with other openings of the org; each has its own when not given. */
  tokens?: SharedTokens | undefined;
  /** Default `68.0`. */
  apiVersion?: string | undefined;
  /** Hosts besides `*.my.salesforce.com` and the My Domain's own, as `host` or `host:port`. */
  allowedHosts?: readonly string[] | undefined;
  /** Lets secrets and tokens go over plain http to other machines. */
  allowPlainHttp?: boolean | undefined;
  /** What https goes through; see `readProxy`. */
  proxy?: WebProxy | undefined;
};

export type SalesforceOptions = {
  clock?: Clock | undefined;
  log?: Log | undefined;
  random?: (() => number) | undefined;
  deadlines?: Partial<Deadlines> | undefined;
  /** How long calls that may be repeated are tried again; the pace of each failure decides when it is not given; 0 for never. */
  retryForMs?: number | undefined;
  /**
   * Where tokens are shared: one that is held may be of an org that was replaced since. True: this opening is in the org whose token
   * is taken first, for whoever has done nothing there yet; else in that of its first token.
   */
  settlesWithFirstAnswer?: boolean | undefined;
  /** Told with each answer that says how much of the daily allocation is used. */
  onApiUsage?: ((usage: ApiUsage) => void) | undefined;
};

type Stoppable = { signal?: AbortSignal | undefined };

export type RestRequest = Stoppable & {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/services/data/vNN.N`, such as `/sobjects/Account`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean>> | undefined;
  json?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Doing it twice has the effect of doing it once, so it may be tried again after a lost answer. */
  replayable?: boolean | undefined;
  deadlineMs?: number | undefined;
};

export type SalesforceBulk = {
  createJob(job: NewJob): Promise<JobInfo>;
  upload(jobId: string, upload: Upload): Promise<void>;
  close(jobId: string, options?: Stoppable): Promise<JobInfo>;
  abort(jobId: string, options?: Stoppable): Promise<JobInfo>;
  delete(jobId: string, options?: Stoppable): Promise<void>;
  get(jobId: string, options?: Stoppable): Promise<JobInfo>;
  list(options?: ListOptions): AsyncIterable<JobInfo>;
  wait(jobId: string, options?: PollOptions): Promise<JobInfo>;
  results(jobId: string, kind: ResultKind, options?: Stoppable): AsyncIterable<Buffer>;
};

/** Large sets out of the org, by jobs of Bulk API 2.0. */
export type SalesforceBulkQuery = {
  createJob(job: NewQueryJob): Promise<QueryJobInfo>;
  abort(jobId: string, options?: Stoppable): Promise<QueryJobInfo>;
  delete(jobId: string, options?: Stoppable): Promise<void>;
  get(jobId: string, options?: Stoppable): Promise<QueryJobInfo>;
  list(options?: Stoppable): AsyncIterable<QueryJobInfo>;
  wait(jobId: string, options?: PollOptions<QueryJobInfo>): Promise<QueryJobInfo>;
  /** Page by page, for those who note where they are. */
  pages(jobId: string, options?: ResultOptions): AsyncIterable<ResultPage>;
  /** All pages as one CSV with one header. */
  csv(jobId: string, options?: ResultOptions): AsyncIterable<Buffer>;
  /** All rows by the names of their columns; what is empty is null. */
  rows(jobId: string, options?: ResultOptions): AsyncIterable<Record<string, string | null>>;
};

export type Salesforce = AsyncDisposable & {
  accessToken(options?: Stoppable): Promise<AccessToken>;
  request(request: RestRequest): Promise<Answer>;
  /** The org's clock, in whole seconds given as milliseconds since 1970. */
  serverTimeMs(options?: Stoppable): Promise<number>;
  describe(object: string, options?: Stoppable): Promise<SObjectDescribe>;
  limits(options?: Stoppable): Promise<Limits>;
  /** What the last answer said of the daily allocation; no call is made. */
  apiUsage(): ApiUsage | undefined;
  query(soql: string, options?: QueryOptions): AsyncIterable<Record<string, unknown>>;
  /** Page by page, for those who note where they are. */
  queryPages(soql: string, options?: QueryOptions): AsyncIterable<QueryPage>;
  saveCollection(collection: Collection): Promise<RowResult[]>;
  bulk: SalesforceBulk;
  bulkQuery: SalesforceBulkQuery;
};

const defaultApiVersion = '68.0';

/**
 * Checks the settings and opens the org; nothing is sent before the first call. Close it with `await using`.
 *
 * Every error thrown by its calls is a SluiceError whose `inDoubt` says whether the act may have been carried out.
 *
 * @example await using org = openSalesforce({ myDomainUrl, consumerKey, consumerSecret });
 */
export function openSalesforce(settings: SalesforceSettings, options: SalesforceOptions = {}): Salesforce {
  const { clock = systemClock, random = Math.random, log, retryForMs, onApiUsage } = options;
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const apiVersion = checkApiVersion(settings.apiVersion ?? defaultApiVersion);
  const connection = openConnection({ deadlines, proxy: settings.proxy });
  const settledBy = options.settlesWithFirstAnswer ? 'answer' : 'token';
  const tokens = openTokens(settings, { connection, deadlines, clock, random, log, settledBy });
  const rest = createRest({ connection, tokens, apiVersion, deadlines, clock, random, log, retryForMs, onApiUsage });
  return {
    accessToken: ({ signal } = {}) =>
      withRetry(async () => publicToken(await tokens.get({ signal })), {
        repeatable: true,
        forMs: retryForMs,
        what: 'access token',
        clock,
        random,
        log,
        signal,
      }),
    request: (request) => rest.ask(toCall(rest, request)),
    serverTimeMs: (stop) => readServerTime(rest, stop),
    describe: (object, stop) => describeObject(rest, object, stop),
    limits: (stop) => getLimits(rest, stop),
    apiUsage: () => rest.apiUsage(),
    query: (soql, queryOptions) => query(rest, soql, queryOptions),
    queryPages: (soql, queryOptions) => queryPages(rest, soql, queryOptions),
    saveCollection: (collection) => saveCollection(rest, collection, deadlines),
    bulk: openBulk(rest, { deadlines, clock, random }),
    bulkQuery: openBulkQuery(rest, { clock, random, log, retryForMs }),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

type Means = { deadlines: Deadlines; clock: Clock; random: () => number };

function openBulk(rest: Rest, { deadlines, clock, random }: Means): SalesforceBulk {
  return {
    createJob: (job) => createJob(rest, job),
    upload: (jobId, upload) => uploadToJob(rest, jobId, upload, deadlines),
    close: (jobId, stop) => closeJob(rest, jobId, stop),
    abort: (jobId, stop) => abortJob(rest, jobId, stop),
    delete: (jobId, stop) => deleteJob(rest, jobId, stop),
    get: (jobId, stop) => getJob(rest, jobId, stop),
    list: (options) => listJobs(rest, options),
    wait: (jobId, options) => waitForJob<JobInfo>(rest, ingestJob(jobId), { ...options, clock, random }),
    results: (jobId, kind, stop) => readResults(rest, jobId, { kind, ...stop }),
  };
}

function openBulkQuery(rest: Rest, means: RetryMeans): SalesforceBulkQuery {
  const { clock, random } = means;
  const pages = (jobId: string, options: ResultOptions = {}) => readResultPages(rest, jobId, options, means);
  return {
    createJob: (job) => createQueryJob(rest, job),
    abort: (jobId, stop) => abortQueryJob(rest, jobId, stop),
    delete: (jobId, stop) => deleteQueryJob(rest, jobId, stop),
    get: (jobId, stop) => getQueryJob(rest, jobId, stop),
    list: (stop) => listQueryJobs(rest, stop),
    wait: (jobId, options) => waitForJob<QueryJobInfo>(rest, queryJob(jobId), { ...options, clock, random }),
    pages,
    csv: (jobId, options) => readResultCsv(pages(jobId, options)),
    rows: (jobId, options) => readResultRows(pages(jobId, options)),
  };
}

type TokenMeans = Means & { connection: Connection; log: Log | undefined; settledBy: 'token' | 'answer' };

function openTokens(
  settings: SalesforceSettings,
  { connection, deadlines, clock, random, log, settledBy }: TokenMeans,
): TokenSource {
  const place = checkSignIn(settings);
  const { consumerKey, consumerSecret, tokens } = settings;
  const { currentKeyPair = async () => ({ consumerKey, consumerSecret }) } = settings;
  const { origin: address } = place.rules.myDomain;
  if (tokens) {
    const findSource = async () => tokens.sourceOf(place, await currentKeyPair());
    return stayInOneOrg({ findSource, address, settledBy });
  }
  const request = { ...place, connection, deadlineMs: deadlines.tokenMs, clock };
  const fetchToken = async () => signIn({ ...request, ...(await currentKeyPair()) }, log);
  const own = createTokenSource({ fetchToken, clock, random });
  return stayInOneOrg({ findSource: () => own, address, settledBy });
}

function checkApiVersion(value: string): string {
  if (/^\d{2,3}\.0$/.test(value)) return value;
  const expected = `a version such as ${defaultApiVersion}`;
  throw new SluiceError('SETTING_INVALID', { name: 'apiVersion', where: 'the connection', value, expected });
}

function publicToken({
  accessToken,
  instanceUrl,
  id,
  userId,
  organizationId,
  scope,
  issuedAtMs,
}: AccessToken): AccessToken {
  return { accessToken, instanceUrl, id, userId, organizationId, scope, issuedAtMs };
}

function toCall(
  rest: Rest,
  { method, path, query: values, json, headers, replayable, deadlineMs, signal }: RestRequest,
) {
  const text = values
    ? `?${new URLSearchParams(Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]))}`
    : '';
  const contentType = json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  return {
    method,
    path: rest.path(path) + text,
    headers: { ...contentType, ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    repeatable: replayable,
    deadlineMs,
    signal,
  };
}

async function readServerTime(rest: Rest, { signal }: Stoppable = {}): Promise<number> {
  const what = 'GET /services/data';
  const { headers } = await rest.ask({ method: 'GET', path: '/services/data', signal });
  const timeMs = Date.parse(String(headers.date ?? ''));
  if (Number.isNaN(timeMs)) throw new SluiceError('ANSWER_INVALID', { what, reason: 'it has no Date header' });
  return timeMs;
}
