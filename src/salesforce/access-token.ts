/** Access tokens of the client credentials flow: one request however many callers wait, a new token after a refusal. */
import { type Clock, cancelled, type Pace, pauseMs, reasonOf, SluiceError } from '../base/index.ts';
import { checkInstanceUrl, type HostRules } from './address.ts';
import { readText } from './answer-body.ts';
import type { Connection } from './connection.ts';
import { OAuthError } from './salesforce-error.ts';

/** What the token endpoint gave. Kept in memory only. */
export type AccessToken = {
  accessToken: string;
  /** No trailing slash. */
  instanceUrl: string;
  /** The identity URL, as sent. */
  id: string;
  userId: string;
  organizationId: string;
  scope: string;
  issuedAtMs: number;
};

/** A token in use: its header made once, and when to renew it, where that is known. */
export type UsableToken = AccessToken & {
  readonly authorization: string;
  /** Counted on our clock; undefined when only a refusal tells. */
  readonly expiresAtMs: number | undefined;
};

export type TokenSource = {
  /** The token to use now, or null when `get` has to be asked. Costs next to nothing. */
  current(): UsableToken | null;
  get(options?: { signal?: AbortSignal | undefined }): Promise<UsableToken>;
  /** Salesforce took this token. */
  accepted(token: UsableToken): void;
  /** Salesforce refused this token; it is dropped only if it is still the one in use. */
  refused(token: UsableToken, refusal: SluiceError): void;
};

/** A source as it is kept for several callers. */
export type KeptTokenSource = TokenSource & {
  /** The last request failed, and no other is under way. */
  hasFailed(): boolean;
};

/** After a failed request: a refusal will not pass as soon as an outage does. */
const outagePace = { firstMs: 500, longestMs: 30_000 };
const longRefusalPace = { firstMs: 10_000, longestMs: 600_000 };

/** A known expiry is met early by 5 to 15 % of the lifetime, by chance, so that many clients do not come at once. */
const earlyShare = { least: 0.05, most: 0.15 };

/** Refusals of new tokens in a row, with none accepted between, after which new ones are asked for slowly. */
const refusalsBeforePause = 2;

/**
 * A source for one (endpoint, consumer key). `fetchToken` makes one request and must end by itself.
 *
 * After a failed request callers get the same failure, without a request, until a pause with jitter is over.
 */
export function createTokenSource({
  fetchToken,
  clock,
  random,
  refusalPace = longRefusalPace,
}: {
  fetchToken: () => Promise<UsableToken>;
  clock: Clock;
  random: () => number;
  refusalPace?: Pick<Pace, 'firstMs' | 'longestMs'>;
}): KeptTokenSource {
  let held: { token: UsableToken; renewAtMs: number } | null = null;
  let flight: Promise<UsableToken> | null = null;
  let failure: { error: unknown; untilMs: number } | null = null;
  let failures = 0;
  let refusals = 0;

  function pause(error: unknown, count: number): void {
    const pace = error instanceof SluiceError && error.code === 'TOKEN_REFUSED' ? refusalPace : outagePace;
    failure = { error, untilMs: clock.now() + pauseMs(pace, count, random()) };
  }

  function keep(token: UsableToken): UsableToken {
    held = { token, renewAtMs: renewAt(token, clock.now(), random()) };
    failure = null;
    failures = 0;
    return token;
  }

  function fail(error: unknown): never {
    failures += 1;
    pause(error, failures);
    throw error;
  }

  /** The flight is cleared behind its assignment, so that a failed one is never kept. */
  function fly(): Promise<UsableToken> {
    if (flight) return flight;
    if (failure && clock.now() < failure.untilMs) return Promise.reject(failure.error);
    const started = fetchToken().then(keep, fail);
    flight = started;
    const land = (): void => {
      if (flight === started) flight = null;
    };
    started.then(land, land);
    return started;
  }

  return {
    current() {
      return held !== null && clock.now() < held.renewAtMs ? held.token : null;
    },
    async get({ signal } = {}) {
      if (held && clock.now() < held.renewAtMs) return held.token;
      const next = untilAborted(fly(), signal);
      if (!held || isExpired(held.token, clock.now())) return next;
      // Still good: it is used while the next one is on its way; a failure shows when the old one has ended.
      next.catch(() => undefined);
      return held.token;
    },
    accepted() {
      refusals = 0;
    },
    refused(token, refusal) {
      if (held?.token !== token) return;
      held = null;
      refusals += 1;
      if (refusals < refusalsBeforePause) return;
      pause(refusal, refusals - refusalsBeforePause + 1);
    },
    hasFailed: () => failure !== null && flight === null,
  };
}

function renewAt({ expiresAtMs }: UsableToken, nowMs: number, chance: number): number {
  if (expiresAtMs === undefined) return Number.POSITIVE_INFINITY;
  return (
    expiresAtMs - Math.max(0, expiresAtMs - nowMs) * (earlyShare.least + chance * (earlyShare.most - earlyShare.least))
  );
}

function isExpired({ expiresAtMs }: UsableToken, nowMs: number): boolean {
  return expiresAtMs !== undefined && nowMs >= expiresAtMs;
}

/** Waits for a shared promise; when this caller gives up, the promise goes on for the others. */
function untilAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return shared;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(cancelled(signal, { what: 'Waiting for an access token', inDoubt: false }));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

export type TokenRequest = {
  connection: Connection;
  tokenUrl: URL;
  consumerKey: string;
  consumerSecret: string;
  rules: HostRules;
  deadlineMs: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
};

/** At the beginning of a sentence, and within one. */
const what = 'The token request';
const whatWithin = 'the token request';

/** One request for a token (OAuth flows guide, client credentials). Throws OAuthError, or SluiceError for all else. */
export async function fetchAccessToken(request: TokenRequest): Promise<UsableToken> {
  const { connection, tokenUrl, consumerKey, consumerSecret, rules, deadlineMs, clock, signal } = request;
  const form = { grant_type: 'client_credentials', client_id: consumerKey, client_secret: consumerSecret };
  const answer = await connection
    .send({
      origin: tokenUrl.origin,
      method: 'POST',
      path: tokenUrl.pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      what,
      headersMs: deadlineMs,
      bodyIdleMs: deadlineMs,
      deadlineMs,
      signal,
    })
    .catch(rethrowCertain);
  const text = await readText(answer, { what }).catch(rethrowCertain);
  const sent = { status: answer.status, text };
  return judgeTokenAnswer(sent, { rules, nowMs: clock.now(), secret: consumerSecret });
}

/** A token request changes nothing that matters: a lost answer costs one login, and leaves nothing in doubt. */
function rethrowCertain(error: unknown): never {
  if (!(error instanceof SluiceError) || !error.inDoubt) throw error;
  throw new SluiceError(error.code, error.values, { cause: error.cause });
}

type Judging = {
  rules: HostRules;
  nowMs: number;
  /** Cut out of what the other side says, should it say it back. */
  secret: string;
};

/** What an answer of the token endpoint is: a token, or an error. No request is made here. */
export function judgeTokenAnswer({ status, text }: { status: number; text: string }, judging: Judging): UsableToken {
  const body = parseObject(text);
  if (status === 200 && body) return readToken(body, judging);
  const { error, error_description = '' } = body ?? {};
  if (typeof error === 'string' && status < 500) {
    const said = (value: unknown): string => textOf(value).replaceAll(judging.secret, '[cut]');
    throw new OAuthError({ status, error: said(error), error_description: said(error_description) });
  }
  if (status >= 300 && status < 400) throw new SluiceError('SALESFORCE_REDIRECTED', { what, sentStatus: status });
  if (status >= 500 || status === 429 || status === 420) {
    throw new SluiceError('SALESFORCE_BUSY', {
      what: whatWithin,
      sentStatus: status,
      reason: 'the token endpoint is not available',
    });
  }
  const reason = `status ${status} without the fields of an OAuth answer`;
  throw new SluiceError('ANSWER_INVALID', { what: whatWithin, reason });
}

function readToken(body: Record<string, unknown>, { rules, nowMs }: Judging): UsableToken {
  const accessToken = textIn(body, 'access_token');
  if (!/^[\x21-\x7e]+$/.test(accessToken)) throw badToken('access_token holds characters that no header may hold');
  if (body.token_type !== undefined && !/^bearer$/i.test(textOf(body.token_type)))
    throw badToken('token_type is not Bearer');
  const id = textIn(body, 'id');
  const [organizationId = '', userId = ''] = id.split('?')[0]?.split('/').slice(-2) ?? [];
  const issuedAtMs = Number(textOf(body.issued_at ?? nowMs));
  return {
    accessToken,
    instanceUrl: checkInstanceUrl(textIn(body, 'instance_url'), rules).origin,
    id,
    userId,
    organizationId,
    scope: typeof body.scope === 'string' ? body.scope : '',
    issuedAtMs: Number.isFinite(issuedAtMs) ? issuedAtMs : nowMs,
    authorization: `Bearer ${accessToken}`,
    expiresAtMs: findExpiry(accessToken, body, nowMs),
  };
}

/** The lifetime, from `expires_in` if there is one, or a JWT's own claims; counted from now, so that clocks may differ. */
function findExpiry(accessToken: string, body: Record<string, unknown>, nowMs: number): number | undefined {
  const seconds = Number(textOf(body.expires_in ?? ''));
  if (Number.isFinite(seconds) && seconds > 0) return nowMs + seconds * 1000;
  const claims = findJwtClaims(accessToken);
  const { exp, iat } = claims ?? {};
  if (typeof exp !== 'number') return undefined;
  return typeof iat === 'number' ? nowMs + (exp - iat) * 1000 : exp * 1000;
}

function findJwtClaims(accessToken: string): Record<string, unknown> | null {
  const parts = accessToken.split('.');
  if (parts.length !== 3 || !accessToken.startsWith('eyJ')) return null;
  return parseObject(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
}

function textIn(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw badToken(`${name} is missing`);
  return value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function badToken(reason: string): SluiceError {
  return new SluiceError('ANSWER_INVALID', { what: whatWithin, reason });
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new SluiceError('INTERNAL', { reason: reasonOf(error) });
  }
}
