/** The token endpoint for the client credentials grant (RFC 6749 section 4.4): a list of checks in a fixed order, then a token. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AccessTokens, IssuedToken } from './access-token.ts';
import { authenticateClient } from './client-authentication.ts';
import type { Client, ClientStore, Subject } from './client-store.ts';
import type { Dialect, EndpointResponse, Refusal } from './dialect/dialect.ts';
import { readForm } from './form.ts';
import type { LoginRate } from './login-rate.ts';

/** More than any honest request; who reads the body may stop here and pass on what it has. */
export const maxTokenRequestBytes = 8192;

export type EndpointRequest = {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  /** The whole body, or its first `maxTokenRequestBytes + 1` bytes. */
  body: Uint8Array;
};

/** With a journal behind the tokens the answer is a promise: it comes when the token is on disk. */
export type TokenEndpoint = (request: EndpointRequest) => EndpointResponse | Promise<EndpointResponse>;

/** What is told of each login, for a history: never a secret, never a token. */
export type LoginEvent = { clientId: string | undefined; userId: string | undefined; outcome: 'issued' | Refusal };

export type TokenEndpointParts = {
  clients: ClientStore;
  tokens: AccessTokens;
  dialect: Dialect;
  loginRate: LoginRate;
  onLogin?: (event: LoginEvent) => void;
};

/** A request on its way through the steps; each step adds what it found. */
type Exchange = {
  request: EndpointRequest;
  parameters: ReadonlyMap<string, string>;
  client?: Client;
  subject?: Subject;
  scopes?: readonly string[];
};

type Step = (exchange: Exchange, parts: TokenEndpointParts) => Refusal | undefined;

/**
 * In Salesforce's order as far as it is known (grant, key, secret, scope, flow, user, scopes, state, rate), behind the checks
 * of form. Each step relies on those before it.
 */
const steps: readonly Step[] = [
  checkMethod,
  checkQuery,
  checkSize,
  checkMediaType,
  readParameters,
  checkGrantType,
  authenticate,
  checkScopeParameter,
  checkFlowEnabled,
  findRunAsUser,
  grantScopes,
  checkUserActive,
  checkLoginRate,
];

/**
 * The endpoint as a function over plain data, so that it can be mounted on a bare HTTP server and called in a test.
 *
 * It never throws for what a client sends. It rejects when the token could not be written to disk.
 */
export function createTokenEndpoint(parts: TokenEndpointParts): TokenEndpoint {
  return (request) => {
    const exchange: Exchange = { request, parameters: noParameters };
    for (const step of steps) {
      const refusal = step(exchange, parts);
      if (refusal !== undefined) return refuse(refusal, exchange, parts);
    }
    const issued = parts.tokens.issue(found(exchange.client), found(exchange.subject));
    return issued instanceof Promise
      ? issued.then((token) => grant(token, exchange, parts))
      : grant(issued, exchange, parts);
  };
}

const noParameters: ReadonlyMap<string, string> = new Map();

function checkMethod({ request }: Exchange): Refusal | undefined {
  return request.method === 'POST' ? undefined : 'wrong method';
}

const credentialInQuery =
  /[?&](client_id|client_secret|grant_type|client_assertion|assertion|code|refresh_token|username|password)=/i;

/** RFC 6749 section 2.3.1: never in the URL, where logs keep it. */
function checkQuery({ request: { url } }: Exchange): Refusal | undefined {
  return url.includes('?') && credentialInQuery.test(url) ? 'credentials in query' : undefined;
}

function checkSize({ request: { body } }: Exchange): Refusal | undefined {
  return body.length > maxTokenRequestBytes ? 'body too large' : undefined;
}

const formType = 'application/x-www-form-urlencoded';

function checkMediaType({ request: { headers } }: Exchange): Refusal | undefined {
  const type = headers['content-type'];
  if (type === formType) return undefined;
  return type?.split(';', 1)[0]?.trim().toLowerCase() === formType ? undefined : 'wrong media type';
}

function readParameters(exchange: Exchange): Refusal | undefined {
  const parameters = readForm(exchange.request.body);
  if (typeof parameters === 'string') return parameters;
  exchange.parameters = parameters;
  return undefined;
}

function checkGrantType({ parameters }: Exchange): Refusal | undefined {
  return parameters.get('grant_type') === 'client_credentials' ? undefined : 'grant type not supported';
}

function authenticate(exchange: Exchange, { clients }: TokenEndpointParts): Refusal | undefined {
  const client = authenticateClient(clients, exchange.parameters, exchange.request.headers.authorization);
  if (typeof client === 'string') return client;
  exchange.client = client;
  return undefined;
}

function checkScopeParameter({ parameters }: Exchange): Refusal | undefined {
  return parameters.has('scope') ? 'scope sent' : undefined;
}

function checkFlowEnabled({ client }: Exchange): Refusal | undefined {
  return client?.clientCredentialsEnabled ? undefined : 'flow not enabled';
}

function findRunAsUser(exchange: Exchange): Refusal | undefined {
  const subject = exchange.client?.runAs;
  if (subject === undefined) return 'no run-as user';
  exchange.subject = subject;
  return undefined;
}

function grantScopes(exchange: Exchange, { dialect }: TokenEndpointParts): Refusal | undefined {
  exchange.scopes = dialect.scopesOf(found(exchange.client));
  return exchange.scopes.length > 0 ? undefined : 'no valid scopes';
}

function checkUserActive({ subject }: Exchange): Refusal | undefined {
  return subject?.active ? undefined : 'inactive user';
}

function checkLoginRate({ subject }: Exchange, { loginRate }: TokenEndpointParts): Refusal | undefined {
  return loginRate.allow(found(subject).id) ? undefined : 'login rate exceeded';
}

function grant(token: IssuedToken, exchange: Exchange, { dialect, onLogin }: TokenEndpointParts): EndpointResponse {
  const client = found(exchange.client);
  const subject = found(exchange.subject);
  onLogin?.({ clientId: client.id, userId: subject.id, outcome: 'issued' });
  const { accessToken, issuedAt } = token;
  return dialect.answer({ client, subject, scopes: exchange.scopes ?? [], accessToken, issuedAt });
}

function refuse(
  refusal: Refusal,
  { client, subject }: Exchange,
  { dialect, onLogin }: TokenEndpointParts,
): EndpointResponse {
  onLogin?.({ clientId: client?.id, userId: subject?.id, outcome: refusal });
  return dialect.refuse(refusal);
}

/** What an earlier step has put there. */
function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the steps of the token endpoint are out of order');
  return value;
}
