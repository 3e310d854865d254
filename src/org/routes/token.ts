/** The OAuth endpoints on bare HTTP: one function for the wire, where it goes round the router, and for `inject`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reasonOf } from '../../base/index.ts';
import { type EndpointResponse, maxTokenRequestBytes, type TokenEndpoint } from '../../oauth/index.ts';
import type { FaultPlan } from '../faults.ts';
import type { OrgParts } from './call.ts';
import { dropConnection, lingerAfterAnswer, pathOf } from './connection.ts';
import { serveCors } from './cors.ts';
import { answerUserinfo } from './identity.ts';
import type { OAuthEndpoints } from './oauth-endpoints.ts';
import { revokeTokenOf } from './session.ts';
import { readSmallBody } from './small-body.ts';
import { waitAsWished } from './wait-as-wished.ts';

export const tokenPath = '/services/oauth2/token';

const userinfoPath = '/services/oauth2/userinfo';

/** Served round the router, whatever the case of the path. */
export const oauthPaths: readonly string[] = [
  tokenPath,
  '/services/oauth2/introspect',
  '/services/oauth2/revoke',
  userinfoPath,
  '/id/keys',
  '/.well-known/openid-configuration',
];

const knownPaths = new Set(oauthPaths);

/** Which of them is asked for; clients put slashes at the start and at the end. */
export function oauthPathOf(url: string | undefined): string | undefined {
  if (url !== undefined && knownPaths.has(url)) return url;
  const path = pathOf(url).toLowerCase().replace(/\/+$/, '');
  return knownPaths.has(path) ? path : undefined;
}

export type ServeToken = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type AnswerRequest = (request: IncomingMessage) => EndpointResponse | Promise<EndpointResponse>;

export function createTokenServer(org: OrgParts, endpoints: OAuthEndpoints): ServeToken {
  const answers = new Map<string, AnswerRequest>(
    [...endpoints].map(([path, endpoint]) => [path, (request) => answerEndpoint(request, endpoint)]),
  );
  answers.set(userinfoPath, (request) => answerUserinfo(request, org));
  return async (request, response) => {
    if (request.headers.origin !== undefined && serveCors(request, response, org)) return;
    const answer = answers.get(oauthPathOf(request.url) ?? tokenPath);
    if (answer === undefined) return dropConnection(request, response);
    if (org.faults.active) return serveUnderFaults(org, request, response, answer);
    await sendTogether(org, request, response, await settle(org, request, answer));
  };
}

async function serveUnderFaults(
  org: OrgParts,
  request: IncomingMessage,
  response: ServerResponse,
  answer: AnswerRequest,
): Promise<void> {
  const plan: FaultPlan = org.faults.decide(request.method ?? 'GET', pathOf(request.url));
  await waitAsWished(org, plan);
  if (plan.kind === 'drop-before') return dropConnection(request, response);
  if (plan.kind === 'expired-token') await revokeTokenOf(org, request.headers);
  const given = plan.kind === 'unavailable' ? unavailable : await settle(org, request, answer);
  if (plan.kind === 'drop-after') return dropConnection(request, response);
  await sendTogether(org, request, response, given);
}

async function settle(org: OrgParts, request: IncomingMessage, answer: AnswerRequest): Promise<EndpointResponse> {
  try {
    return await answer(request);
  } catch (error) {
    org.log.error({ reason: reasonOf(error) }, 'an answer of an OAuth endpoint could not be written down');
    return unavailable;
  }
}

async function answerEndpoint(request: IncomingMessage, endpoint: TokenEndpoint): Promise<EndpointResponse> {
  const body = await readSmallBody(request, maxTokenRequestBytes);
  if (body === undefined) return tooSlow;
  const { method = 'GET', url = '/', headers, socket } = request;
  return endpoint({ method, url, headers, body, remoteAddress: socket?.remoteAddress });
}

async function sendTogether(
  { durable }: OrgParts,
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: EndpointResponse,
): Promise<void> {
  if (!durable) await endOfTurn();
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
  lingerAfterAnswer(request);
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
