/** Who asks: key and secret from the body or from HTTP Basic (RFC 6749 section 2.3.1), or a signed assertion (RFC 7523 section 2.2). */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Assertion, checkAssertion, readAssertion } from './assertion.ts';
import type { Client } from './client-store.ts';
import type { Refusal } from './dialect/dialect.ts';
import { digestBytes, digestInto } from './digest.ts';
import type { Exchange, Parts } from './exchange.ts';
import { decodePart } from './form.ts';

export type AuthenticationProblem =
  | 'two authentication methods'
  | 'malformed authorization header'
  | 'client id missing'
  | 'unknown client'
  | 'wrong secret'
  | 'too many wrong secrets'
  | 'too many unknown clients'
  | 'client assertion invalid';

/** Compared with when there is no such client, so that an unknown key takes as long as a wrong secret. */
const nobody: Uint8Array = randomBytes(digestBytes);

/** Of the secret that was sent; used up before another request is looked at. */
const sent = Buffer.alloc(digestBytes);

type Credentials = { clientId: string; secret: string | undefined };

/** The step for apps that must prove themselves. A missing secret counts as a wrong one. */
export function authenticateClient(
  exchange: Exchange,
  parts: Parts,
): Refusal | undefined | Promise<Refusal | undefined> {
  return authenticate(exchange, parts, () => true);
}

/** The step for apps that may come without a secret in this flow; one that is sent must be right all the same. */
export function authenticateUnless(isPublic: (client: Client) => boolean) {
  return (exchange: Exchange, parts: Parts) => authenticate(exchange, parts, (client) => !isPublic(client));
}

function authenticate(
  exchange: Exchange,
  parts: Parts,
  mustProve: (client: Client) => boolean,
): Refusal | undefined | Promise<Refusal | undefined> {
  const { parameters, request } = exchange;
  if (parameters.has('client_assertion') || parameters.has('client_assertion_type'))
    return authenticateByAssertion(exchange, parts);
  const credentials = readCredentials(parameters, request.headers.authorization);
  if (typeof credentials === 'string') return credentials;
  const client = parts.clients.findClient(credentials.clientId);
  if (client !== undefined && credentials.secret === undefined && !mustProve(client)) {
    exchange.client = client;
    return undefined;
  }
  return compareSecret(client, credentials, exchange, parts);
}

/** Both secrets of an app are compared, whichever is right; for an unknown key all is done as for a wrong secret. */
function compareSecret(
  client: Client | undefined,
  { clientId, secret }: Credentials,
  exchange: Exchange,
  parts: Parts,
): AuthenticationProblem | undefined {
  const lockOut = client === undefined ? parts.unknownLockOut : parts.lockOut;
  const name = client?.appId ?? clientId;
  const address = exchange.request.remoteAddress;
  if (client !== undefined) exchange.claimed = client;
  exchange.retryAfterMs = lockOut.waitMs(name, address);
  if (exchange.retryAfterMs > 0) return client === undefined ? 'too many unknown clients' : 'too many wrong secrets';
  if (isProved(client, secret, exchange)) {
    lockOut.succeeded(name, address);
    return undefined;
  }
  if (secret !== undefined) lockOut.failed(name, address, sent);
  return client === undefined ? 'unknown client' : 'wrong secret';
}

function isProved(client: Client | undefined, secret: string | undefined, exchange: Exchange): boolean {
  digestInto(sent, secret ?? '');
  const isFirst = timingSafeEqual(sent, client?.secretDigest ?? nobody);
  const isSecond = client?.secondSecret !== undefined && timingSafeEqual(sent, client.secondSecret.secretDigest);
  if (client === undefined || !secret || !(isFirst || isSecond)) return false;
  exchange.client = client;
  exchange.provedBy = isFirst ? 'first secret' : 'second secret';
  return true;
}

function readCredentials(
  parameters: ReadonlyMap<string, string>,
  authorization: string | undefined,
): Credentials | AuthenticationProblem {
  const clientId = parameters.get('client_id');
  const secret = parameters.get('client_secret');
  if (authorization === undefined) return clientId ? { clientId, secret } : 'client id missing';
  const basic = readBasic(authorization);
  if (basic === undefined) return 'malformed authorization header';
  if (secret !== undefined) return 'two authentication methods';
  return clientId === undefined || clientId === basic.clientId ? basic : 'two authentication methods';
}

/** Real keys have no character that form-encoding would change, so that clients which skip it are understood as well. */
function readBasic(authorization: string): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const clientId = decodePart(text.slice(0, colon));
  const secret = decodePart(text.slice(colon + 1));
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret };
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** All that is wrong with an assertion looks the same from outside, as with a secret. */
async function authenticateByAssertion(exchange: Exchange, parts: Parts): Promise<Refusal | undefined> {
  const { parameters, request } = exchange;
  if (parameters.has('client_secret') || request.headers.authorization !== undefined)
    return 'two authentication methods';
  if (parameters.get('client_assertion_type') !== assertionType) return 'client assertion invalid';
  const assertion = readAssertion(parameters.get('client_assertion') ?? '');
  const clientId = assertion === undefined ? undefined : clientNamedBy(assertion, parameters.get('client_id'));
  if (assertion === undefined || clientId === undefined) return 'client assertion invalid';
  const client = parts.clients.findClient(clientId);
  if (client === undefined) return 'unknown client';
  exchange.claimed = client;
  const { dialect, replays, clock } = parts;
  const problem = await checkAssertion({
    assertion,
    client,
    rules: dialect.clientAssertions,
    replays,
    now: clock.now(),
  });
  if (problem !== undefined) return 'client assertion invalid';
  exchange.client = client;
  exchange.provedBy = 'assertion';
  return undefined;
}

/** `iss` and `sub` are both the client id (RFC 7523 section 3), and so is `client_id` where it is sent. */
function clientNamedBy({ claims: { iss, sub } }: Assertion, clientId: string | undefined): string | undefined {
  if (typeof iss !== 'string' || iss !== sub) return undefined;
  return clientId === undefined || clientId === iss ? iss : undefined;
}
