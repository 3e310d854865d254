/**
 * The endpoints as the RFCs have them: 6749, 6750, 7009, 7523, 7662, 8414, 9068 and 9700.
 *
 * One departure: none of them has a word for "wait"; too many wrong secrets and too many logins are 429 with `Retry-After` and
 * `temporarily_unavailable`, a code RFC 6749 section 4.1.2.1 has for another endpoint.
 */
import { randomUUID } from 'node:crypto';
import type { AssertionRules } from '../assertion.ts';
import type { Client } from '../client-store.ts';
import type { Dialect, EndpointResponse, Grant, JwtFacts, JwtParts, Refusal, TokenFacts } from './dialect.ts';

/** RFC 6749 section 5.1. */
const standardHeaders = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
} as const;

type Words = { status?: number; error: string; description: string };

const wrongClient = (description: string): Words => ({ status: 401, error: 'invalid_client', description });
const badRequest = (description: string): Words => ({ error: 'invalid_request', description });
const badGrant = (description: string): Words => ({ error: 'invalid_grant', description });
const unauthorized = (description: string): Words => ({ error: 'unauthorized_client', description });
const wait = (description: string): Words => ({ status: 429, error: 'temporarily_unavailable', description });

/** RFC 6749 section 5.2. All ways in which a client may fail to prove itself look alike. */
const unproved = wrongClient('client authentication failed');
const assertionRefused = badGrant('the assertion is not valid');

const tooManyAttempts = wait('too many failed attempts');

const errors: Record<Refusal, Words> = {
  'wrong method': { status: 405, error: 'invalid_request', description: 'the method must be POST' },
  'wrong media type': badRequest('the body must be application/x-www-form-urlencoded'),
  'body too large': { status: 413, error: 'invalid_request', description: 'the body is too large' },
  'credentials in query': badRequest('credentials must not be sent in the URL'),
  'repeated parameter': badRequest('a parameter was sent more than once'),
  'malformed body': badRequest('the body cannot be read'),
  'parameter missing': badRequest('a required parameter is missing'),
  'wrong domain': badRequest('this grant is not given at this address'),
  'grant type not supported': { error: 'unsupported_grant_type', description: 'this grant type is not supported' },
  'two authentication methods': badRequest('the client authenticated in more than one way'),
  'malformed authorization header': unproved,
  'client id missing': unproved,
  'unknown client': unproved,
  'wrong secret': unproved,
  'client assertion invalid': unproved,
  'too many wrong secrets': tooManyAttempts,
  /** Else those who are refused in other words would be known to be clients. */
  'too many unknown clients': tooManyAttempts,
  'scope sent': { error: 'invalid_scope', description: 'the scope cannot be chosen' },
  'scope not allowed': { error: 'invalid_scope', description: 'the client may not have this scope' },
  'no valid scopes': { error: 'invalid_scope', description: 'the client has no scope' },
  'app not installed': unproved,
  'app blocked': unauthorized('the client is blocked'),
  'flow not enabled': unauthorized('the client may not use this grant'),
  'flow not allowed by policy': unauthorized('the client may not use this grant'),
  'password flow blocked': unauthorized('the client may not use this grant'),
  'no run-as user': unauthorized('the client may not use this grant'),
  'user not admin approved': unauthorized('the client may not act for this user'),
  'user not approved': badGrant('the user has not approved the client'),
  'wrong password': badGrant('the credentials of the user are not valid'),
  'assertion malformed': assertionRefused,
  'app has no key': assertionRefused,
  'assertion signature wrong': assertionRefused,
  'assertion audience wrong': assertionRefused,
  'assertion expired': assertionRefused,
  'assertion used before': assertionRefused,
  'code invalid': badGrant('the code is not valid'),
  'redirect uri differs': badGrant('the redirect URI differs'),
  'code verifier wrong': badGrant('the code verifier is not valid'),
  'refresh token invalid': badGrant('the refresh token is not valid'),
  'inactive user': badGrant('the user is not active'),
  'frozen user': badGrant('the user is not active'),
  'outside login ranges': badGrant('the user may not sign in from here, or not now'),
  'outside login hours': badGrant('the user may not sign in from here, or not now'),
  'outside trusted ranges': unauthorized('the client may not be used from this address'),
  'login rate exceeded': wait('too many tokens were asked for'),
};

/** RFC 6750 section 3 and RFC 9110 section 11.6.1: a 401 says how to do better. */
const challenge = { 'WWW-Authenticate': 'Basic realm="oauth", charset="UTF-8"' } as const;

const extraHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: challenge,
  405: { Allow: 'POST' },
};

const refusals = new Map(
  Object.entries(errors).map(([refusal, { status = 400, error, description }]): [string, EndpointResponse] => [
    refusal,
    {
      status,
      headers: { ...standardHeaders, ...extraHeaders[status] },
      body: JSON.stringify({ error, error_description: description }),
    },
  ]),
);

export type StandardDialectOptions = {
  /** The issuer, an address without a slash at its end, asked anew for each answer. */
  issuer: () => string;
  /** For the metadata. */
  scopesSupported?: readonly string[];
};

export function createStandardDialect({ issuer, scopesSupported = [] }: StandardDialectOptions): Dialect {
  const assertions = assertionRules(issuer);
  return {
    refuse: (refusal, retryAfterMs) => refuse(refusal, retryAfterMs),
    scopesOf: ({ scopes }) => scopes,
    grantTypes: ['client_credentials', 'authorization_code', 'refresh_token'],
    givesRefreshToken: () => true,
    grantsPerUserAndApp: Number.POSITIVE_INFINITY,
    pkce: { methodMayBeLeftOut: false, longestVerifier: 128 },
    scopeParameter: 'narrows',
    subjectOf: clientItself,
    tokenLife: 'fixed',
    clientAssertions: assertions,
    bearerAssertions: assertions,
    answer,
    jwt: (facts) => jwtOf(facts, issuer()),
    introspected: (facts) => introspected(facts, issuer()),
    revocation: 'authenticated',
    revoked: () => ({ status: 200, headers: standardHeaders, body: '' }),
    metadata: (facts) => publicDocument(metadataOf(issuer(), scopesSupported, facts)),
    document: publicDocument,
  };
}

function refuse(refusal: Refusal, retryAfterMs: number | undefined): EndpointResponse {
  const answer = refusals.get(refusal) as EndpointResponse;
  if (answer.status !== 429) return answer;
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1000));
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(seconds) } };
}

/** RFC 6749 section 4.4: the client acts for itself, unless it was set up to act for a user. */
function clientItself(client: Client) {
  return client.runAs ?? { id: client.id, organizationId: '', active: true };
}

function answer({ scopes, accessToken, issuedAt, expiresAt, refreshToken }: Grant): EndpointResponse {
  const body = JSON.stringify({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.floor((expiresAt - issuedAt) / 1000),
    refresh_token: refreshToken,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
  });
  return { status: 200, headers: standardHeaders, body };
}

const standardAlgorithms: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** RFC 7523 section 3, and since RFC 10070 the issuer as the sole audience, so that no other server can pass an assertion on. */
function assertionRules(issuer: () => string): AssertionRules {
  return {
    algorithms: standardAlgorithms,
    acceptsType: (typ) => typ === undefined || typ === 'JWT' || typ === 'client-authentication+jwt',
    acceptsAudience: (aud) => aud === issuer() || (Array.isArray(aud) && aud.length === 1 && aud[0] === issuer()),
    readExpiry: (exp) => (typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined),
    skewMs: 15_000,
    longestLifeMs: 600_000,
    jtiRequired: true,
  };
}

/** RFC 9068 section 2. */
function jwtOf({ client, subject, scopes, issuedAt, expiresAt }: JwtFacts, issuer: string): JwtParts {
  return {
    header: { typ: 'at+jwt' },
    claims: {
      iss: issuer,
      aud: issuer,
      sub: subject.id,
      client_id: client.id,
      scope: scopes.join(' '),
      iat: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      jti: randomUUID(),
    },
  };
}

/** RFC 7662 section 2.2. */
function introspected(facts: TokenFacts | undefined, issuer: string): EndpointResponse {
  if (facts === undefined) return { status: 200, headers: standardHeaders, body: '{"active":false}' };
  const { issuedAt, kind, client, subject, scopes, expiresAt } = facts;
  const body = JSON.stringify({
    active: true,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    client_id: client.id,
    username: subject.username,
    token_type: kind === 'access_token' ? 'Bearer' : undefined,
    exp: expiresAt === undefined ? undefined : Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
    sub: subject.id,
    iss: issuer,
  });
  return { status: 200, headers: standardHeaders, body };
}

function publicDocument(content: object): EndpointResponse {
  return { status: 200, headers: standardHeaders, body: JSON.stringify(content) };
}

/** Where a server of this dialect has its endpoints, below the issuer. */
export const standardPaths = {
  token: '/oauth2/token',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  keys: '/oauth2/keys',
  metadata: '/.well-known/oauth-authorization-server',
} as const;

const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/** RFC 8414 section 2. `response_types_supported` is required there, and empty where there is no page to sign in on. */
function metadataOf(
  issuer: string,
  scopes: readonly string[],
  { grantTypes, hasKeys }: { grantTypes: readonly string[]; hasKeys: boolean },
): object {
  return {
    issuer,
    token_endpoint: issuer + standardPaths.token,
    introspection_endpoint: issuer + standardPaths.introspection,
    revocation_endpoint: issuer + standardPaths.revocation,
    jwks_uri: hasKeys ? issuer + standardPaths.keys : undefined,
    scopes_supported: scopes.length === 0 ? undefined : scopes,
    response_types_supported: [],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: standardAlgorithms,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: standardAlgorithms,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: standardAlgorithms,
  };
}
