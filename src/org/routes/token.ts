/** The OAuth endpoints on bare HTTP: one function for the wire, where it goes round the router, and for `inject`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reasonOf } from '../../base/index.ts';
import { type EndpointResponse, maxTokenRequestBytes, type TokenEndpoint } from '../../oauth/index.ts';
import type { OrgParts } from './call.ts';
import { dropConnection, lingerAfterAnswer, pathOf } from './connection.ts';
import { serveCors } from './cors.ts';
import type { OAuthEndpoints } from './oauth-endpoints.ts';

export const tokenPath = '/services/oauth2/token';

/** Served by the OAuth core, whatever the case of the path. */
export const oauthPaths: readonly string[] = [
  tokenPath,
  '/services/oauth2/introspect',
  '/services/oauth2/revoke',
  '/id/keys',
  '/.well-known/openid-configuration',
];

/** Which of them is asked for; clients put slashes at the start and at the end. */
export function oauthPathOf(url: string | undefined): string | undefined {
  const path = pathOf(url).toLowerCase().replace(/\/+$/, '');
  return oauthPaths.includes(path) ? path : undefined;
}

/** How long a client may take over so small a body. */
const tokenBodyMs = 10_000;

export type ServeToken = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createTokenServer(org: OrgParts, endpoints: OAuthEndpoints): ServeToken {
  return async (request, response) => {
    if (request.headers.origin !== undefined && serveCors(request, response, org)) return;
    const endpoint = endpoints.get(oauthPathOf(request.url) ?? tokenPath);
    if (endpoint === undefined) return dropConnection(request, response);
    const plan = org.faults.active ? org.faults.decide(request.method ?? 'GET', pathOf(request.url)) : undefined;
    if (plan !== undefined && plan.latencyMs > 0) await org.clock.sleep(plan.latencyMs);
    if (plan?.kind === 'drop-before') return dropConnection(request, response);
    const answer = plan?.kind === 'unavailable' ? unavailable : await answerToken(request, endpoint, org);
    if (plan?.kind === 'drop-after') return dropConnection(request, response);
    if (!org.durable) await endOfTurn();
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
    lingerAfterAnswer(request);
  };
}

async function answerToken(
  request: IncomingMessage,
  endpoint: TokenEndpoint,
  org: OrgParts,
): Promise<EndpointResponse> {
  const body = await readTokenBody(request);
  if (body === undefined) return tooSlow;
  const { method = 'GET', url = '/', headers, socket } = request;
  try {
    return await endpoint({ method, url, headers, body, remoteAddress: socket?.remoteAddress });
  } catch (error) {
    org.log.error({ reason: reasonOf(error) }, 'an answer of an OAuth endpoint could not be written down');
    return unavailable;
  }
}

/** The body, or a little more than may be of it, so that the endpoint sees that it is too long; undefined when it does not come. */
function readTokenBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const pieces: Buffer[] = [];
  let bytes = 0;
  const finish = (whole: boolean) => {
    clearTimeout(timer);
    resolve(whole ? joined(pieces).subarray(0, maxTokenRequestBytes + 1) : undefined);
  };
  const timer = setTimeout(finish, tokenBodyMs, false);
  request.on('data', (piece: Buffer) => {
    if (bytes > maxTokenRequestBytes) return;
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxTokenRequestBytes) finish(true);
  });
  request.on('end', () => finish(true));
  request.on('error', () => finish(false));
  return promise;
}

function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

const closing = { 'Cache-Control': 'no-cache,must-revalidate,max-age=0,no-store,private', Connection: 'close' };

/** What a token server under too much load sends: no JSON at all. */
const unavailable: EndpointResponse = { status: 503, headers: { ...closing, 'Content-Type': 'text/html' }, body: '' };

const tooSlow: EndpointResponse = { status: 408, headers: { ...closing, 'Content-Type': 'text/html' }, body: '' };

let turn: Promise<void> | undefined;

/**
 * Answers of one turn of the event loop leave together, as those that wait for the disk do anyway: waking their readers one by
 * one, in between our own work, costs more than a third of the throughput (bench/token.ts).
 */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
