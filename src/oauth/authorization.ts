/** The authorize request (RFC 6749 section 4.1.1, RFC 7636): judged, and answered with a code once the user has signed in. The page is the caller's. */
import { userSteps } from './access-steps.ts';
import { createRandomText } from './access-token.ts';
import type { Client, Subject } from './client-store.ts';
import type { Dialect, Refusal } from './dialect/dialect.ts';
import { type Exchange, found, type Parts, runSteps } from './exchange.ts';
import { noParameters } from './form-steps.ts';
import { digestOf } from './grants/authorization-code.ts';

/** A request that may be shown to a user. */
export type AuthorizationRequest = {
  client: Client;
  redirectUri: string;
  redirectUriSent: boolean;
  scopes: readonly string[];
  codeChallenge: string | undefined;
  state: string | undefined;
  /** `login`: signs in anew; `consent`: asks again (OpenID Connect Core section 3.1.2.1). */
  prompts: readonly string[];
  /** Who is likely to sign in. */
  loginHint: string | undefined;
};

/**
 * Why not. Without `redirectTo` the user is told on a page, and the browser is sent nowhere: nobody knows who asked
 * (RFC 6749 section 4.1.2.1).
 */
export type AuthorizationRefusal = { error: string; description: string; redirectTo?: string };

export type Authorization = {
  /** `query` as it came, without `?`. */
  read(query: string): AuthorizationRequest | AuthorizationRefusal;
  /** Whether the app may act for the user who has signed in from this address. */
  judgeUser(request: AuthorizationRequest, subject: Subject, remoteAddress: string | undefined): Refusal | undefined;
  /** Whether the user must be asked: not when an administrator or the user has allowed the same before. */
  needsApproval(request: AuthorizationRequest, subject: Subject): boolean;
  /** Where the browser goes with the code, once the user has signed in and agreed. */
  grantCode(request: AuthorizationRequest, subject: Subject): Promise<string>;
  /** Where it goes when the user does not agree, or must not; see `authorizationErrors`. */
  deny(request: AuthorizationRequest, reason?: Pick<AuthorizationRefusal, 'error' | 'description'>): string;
};

/** As Salesforce words them; for the page of whoever mounts this. */
export const authorizationErrors = {
  unknownClient: { error: 'invalid_client_id', description: 'client identifier invalid' },
  redirectUriMissing: { error: 'redirect_uri_missing', description: 'redirect_uri not provided' },
  redirectUriMismatch: { error: 'redirect_uri_mismatch', description: 'redirect_uri must match configuration' },
  appBlocked: { error: 'OAUTH_APP_BLOCKED', description: 'this app is blocked by admin' },
  accessDenied: { error: 'OAUTH_APP_ACCESS_DENIED', description: 'user is not admin approved to access this app' },
  responseType: { error: 'unsupported_response_type', description: 'response type not supported' },
  challengeMissing: { error: 'invalid_request', description: 'missing required code challenge' },
  denied: { error: 'access_denied', description: 'end-user denied authorization' },
  scope: { error: 'invalid_scope', description: 'the requested scope is not allowed' },
} as const;

/** RFC 6749 section 4.1.2: ten minutes at most, and short is better. */
const codeLivesMs = 60_000;

export function createAuthorization(parts: Parts): Authorization {
  return {
    read: (query) => readRequest(query, parts),
    judgeUser: (request, subject, remoteAddress) => judgeUser({ request, subject, remoteAddress }, parts),
    needsApproval: (request, subject) => needsApproval(request, subject, parts),
    async grantCode(request, subject) {
      const code = createRandomText();
      const { client, redirectUri, redirectUriSent, scopes, codeChallenge, state } = request;
      const expiresAt = parts.clock.now() + codeLivesMs;
      const bound = { appId: client.appId, clientId: client.id, userId: subject.id };
      const asked = { scopes, redirectUri, redirectUriSent, codeChallenge };
      await found(parts.grants).addCode({ digest: digestOf(code), ...bound, ...asked, expiresAt });
      return withQuery(redirectUri, { code, state });
    },
    deny: ({ redirectUri, state }, { error, description } = authorizationErrors.denied) =>
      withQuery(redirectUri, { error, error_description: description, state }),
  };
}

type SignedIn = { request: AuthorizationRequest; subject: Subject; remoteAddress: string | undefined };

function judgeUser({ request: { client }, subject, remoteAddress }: SignedIn, parts: Parts): Refusal | undefined {
  const request = { method: 'GET', url: '', headers: {}, body: Buffer.alloc(0), remoteAddress };
  const exchange: Exchange = { request, parameters: noParameters, grantType: 'authorization_code', client, subject };
  return runSteps(userSteps, exchange, parts) as Refusal | undefined;
}

/** An app without a secret is asked for each time: another program may have put itself in its place (RFC 8252 section 8.6). */
function needsApproval({ client, scopes, prompts }: AuthorizationRequest, { id }: Subject, { grants }: Parts): boolean {
  if (prompts.includes('consent')) return true;
  if (client.policies?.isAdminApproved !== undefined) return false;
  if (client.userFlows?.secretRequiredForCode === false) return true;
  const before = grants?.grantedScopes(client.appId, id) ?? [];
  return !scopes.every((scope) => before.includes(scope));
}

function readRequest(query: string, { clients, dialect }: Parts): AuthorizationRequest | AuthorizationRefusal {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) return invalid('a parameter was sent more than once');
  const client = clients.findClient(parameters.get('client_id') ?? '');
  if (client === undefined) return authorizationErrors.unknownClient;
  const known = client.userFlows?.redirectUris ?? [];
  const sent = parameters.get('redirect_uri') ?? undefined;
  const redirectUri = sent ?? (known.length === 1 ? known[0] : undefined);
  if (redirectUri === undefined) return authorizationErrors.redirectUriMissing;
  if (!known.includes(redirectUri)) return authorizationErrors.redirectUriMismatch;
  const state = parameters.get('state') ?? undefined;
  const scopes = readScopes(parameters, client, dialect);
  const refusal = judge(parameters, client, dialect) ?? (scopes === undefined ? authorizationErrors.scope : undefined);
  if (refusal !== undefined) {
    const { error, description } = refusal;
    return { ...refusal, redirectTo: withQuery(redirectUri, { error, error_description: description, state }) };
  }
  return {
    client,
    redirectUri,
    redirectUriSent: sent !== undefined,
    scopes: scopes ?? [],
    codeChallenge: parameters.get('code_challenge') ?? undefined,
    state,
    prompts: parameters.get('prompt')?.split(' ').filter(Boolean) ?? [],
    loginHint: parameters.get('login_hint') ?? undefined,
  };
}

/** Undefined when more was asked for than the app has, or nothing is left. */
function readScopes(parameters: URLSearchParams, client: Client, dialect: Dialect): readonly string[] | undefined {
  const allowed = dialect.scopesOf(client, { userPresent: true });
  const asked = parameters.get('scope')?.split(' ').filter(Boolean) ?? allowed;
  const scopes = allowed.filter((scope) => asked.includes(scope));
  return scopes.length > 0 && asked.every((scope) => allowed.includes(scope)) ? scopes : undefined;
}

/** What the client may be told by way of the browser. */
function judge(parameters: URLSearchParams, client: Client, dialect: Dialect): AuthorizationRefusal | undefined {
  if (client.policies?.blocked) return authorizationErrors.appBlocked;
  if (!client.userFlows?.authorizationCode)
    return { error: 'unauthorized_client', description: 'the app may not use this flow' };
  if (parameters.get('response_type') !== 'code') return authorizationErrors.responseType;
  return judgeChallenge(parameters, client, dialect);
}

/** S256 only: `plain` shows the verifier to whoever sees the request. An app without a secret has to use it. */
function judgeChallenge(
  parameters: URLSearchParams,
  { userFlows }: Client,
  { pkce }: Dialect,
): AuthorizationRefusal | undefined {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (challenge === null) {
    const isRequired = userFlows?.pkceRequired !== false || userFlows.secretRequiredForCode === false;
    return isRequired || method !== null ? authorizationErrors.challengeMissing : undefined;
  }
  if (method !== 'S256' && !(method === null && pkce.methodMayBeLeftOut))
    return invalid('the code challenge method must be S256');
  return /^[A-Za-z0-9_-]{43}$/.test(challenge) ? undefined : invalid('the code challenge is malformed');
}

function invalid(description: string): AuthorizationRefusal {
  return { error: 'invalid_request', description };
}

/** A redirect URI keeps the query it was set up with (RFC 6749 section 3.1.2). */
function withQuery(uri: string, added: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(added)) if (value !== undefined) query.set(name, value);
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}
