/** The endpoints as Salesforce speaks: all its departures from the RFCs are in this file. */
import { randomBytes } from 'node:crypto';
import type { AssertionRules } from '../assertion.ts';
import type { ClientSecret } from '../client-store.ts';
import type { Dialect, EndpointResponse, Grant, JwtFacts, JwtParts, Refusal, TokenFacts } from './dialect.ts';

/** As recorded on Salesforce's OAuth endpoints. RFC 6749 section 5.1 asks for `no-store` and `Pragma: no-cache`; there is no Pragma. */
const salesforceHeaders = {
  'Content-Type': 'application/json;charset=UTF-8',
  'Cache-Control': 'no-cache,must-revalidate,max-age=0,no-store,private',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '1; mode=block',
  'X-Robots-Tag': 'none',
} as const;

const wrongGrantType = ['unsupported_grant_type', 'grant type not supported'] as const;
const unknownClient = ['invalid_client_id', 'client identifier invalid'] as const;
const wrongCredentials = ['invalid_client', 'invalid client credentials'] as const;
const invalidAssertion = ['invalid_grant', 'invalid assertion'] as const;
const notApproved = ['invalid_grant', "user hasn't approved this consumer"] as const;
const authenticationFailure = ['invalid_grant', 'authentication failure'] as const;

/** Documented only: no captured answer has these texts. */
const documentedOnly = {
  inactiveUser: ['inactive_user', 'user is inactive'],
  expiredToken: ['invalid_grant', 'expired access/refresh token'],
  invalidCode: ['invalid_grant', 'invalid authorization code'],
  redirectUriMismatch: ['redirect_uri_mismatch', 'redirect_uri must match configuration'],
} as const;

/** Captured on the authorize redirect only (`OAUTH_APP_BLOCKED`); the code at the token endpoint follows from its twin. */
const appBlocked = ['invalid_app_access', 'this app is blocked by admin'] as const;

/** Our own: what Salesforce says to such requests is not known. */
const ours = {
  codeVerifier: ['invalid_grant', 'invalid code verifier'],
  bodyTooLarge: ['invalid_request', 'request body too large'],
  credentialsInQuery: ['invalid_request', 'credentials must not be sent in the URL'],
  repeatedParameter: ['invalid_request', 'parameter sent more than once'],
  malformedBody: ['invalid_request', 'malformed request body'],
  parameterMissing: ['invalid_request', 'required parameter missing'],
  twoMethods: ['invalid_request', 'client authenticated in more than one way'],
} as const;

/**
 * Salesforce answers 400 to all of these, to bad client credentials as well (RFC 6749 section 5.2: 401 when Basic was used),
 * and refuses with `invalid_grant` and prose where the RFC has `unauthorized_client`.
 */
export const salesforceErrors: Readonly<Record<Refusal, readonly [error: string, description: string]>> = {
  'wrong method': wrongGrantType,
  'grant type not supported': wrongGrantType,
  /** A body that is no form has no grant_type that could be read. Not captured. */
  'wrong media type': wrongGrantType,
  'wrong domain': ['invalid_grant', 'request not supported on this domain'],
  'unknown client': unknownClient,
  /** Not captured. */
  'client id missing': unknownClient,
  'wrong secret': wrongCredentials,
  /** No answer of Salesforce's for this is known; it looks like a wrong secret, and tells nobody whether the guess was right. */
  'too many wrong secrets': wrongCredentials,
  'too many unknown clients': unknownClient,
  'malformed authorization header': wrongCredentials,
  'client assertion invalid': wrongCredentials,
  'scope sent': ['invalid_request', 'scope parameter not supported'],
  'scope not allowed': ['invalid_request', 'scope parameter not supported'],
  'app not installed': ['app_not_found', 'External client app is not installed in this org'],
  'app blocked': appBlocked,
  'flow not enabled': ['invalid_grant', 'client credentials flow not enabled'],
  'flow not allowed by policy': ['invalid_grant', 'no client credentials user enabled'],
  'no run-as user': ['invalid_grant', 'no client credentials user enabled'],
  'password flow blocked': authenticationFailure,
  'wrong password': authenticationFailure,
  'assertion malformed': invalidAssertion,
  'app has no key': invalidAssertion,
  'assertion signature wrong': invalidAssertion,
  'assertion expired': invalidAssertion,
  'assertion used before': invalidAssertion,
  'assertion audience wrong': ['invalid_grant', 'Audience validation failed'],
  'user not approved': notApproved,
  'user not admin approved': ['invalid_app_access', 'user is not admin approved to access this app'],
  'code invalid': documentedOnly.invalidCode,
  'redirect uri differs': documentedOnly.redirectUriMismatch,
  'code verifier wrong': ours.codeVerifier,
  'refresh token invalid': documentedOnly.expiredToken,
  'no valid scopes': ['invalid_grant', 'no valid scopes defined'],
  'inactive user': documentedOnly.inactiveUser,
  'frozen user': documentedOnly.inactiveUser,
  'outside login ranges': ['invalid_grant', 'ip restricted or invalid login hours'],
  'outside login hours': ['invalid_grant', 'ip restricted or invalid login hours'],
  'outside trusted ranges': ['invalid_grant', 'ip restricted'],
  'login rate exceeded': ['invalid_grant', 'login rate exceeded'],
  'body too large': ours.bodyTooLarge,
  'credentials in query': ours.credentialsInQuery,
  'repeated parameter': ours.repeatedParameter,
  'malformed body': ours.malformedBody,
  'parameter missing': ours.parameterMissing,
  'two authentication methods': ours.twoMethods,
};

/** What is known of a text: that an answer of Salesforce's had it, that its documentation lists it, or neither. */
export type Evidence = 'captured' | 'documented' | 'captured elsewhere' | 'ours';

export function evidenceOf(refusal: Refusal): Evidence {
  const words: object = salesforceErrors[refusal];
  if (Object.values<object>(documentedOnly).includes(words)) return 'documented';
  if (Object.values<object>(ours).includes(words)) return 'ours';
  return words === appBlocked ? 'captured elsewhere' : 'captured';
}

const refusals = new Map(
  Object.entries(salesforceErrors).map(([refusal, [error, error_description]]): [string, EndpointResponse] => [
    refusal,
    { status: 400, headers: salesforceHeaders, body: JSON.stringify({ error, error_description }) },
  ]),
);

/** They make no sense without a user present. */
const needUserPresent: readonly string[] = ['refresh_token', 'offline_access'];
/** "Full access is not sufficient on its own". */
const notEnoughAlone = 'full';

export type SalesforceDialectOptions = {
  /** The My Domain address, without a slash at its end, asked anew for each answer. */
  baseUrl: () => string;
  /** The host of the `id` URL: Salesforce has login or test.salesforce.com there, the box its own, since clients follow it. */
  identityUrl?: () => string;
};

export function createSalesforceDialect({ baseUrl, identityUrl = baseUrl }: SalesforceDialectOptions): Dialect {
  return {
    refuse: (refusal) => refusals.get(refusal) as EndpointResponse,
    scopesOf: ({ scopes }, { userPresent }) => (userPresent ? scopes.toReversed() : grantedScopes(scopes)),
    grantTypes: [
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'authorization_code',
      'refresh_token',
      'password',
    ],
    givesRefreshToken: (scopes) => needUserPresent.some((scope) => scopes.includes(scope)),
    grantsPerUserAndApp: 5,
    pkce: salesforcePkce,
    scopeParameter: 'refused',
    subjectOf: ({ runAs }) => runAs,
    tokenLife: 'idle',
    clientAssertions: clientAssertions(baseUrl),
    bearerAssertions: bearerAssertions(baseUrl),
    answer: (grant) => answer(grant, baseUrl(), identityUrl()),
    jwt: (facts) => jwtOf(facts, baseUrl()),
    introspected: (facts) => introspected(facts, identityUrl()),
    revocation: 'open',
    revoked,
    metadata: ({ grantTypes }) =>
      publicDocument(metadataOf(baseUrl(), { hasLogin: grantTypes.includes('authorization_code') })),
    document: (content) => publicDocument(content, { Expires: 'Thu, 01 Jan 1970 00:00:00 GMT' }),
  };
}

/**
 * What is granted of an app's scopes, in the order it is sent: recorded answers have the app's order turned round.
 * Empty when nothing usable is left.
 */
export function grantedScopes(scopes: readonly string[]): readonly string[] {
  const usable = scopes.filter((scope) => !needUserPresent.includes(scope));
  return usable.some((scope) => scope !== notEnoughAlone) ? usable.reverse() : [];
}

/** No `expires_in`, and `issued_at` as text in milliseconds. The signature covers `id` and `issued_at`; JWT bearer has neither. */
function answer(grant: Grant, baseUrl: string, identityUrl: string): EndpointResponse {
  const { subject, scopes, accessToken, issuedAt, refreshToken, isJwt, isSigned } = grant;
  const id = identityOf(identityUrl, subject);
  const issued_at = isSigned ? String(issuedAt) : undefined;
  const body = JSON.stringify({
    access_token: accessToken,
    refresh_token: refreshToken,
    signature: issued_at === undefined ? undefined : secretOf(grant).sign(id + issued_at),
    token_format: isJwt ? 'jwt' : undefined,
    scope: scopes.join(' '),
    instance_url: baseUrl,
    id,
    token_type: 'Bearer',
    issued_at,
  });
  return { status: 200, headers: salesforceHeaders, body };
}

function secretOf({ client, provedBy }: Grant): ClientSecret {
  return provedBy === 'second secret' ? (client.secondSecret ?? client) : client;
}

function identityOf(identityUrl: string, { organizationId, id }: { organizationId: string; id: string }): string {
  return `${identityUrl}/id/${organizationId}/${id}`;
}

/** The sf command line and jsforce leave the method out, and send 128 random bytes as verifier, which are 171 characters. */
const salesforcePkce = { methodMayBeLeftOut: true, longestVerifier: 256 } as const;

/** Salesforce lets clocks be three minutes apart. */
const skewMs = 180_000;

/** `private_key_jwt`: the audience is the token endpoint or the org, with or without a slash at the end. */
function clientAssertions(baseUrl: () => string): AssertionRules {
  const isOwn = (address: string) => [`${baseUrl()}/services/oauth2/token`, baseUrl()].includes(address);
  return {
    algorithms: ['RS256'],
    acceptsType: isJwtType,
    acceptsAudience: (aud) => audiencesOf(aud).some((address) => isOwn(address.replace(/\/$/, ''))),
    readExpiry,
    skewMs,
    jtiRequired: false,
  };
}

/** Hosts that stand for the audience of every org. */
const loginHosts: readonly string[] = ['login.salesforce.com', 'test.salesforce.com'];

/**
 * JWT bearer as Salesforce tolerates it, since real clients need it: the audience with or without a scheme or path, `exp` in
 * milliseconds or as text, members of no meaning in the claims (RFC 7523 section 3 is stricter).
 */
function bearerAssertions(baseUrl: () => string): AssertionRules {
  return {
    algorithms: ['RS256'],
    acceptsType: isJwtType,
    acceptsAudience(aud) {
      const hosts = [...loginHosts, hostOf(baseUrl())];
      return audiencesOf(aud).some((address) => hosts.includes(hostOf(address)));
    },
    readExpiry,
    skewMs,
    jtiRequired: false,
  };
}

function isJwtType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT');
}

function audiencesOf(aud: unknown): readonly string[] {
  return (Array.isArray(aud) ? aud : [aud]).filter((one): one is string => typeof one === 'string');
}

function hostOf(address: string): string {
  return /^(?:https?:\/\/)?([^/?#@\s]+)\/?(?:services\/oauth2\/token\/?)?$/i.exec(address)?.[1]?.toLowerCase() ?? '';
}

/** Beyond this, a number of seconds would be after the year 5000: it is milliseconds. */
const firstMilliseconds = 100_000_000_000;

/** Seconds or milliseconds, as a number or as text. */
function readExpiry(exp: unknown): number | undefined {
  const time = typeof exp === 'string' && /^\d{1,16}$/.test(exp) ? Number(exp) : exp;
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0) return undefined;
  return time >= firstMilliseconds ? time : time * 1000;
}

/** `nbf` lies so many seconds before `iat`. */
const notBeforeSeconds = 15;

/** Not RFC 9068: `typ` is JWT, scopes are in `scp`, `sub` is `uid:` and the user, and there is no `jti`; `sfi` tells tokens apart. */
function jwtOf({ client, subject, scopes, issuedAt, expiresAt }: JwtFacts, baseUrl: string): JwtParts {
  const iat = Math.floor(issuedAt / 1000);
  return {
    header: { tnk: `core/prod/${subject.organizationId}`, ver: '1.0', tty: 'sfdc-core-token', typ: 'JWT' },
    claims: {
      scp: scopes.join(' '),
      aud: [baseUrl],
      sub: `uid:${subject.id}`,
      nbf: iat - notBeforeSeconds,
      mty: 'oauth',
      sfi: randomBytes(32).toString('hex'),
      roles: [],
      iss: baseUrl,
      hsc: false,
      exp: Math.floor(expiresAt / 1000),
      iat,
      client_id: client.id,
    },
  };
}

/** The name of a key made at this time. */
export function salesforceKeyId(organizationId: string, createdAt: number): string {
  return `CORE_ATJWT.${organizationId.slice(0, 15)}.${createdAt}`;
}

/** `sub` is the identity URL, and `token_type` names the kind of token, not how it is borne (RFC 7662 section 2.2). */
function introspected(facts: TokenFacts | undefined, identityUrl: string): EndpointResponse {
  if (facts === undefined) return { status: 200, headers: salesforceHeaders, body: '{"active":false}' };
  const { issuedAt, kind, client, subject, scopes, expiresAt } = facts;
  const iat = Math.floor(issuedAt / 1000);
  const body = JSON.stringify({
    active: true,
    scope: scopes.join(' '),
    client_id: client.id,
    username: subject.username,
    sub: identityOf(identityUrl, subject),
    token_type: kind,
    exp: expiresAt === undefined ? undefined : Math.floor(expiresAt / 1000),
    iat,
    nbf: iat,
  });
  return { status: 200, headers: salesforceHeaders, body };
}

/**
 * RFC 7009 has 200 for a token that is not there; Salesforce has an error. A script gets 200 in any case, since a browser would
 * not run it otherwise.
 */
function revoked(isRevoked: boolean, callback?: string): EndpointResponse {
  const error = { error: 'invalid_token', error_description: 'invalid token' };
  if (callback !== undefined) {
    const headers = { ...salesforceHeaders, 'Content-Type': 'application/javascript;charset=UTF-8' };
    const content = isRevoked ? {} : { error: error.error };
    return { status: 200, headers, body: `${callback}(${JSON.stringify(content)});` };
  }
  if (isRevoked) return { status: 200, headers: salesforceHeaders, body: '' };
  return { status: 400, headers: salesforceHeaders, body: JSON.stringify(error) };
}

/** As recorded on discovery and keys: open to scripts of any origin, without credentials. */
function publicDocument(content: object, headers: Readonly<Record<string, string>> = {}): EndpointResponse {
  const open = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'false' };
  return { status: 200, headers: { ...salesforceHeaders, ...open, ...headers }, body: JSON.stringify(content) };
}

/** In the order Salesforce serves them. */
const scopesSupported =
  'cdp_ingest_api custom_permissions cdp_segment_api content cdp_api chatbot_api cdp_identityresolution_api interaction_api wave_api web cdp_calculated_insight_api einstein_gpt_api offline_access id api eclair_api email pardot_api lightning visualforce cdp_query_api sfap_api address openid profile cdp_profile_api refresh_token phone user_registration_api pwdless_login_api chatter_api full forgot_password';

const claimsSupported =
  'active address email email_verified family_name given_name is_app_installed language locale name nickname organization_id phone_number phone_number_verified photos picture preferred_username profile sub updated_at urls user_id user_type zoneinfo';

/** OpenID Connect Discovery, without `grant_types_supported`, and with no address of what is not served here. */
function metadataOf(issuer: string, { hasLogin }: { hasLogin: boolean }): object {
  return {
    issuer,
    authorization_endpoint: hasLogin ? `${issuer}/services/oauth2/authorize` : undefined,
    token_endpoint: `${issuer}/services/oauth2/token`,
    revocation_endpoint: `${issuer}/services/oauth2/revoke`,
    userinfo_endpoint: `${issuer}/services/oauth2/userinfo`,
    jwks_uri: `${issuer}/id/keys`,
    introspection_endpoint: `${issuer}/services/oauth2/introspect`,
    scopes_supported: scopesSupported.split(' '),
    response_types_supported: ['code', 'token', 'token id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    display_values_supported: ['page', 'popup', 'touch'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    claims_supported: claimsSupported.split(' '),
  };
}
