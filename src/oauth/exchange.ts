/** A request on its way through the steps of an endpoint: each step adds what it found, or says why not. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../base/index.ts';
import type { AccessTokens } from './access-token.ts';
import type { Assertion } from './assertion.ts';
import type { Client, ClientStore, Subject, SubjectStore } from './client-store.ts';
import type { Dialect, Refusal } from './dialect/dialect.ts';
import type { CodeRecord, GrantRecord, GrantStore } from './grant-store.ts';
import type { LockOut } from './lock-out.ts';
import type { LoginEvent, OnLogin } from './login-event.ts';
import type { LoginRate } from './login-rate.ts';
import type { ReplayStore } from './replay-store.ts';
import type { SigningKeys } from './signing-keys.ts';

/** More than any honest request; who reads the body may stop here and pass on what it has. */
export const maxTokenRequestBytes = 8192;

export type EndpointRequest = {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  /** The whole body, or its first `maxTokenRequestBytes + 1` bytes. */
  body: Uint8Array;
  /** Of the connection; what a proxy says of others is not believed. */
  remoteAddress?: string | undefined;
};

/** What the endpoints work on. A grant type whose store is left out is not supported. */
export type EndpointParts = {
  clients: ClientStore;
  tokens: AccessTokens;
  dialect: Dialect;
  loginRate: LoginRate;
  clock?: Pick<Clock, 'now'>;
  /** For JWT bearer and for username-password. */
  subjects?: SubjectStore | undefined;
  /** For authorization codes and refresh tokens. */
  grants?: GrantStore | undefined;
  /** In memory when left out. */
  replays?: ReplayStore | undefined;
  /** In memory when left out. */
  lockOut?: LockOut | undefined;
  /** The same for keys that are no app's, apart, so that no flood of them pushes out what is known of an app. */
  unknownLockOut?: LockOut | undefined;
  /** For apps whose access tokens are JSON Web Tokens. */
  signingKeys?: SigningKeys | undefined;
  /** Whether the client credentials flow may be used at this Host; everywhere when left out. */
  isMyDomain?: ((host: string) => boolean) | undefined;
  onLogin?: OnLogin | undefined;
};

/** The same, with what was left out put in its place. */
export type Parts = EndpointParts &
  Required<Pick<EndpointParts, 'clock'>> & { replays: ReplayStore; lockOut: LockOut; unknownLockOut: LockOut };

export type Exchange = {
  request: EndpointRequest;
  parameters: ReadonlyMap<string, string>;
  grantType?: string;
  /** The app, proved to be it. */
  client?: Client;
  /** The app whose key was sent: for the history, nothing is proved. */
  claimed?: Client;
  retryAfterMs?: number;
  provedBy?: LoginEvent['provedBy'];
  assertion?: Assertion;
  subject?: Subject;
  scopes?: readonly string[];
  /** Scopes that were granted before, which the app's own cannot widen. */
  grantedScopes?: readonly string[];
  /** The code or refresh token that was sent. */
  code?: CodeRecord;
  grant?: GrantRecord;
  /** The grant that an access token comes from. */
  grantId?: string;
  /** To be sent. */
  refreshToken?: string;
};

/** Only steps that must wait give a promise; the flow of this product has none in memory. */
export type Step = (exchange: Exchange, parts: Parts) => Refusal | undefined | Promise<Refusal | undefined>;

/** Runs the steps in their order up to the first refusal. */
export function runSteps(
  steps: readonly Step[],
  exchange: Exchange,
  parts: Parts,
  from = 0,
): Refusal | undefined | Promise<Refusal | undefined> {
  for (let index = from; index < steps.length; index += 1) {
    const result = steps[index]?.(exchange, parts);
    if (result instanceof Promise)
      return result.then((refusal) => refusal ?? runSteps(steps, exchange, parts, index + 1));
    if (result !== undefined) return result;
  }
  return undefined;
}

/** What an earlier step has put there. */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the steps of the endpoint are out of order');
  return value;
}
