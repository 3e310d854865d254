/** The token endpoint as Salesforce speaks it: all its departures from RFC 6749 are in this file. */
import type { Dialect, EndpointResponse, Grant, Refusal } from './dialect.ts';

/** As recorded on Salesforce's OAuth endpoints. RFC 6749 section 5.1 asks for `no-store` and `Pragma: no-cache`; there is no Pragma. */
const headers = {
  'Content-Type': 'application/json;charset=UTF-8',
  'Cache-Control': 'no-cache,must-revalidate,max-age=0,no-store,private',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '1; mode=block',
  'X-Robots-Tag': 'none',
} as const;

/**
 * Salesforce answers 400 to all of these, to bad client credentials as well (RFC 6749 section 5.2: 401 when Basic was used),
 * and refuses with `invalid_grant` and prose where the RFC has `unauthorized_client`.
 */
const errors: Record<Refusal, readonly [error: string, description: string]> = {
  'wrong method': ['unsupported_grant_type', 'grant type not supported'],
  'grant type not supported': ['unsupported_grant_type', 'grant type not supported'],
  /** A body that is no form has no grant_type that could be read. Not captured. */
  'wrong media type': ['unsupported_grant_type', 'grant type not supported'],
  'unknown client': ['invalid_client_id', 'client identifier invalid'],
  /** Not captured. */
  'client id missing': ['invalid_client_id', 'client identifier invalid'],
  'wrong secret': ['invalid_client', 'invalid client credentials'],
  'scope sent': ['invalid_request', 'scope parameter not supported'],
  'flow not enabled': ['invalid_grant', 'client credentials flow not enabled'],
  'no run-as user': ['invalid_grant', 'no client credentials user enabled'],
  'no valid scopes': ['invalid_grant', 'no valid scopes defined'],
  /** Documented only; the text was never captured. */
  'inactive user': ['inactive_user', 'user is inactive'],
  'login rate exceeded': ['invalid_grant', 'login rate exceeded'],
  /** The rest are our own: what Salesforce says to such requests is not known. */
  'body too large': ['invalid_request', 'request body too large'],
  'credentials in query': ['invalid_request', 'credentials must not be sent in the URL'],
  'repeated parameter': ['invalid_request', 'parameter sent more than once'],
  'malformed body': ['invalid_request', 'malformed request body'],
  'two authentication methods': ['invalid_request', 'client authenticated in more than one way'],
  'malformed authorization header': ['invalid_client', 'invalid client credentials'],
};

const refusals = new Map(
  Object.entries(errors).map(([refusal, [error, error_description]]): [string, EndpointResponse] => [
    refusal,
    { status: 400, headers, body: JSON.stringify({ error, error_description }) },
  ]),
);

/** They make no sense without a user present. */
const needUserPresent: readonly string[] = ['refresh_token', 'offline_access'];
/** "Full access is not sufficient on its own". */
const notEnoughAlone = 'full';

/**
 * `baseUrl` is the My Domain address, without a slash at its end, asked anew for each answer; `identityUrl` the host of the
 * `id` URL: Salesforce has login.salesforce.com or test.salesforce.com there, the box its own address, since clients follow it.
 */
export function createSalesforceDialect({
  baseUrl,
  identityUrl = baseUrl,
}: {
  baseUrl: () => string;
  identityUrl?: () => string;
}): Dialect {
  return {
    refuse: (refusal) => refusals.get(refusal) as EndpointResponse,
    scopesOf: ({ scopes }) => grantedScopes(scopes),
    answer: (grant) => answer(grant, baseUrl(), identityUrl()),
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

/** No `expires_in`, no refresh token, and `issued_at` as text in milliseconds. The signature covers `id` and `issued_at`. */
function answer(
  { client, subject, scopes, accessToken, issuedAt }: Grant,
  baseUrl: string,
  identityUrl: string,
): EndpointResponse {
  const id = `${identityUrl}/id/${subject.organizationId}/${subject.id}`;
  const issued_at = String(issuedAt);
  const body = JSON.stringify({
    access_token: accessToken,
    signature: client.sign(id + issued_at),
    scope: scopes.join(' '),
    instance_url: baseUrl,
    id,
    token_type: 'Bearer',
    issued_at,
  });
  return { status: 200, headers, body };
}
