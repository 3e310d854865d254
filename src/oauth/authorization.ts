/** The authorize request (RFC 6749 section 4.1.1, RFC 7636): judged, and answered with a code once the user has signed in. The page is the caller's. */
import { createRandomText } from './access-token.ts';
import type { Client, Subject } from './client-store.ts';
import { type EndpointParts, found } from './exchange.ts';
import { digestOf } from './grants/authorization-code.ts';

/** A request that may be shown to a user. */
export type AuthorizationRequest = {
  client: Client;
  redirectUri: string;
  redirectUriSent: boolean;
  scopes: readonly string[];
  codeChallenge: string | undefined;
  state: string | undefined;
};

/**
 * Why not. Without `redirectTo` the user is told on a page, and the browser is sent nowhere: nobody knows who asked
 * (RFC 6749 section 4.1.2.1).
 */
export type AuthorizationRefusal = { error: string; description: string; redirectTo?: string };

export type Authorization = {
  /** `query` as it came, without `?`. */
  read(query: string): AuthorizationRequest | AuthorizationRefusal;
  /** Where the browser goes with the code, once the user has signed in and agreed. */
  grantCode(request: AuthorizationRequest, subject: Subject): Promise<string>;
  /** Where it goes when the user does not agree. */
  deny(request: AuthorizationRequest): string;
};

/** RFC 6749 section 4.1.2: ten minutes at most, and short is better. */
const codeLivesMs = 60_000;

export function createAuthorization(parts: EndpointParts & Required<Pick<EndpointParts, 'clock'>>): Authorization {
  return {
    read: (query) => readRequest(query, parts),
    async grantCode(request, subject) {
      const code = createRandomText();
      const { client, redirectUri, redirectUriSent, scopes, codeChallenge, state } = request;
      const expiresAt = parts.clock.now() + codeLivesMs;
      const bound = { appId: client.appId, clientId: client.id, userId: subject.id };
      const record = {
        digest: digestOf(code),
        ...bound,
        scopes,
        redirectUri,
        redirectUriSent,
        codeChallenge,
        expiresAt,
      };
      await found(parts.grants).addCode(record);
      return withQuery(redirectUri, { code, state });
    },
    deny: ({ redirectUri, state }) => withQuery(redirectUri, { error: 'access_denied', state }),
  };
}

function readRequest(query: string, parts: EndpointParts): AuthorizationRequest | AuthorizationRefusal {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) return invalid('a parameter was sent more than once');
  const client = parts.clients.findClient(parameters.get('client_id') ?? '');
  if (client === undefined) return { error: 'invalid_client_id', description: 'client identifier invalid' };
  const known = client.userFlows?.redirectUris ?? [];
  const sent = parameters.get('redirect_uri') ?? undefined;
  const redirectUri = sent ?? (known.length === 1 ? known[0] : undefined);
  if (redirectUri === undefined || !known.includes(redirectUri))
    return { error: 'redirect_uri_mismatch', description: 'redirect_uri must match configuration' };
  const state = parameters.get('state') ?? undefined;
  const base = { client, redirectUri, redirectUriSent: sent !== undefined, state };
  const refusal = judge(parameters, client);
  if (refusal !== undefined) {
    const { error, description } = refusal;
    const redirectTo = withQuery(redirectUri, { error, error_description: description, state });
    return { ...refusal, redirectTo };
  }
  const allowed = parts.dialect.scopesOf(client, { userPresent: true });
  const asked = parameters.get('scope')?.split(' ').filter(Boolean);
  const scopes = asked === undefined ? allowed : allowed.filter((scope) => asked.includes(scope));
  if (scopes.length === 0 || asked?.some((scope) => !allowed.includes(scope))) {
    const error = 'invalid_scope';
    return {
      error,
      description: 'the requested scope is not allowed',
      redirectTo: withQuery(redirectUri, { error, state }),
    };
  }
  return { ...base, scopes, codeChallenge: parameters.get('code_challenge') ?? undefined };
}

/** What the client may be told by way of the browser. */
function judge(parameters: URLSearchParams, client: Client): AuthorizationRefusal | undefined {
  if (client.policies?.blocked) return { error: 'OAUTH_APP_BLOCKED', description: 'this app is blocked by admin' };
  if (!client.userFlows?.authorizationCode)
    return { error: 'unauthorized_client', description: 'the app may not use this flow' };
  if (parameters.get('response_type') !== 'code')
    return { error: 'unsupported_response_type', description: 'response type not supported' };
  return judgeChallenge(parameters, client);
}

/** S256 only: `plain` shows the verifier to whoever sees the request. An app without a secret has to use it. */
function judgeChallenge(parameters: URLSearchParams, { userFlows }: Client): AuthorizationRefusal | undefined {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (challenge === null) {
    const isRequired = userFlows?.pkceRequired !== false || userFlows.secretRequiredForCode === false;
    if (isRequired) return invalid('a code challenge is required');
    return method === null ? undefined : invalid('a code challenge is missing');
  }
  if (method !== 'S256') return invalid('the code challenge method must be S256');
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
