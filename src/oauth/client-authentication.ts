/** Who asks: key and secret from the body or from HTTP Basic (RFC 6749 section 2.3.1), compared in constant time. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Client, ClientStore } from './client-store.ts';
import { decodePart } from './form.ts';

export type AuthenticationProblem =
  | 'two authentication methods'
  | 'malformed authorization header'
  | 'client id missing'
  | 'unknown client'
  | 'wrong secret';

/** Compared with when there is no such client, so that an unknown key takes as long as a wrong secret. */
const nobody: Uint8Array = randomBytes(32);

type Credentials = { clientId: string; secret: string };

/** The client whose key and secret came with the request, or why there is none. A missing secret counts as a wrong one. */
export function authenticateClient(
  clients: ClientStore,
  parameters: ReadonlyMap<string, string>,
  authorization: string | undefined,
): Client | AuthenticationProblem {
  const credentials = readCredentials(parameters, authorization);
  if (typeof credentials === 'string') return credentials;
  const client = clients.findClient(credentials.clientId);
  const right = timingSafeEqual(hash('sha256', credentials.secret, 'buffer'), client?.secretDigest ?? nobody);
  if (client === undefined) return 'unknown client';
  return right ? client : 'wrong secret';
}

function readCredentials(
  parameters: ReadonlyMap<string, string>,
  authorization: string | undefined,
): Credentials | AuthenticationProblem {
  const clientId = parameters.get('client_id');
  const secret = parameters.get('client_secret');
  if (authorization === undefined) return clientId ? { clientId, secret: secret ?? '' } : 'client id missing';
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
