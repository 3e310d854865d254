/** The token endpoint (RFC 6749 section 3.2): for each grant a list of steps in a fixed order, then a token. */
import { systemClock } from '../base/index.ts';
import type { IssuedToken, TokenTraits } from './access-token.ts';
import type { Dialect, EndpointResponse, GrantType, Refusal } from './dialect/dialect.ts';
import type { Step } from './exchange.ts';
import { type EndpointParts, type EndpointRequest, type Exchange, found, type Parts, runSteps } from './exchange.ts';
import { formSteps, noParameters } from './form-steps.ts';
import { authorizationCodeSteps } from './grants/authorization-code.ts';
import { clientCredentialsSteps } from './grants/client-credentials.ts';
import { jwtBearerSteps } from './grants/jwt-bearer.ts';
import { passwordSteps } from './grants/password.ts';
import { refreshTokenSteps } from './grants/refresh-token.ts';
import { createJwtAccessToken } from './jwt-access-token.ts';
import { createLockOut } from './lock-out.ts';
import type { LoginEvent } from './login-event.ts';
import { createMemoryReplayStore } from './replay-store.ts';

/** With a journal behind the tokens the answer is a promise: it comes when the token is on disk. */
export type TokenEndpoint = (request: EndpointRequest) => EndpointResponse | Promise<EndpointResponse>;

const stepsOf: Readonly<Record<GrantType, readonly Step[]>> = {
  client_credentials: clientCredentialsSteps,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': jwtBearerSteps,
  authorization_code: authorizationCodeSteps,
  refresh_token: refreshTokenSteps,
  password: passwordSteps,
};

/** The grants of the dialect whose stores are there. */
export function grantTypesOf({ dialect, subjects, grants }: EndpointParts): readonly GrantType[] {
  const needs: Partial<Record<GrantType, unknown>> = {
    'urn:ietf:params:oauth:grant-type:jwt-bearer': subjects,
    authorization_code: subjects && grants,
    refresh_token: subjects && grants,
  };
  return dialect.grantTypes.filter((grantType) => !(grantType in needs) || needs[grantType] !== undefined);
}

/** Puts in its place what was left out; several endpoints of one server share the result. */
export function completeParts(parts: EndpointParts): Parts {
  const clock = parts.clock ?? systemClock;
  return {
    ...parts,
    clock,
    replays: parts.replays ?? createMemoryReplayStore({ clock }),
    lockOut: parts.lockOut ?? createLockOut({ clock }),
    unknownLockOut: parts.unknownLockOut ?? createLockOut({ clock }),
  };
}

/**
 * The endpoint as a function over plain data, so that it can be mounted on a bare HTTP server and called in a test.
 *
 * It never throws for what a client sends. It rejects when the token could not be written to disk.
 */
export function createTokenEndpoint(given: EndpointParts): TokenEndpoint {
  const parts = completeParts(given);
  const steps = new Map<string, readonly Step[]>(
    grantTypesOf(parts).map((grantType) => [grantType, stepsOf[grantType]]),
  );
  const all: readonly Step[] = [...formSteps, (exchange) => runGrant(steps, exchange, parts)];
  return (request) => {
    const exchange: Exchange = { request, parameters: noParameters };
    const refusal = runSteps(all, exchange, parts);
    return refusal instanceof Promise
      ? refusal.then((late) => conclude(late, exchange, parts))
      : conclude(refusal, exchange, parts);
  };
}

function runGrant(
  steps: ReadonlyMap<string, readonly Step[]>,
  exchange: Exchange,
  parts: Parts,
): ReturnType<typeof runSteps> {
  const grantType = exchange.parameters.get('grant_type') ?? '';
  const ofGrant = steps.get(grantType);
  if (ofGrant === undefined) return 'grant type not supported';
  exchange.grantType = grantType;
  return runSteps(ofGrant, exchange, parts);
}

function conclude(
  refusal: Refusal | undefined,
  exchange: Exchange,
  parts: Parts,
): EndpointResponse | Promise<EndpointResponse> {
  if (refusal !== undefined) return after(note(refusal, exchange, parts), () => refuse(refusal, exchange, parts));
  if (exchange.client?.jwtAccessTokens !== undefined && parts.signingKeys !== undefined)
    return issueJwt(exchange, parts);
  return issue(exchange, parts, opaqueTraits(exchange, parts));
}

function refuse(refusal: Refusal, { retryAfterMs }: Exchange, { dialect }: { dialect: Dialect }): EndpointResponse {
  return dialect.refuse(refusal, retryAfterMs);
}

/** Undefined for the usual token, so that it costs nothing. */
function opaqueTraits(exchange: Exchange, { dialect, clock }: Parts): TokenTraits | undefined {
  const isNarrowed = exchange.grantId !== undefined || exchange.parameters.has('scope');
  if (!isNarrowed && dialect.tokenLife === 'idle') return undefined;
  const { sessionTimeoutMs } = found(exchange.client);
  const issuedAt = clock.now();
  return {
    issuedAt,
    grantId: exchange.grantId,
    scopes: isNarrowed ? exchange.scopes : undefined,
    expiresAt: dialect.tokenLife === 'fixed' ? issuedAt + sessionTimeoutMs : undefined,
  };
}

async function issueJwt(exchange: Exchange, parts: Parts): Promise<EndpointResponse> {
  const client = found(exchange.client);
  const issuedAt = parts.clock.now();
  const expiresAt = issuedAt + (client.jwtAccessTokens?.timeoutMs ?? 0);
  const { scopes = [], grantId } = exchange;
  const facts = { client, subject: found(exchange.subject), scopes, issuedAt, expiresAt };
  const accessToken = await createJwtAccessToken(facts, parts.dialect, found(parts.signingKeys));
  return issue(exchange, parts, { accessToken, issuedAt, expiresAt, scopes, grantId });
}

/** Token and history are handed to the disk in the same turn, and the answer waits for both. */
function issue(
  exchange: Exchange,
  parts: Parts,
  traits: TokenTraits | undefined,
): EndpointResponse | Promise<EndpointResponse> {
  const issued = parts.tokens.issue(found(exchange.client), found(exchange.subject), traits);
  const noted = note('issued', exchange, parts);
  if (issued instanceof Promise || noted instanceof Promise)
    return Promise.all([issued, noted]).then(([token]) => grant(token, exchange, parts, traits));
  return grant(issued, exchange, parts, traits);
}

function grant(
  { accessToken, issuedAt }: IssuedToken,
  exchange: Exchange,
  { dialect }: Parts,
  traits: TokenTraits | undefined,
): EndpointResponse {
  const client = found(exchange.client);
  return dialect.answer({
    client,
    subject: found(exchange.subject),
    scopes: exchange.scopes ?? [],
    accessToken,
    issuedAt,
    expiresAt: traits?.expiresAt ?? issuedAt + client.sessionTimeoutMs,
    provedBy: exchange.provedBy,
    refreshToken: exchange.refreshToken,
    isJwt: traits?.accessToken !== undefined,
    isSigned: exchange.assertion === undefined,
  });
}

function note(outcome: LoginEvent['outcome'], exchange: Exchange, parts: Parts): void | Promise<void> {
  if (parts.onLogin === undefined) return undefined;
  const app = exchange.client ?? exchange.claimed;
  return parts.onLogin({
    at: parts.clock.now(),
    clientId: app?.id,
    appId: app?.appId,
    userId: exchange.subject?.id,
    grantType: exchange.grantType,
    remoteAddress: exchange.request.remoteAddress,
    provedBy: exchange.provedBy,
    outcome,
  });
}

function after<Value>(waited: void | Promise<void>, act: () => Value): Value | Promise<Value> {
  return waited instanceof Promise ? waited.then(act) : act();
}
