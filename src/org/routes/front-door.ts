/** From a request to a resource and back: faults, version, session, method, refusals; the order is that of the steps in `answerCall`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OrgRefused } from '../records/index.ts';
import { createPasswordCheck, mountSetupApi } from '../setup-api/index.ts';
import { answerApex } from './apex-rest.ts';
import { appCredentialResources } from './apps-credentials.ts';
import { appUsageResources } from './apps-usage.ts';
import { createAuthorize } from './authorize.ts';
import { serveFaults } from './box-faults.ts';
import type { Answer, Call, Method, OrgParts, Resource } from './call.ts';
import { collectionResources } from './collections.ts';
import { dropConnection, lingerAfterAnswer, pathOf, watchCaller } from './connection.ts';
import { mountCors } from './cors.ts';
import { describeResources } from './describe.ts';
import { identity } from './identity.ts';
import { ingestResources } from './ingest-jobs.ts';
import { limitResources } from './limits.ts';
import { authorizePath } from './login-page.ts';
import { noteFailure } from './note-failure.ts';
import type { OAuthParts } from './oauth-endpoints.ts';
import { queryResources } from './query.ts';
import { queryJobResources } from './query-jobs.ts';
import { errorBody, methodNotAllowed, refuse, requestLimitExceeded, resourceNotFound } from './refusals.ts';
import { rowResources } from './rows.ts';
import { externalIdResources } from './rows-by-external-id.ts';
import { send } from './send.ts';
import { requireApi, requireSession, revokeTokenOf } from './session.ts';
import { oauthPaths, type ServeToken, tokenPath } from './token.ts';
import { logUnsupported, unsupportedText } from './unsupported.ts';
import { directoryResources, listVersions, readVersion } from './versions.ts';
import { waitAsWished } from './wait-as-wished.ts';

const dataResources: readonly Resource[] = [
  ...directoryResources,
  ...limitResources,
  ...describeResources,
  ...rowResources,
  ...externalIdResources,
  ...queryResources,
  ...queryJobResources,
  ...collectionResources,
  ...ingestResources,
  ...appCredentialResources,
  ...appUsageResources,
];

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type OAuthServer = { oauth: OAuthParts; serveToken: ServeToken };

/** Mounts all that the org answers to. */
export function mountRoutes(app: FastifyInstance, org: OrgParts, { oauth, serveToken }: OAuthServer): void {
  const passwords = createPasswordCheck(org);
  mountCors(app, org);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const mount = (url: string, answer: (request: FastifyRequest) => Promise<Answer> | Answer) =>
    app.route({ method: anyMethod, url, handler: (request, reply) => serve(org, request, reply, answer) });
  for (const resource of dataResources) {
    const url = `/services/data/:version${resource.path === '/' ? '' : resource.path}`;
    mount(url, (request) => answerCall(org, request, resource));
  }
  mount('/services/data', (request) => answerOpen(request, () => ({ status: 200, json: listVersions() })));
  mount('/services/apexrest', (request) => callApex(org, request));
  mount('/services/apexrest/*', (request) => callApex(org, request));
  mount('/id/:organization/:user', ({ raw, headers }) => identity({ url: raw.url ?? '/', headers }, org));
  mount(authorizePath, createAuthorize(org, { oauth, passwords }));
  mountSetupApi(app, org, passwords);
  mount('/', (request) => answerOpen(request, () => welcome(org)));
  app.route({ method: anyMethod, url: '/box/faults', handler: (request, reply) => serveBox(org, request, reply) });
  for (const url of oauthPaths)
    app.route({ method: anyMethod, url, handler: (request, reply) => handOver(serveToken, request, reply) });
  app.setNotFoundHandler((request, reply) => serve(org, request, reply, () => answerUnknown(org, request)));
}

/** When rows of a call are stamped, where that is before they are saved. */
const stamps = new WeakMap<FastifyRequest, number>();

/** One call: what was wished to go wrong, the answer, and its way back. */
async function serve(
  org: OrgParts,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (request: FastifyRequest) => Promise<Answer> | Answer,
): Promise<FastifyReply> {
  const plan = org.faults.active ? org.faults.decide(request.method, pathOf(request.raw.url)) : undefined;
  if (plan?.stampsFirst) stamps.set(request, org.clock.now());
  if (plan !== undefined) await waitAsWished(org, plan);
  if (plan?.kind === 'drop-before') return drop(request, reply);
  if (plan?.kind === 'expired-token') await revokeTokenOf(org, request.headers);
  const given = plan?.kind === 'unavailable' ? unavailable() : await settle(org, request, answer);
  if (plan?.kind === 'drop-after') return drop(request, reply);
  await send(reply, request.headers, given);
  lingerAfterAnswer(request.raw);
  return reply;
}

function drop(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  dropConnection(request.raw, reply.raw);
  return reply;
}

function unavailable(): Answer {
  const body = { errorCode: 'SERVER_UNAVAILABLE', message: 'The server is temporarily unavailable. Try again later.' };
  return { status: 503, json: errorBody([body]) };
}

/** Turns refusals into answers; what nobody foresaw is 500 with a number that is also in the log. */
async function settle(
  org: OrgParts,
  request: FastifyRequest,
  answer: (request: FastifyRequest) => Promise<Answer> | Answer,
): Promise<Answer> {
  try {
    return await answer(request);
  } catch (error) {
    const headers = limitHeader(org, request);
    if (error instanceof OrgRefused) return { status: error.refusal.status, json: errorBody([error.refusal]), headers };
    return { ...unforeseen(org, error), headers };
  }
}

function unforeseen(org: OrgParts, error: unknown): Answer {
  const number = noteFailure(org, error, 'a call failed for a reason nobody foresaw');
  const message = `An unexpected error occurred. Please include this ErrorId if you contact support: ${number}`;
  return { status: 500, json: errorBody([{ errorCode: 'UNKNOWN_EXCEPTION', message }]) };
}

/** On every answer of the data API but the list of versions. */
function limitHeader(org: OrgParts, request: FastifyRequest): Record<string, string> {
  return /^\/+services\/(?:data\/.|apexrest(?:\/|\?|$))/i.test(request.raw.url ?? '')
    ? { 'Sforce-Limit-Info': org.usage.header() }
    : {};
}

async function answerCall(org: OrgParts, request: FastifyRequest, resource: Resource | undefined): Promise<Answer> {
  const { version = '', ...params } = request.params as Record<string, string>;
  const apiVersion = readVersion(version);
  const session = requireSession(request.headers, org);
  const access = requireApi(org, session, pathOf(request.raw.url));
  if (!org.usage.countCall()) throw requestLimitExceeded();
  if (resource === undefined) throw resourceNotFound();
  refuseXmlOnly(org, request);
  const query = queryOf(request);
  const method = methodOf(request.method, query);
  const handler = resource.methods[method as Method];
  if (handler === undefined) return notAllowed(method, resource, org);
  const base = `/services/data/v${apiVersion}.0`;
  const { headers, raw: body } = request;
  const stampedMs = stamps.get(request);
  const called = { method: method as Method, apiVersion, base, params, query, headers, body, session, access };
  const call: Call = stampedMs === undefined ? called : { ...called, stampedMs };
  const answer = await handler(call, org);
  return { ...answer, headers: { 'Sforce-Limit-Info': org.usage.header(), ...answer.headers } };
}

/** The class is known by the path; all that is checked before is as in the data API. */
async function callApex(org: OrgParts, request: FastifyRequest): Promise<Answer> {
  const { headers, raw } = request;
  const path = pathOf(raw.url);
  const session = requireSession(headers, org);
  const access = requireApi(org, session, path);
  if (!org.usage.countCall()) throw requestLimitExceeded();
  const query = queryOf(request);
  using gone = watchCaller(raw);
  const { signal } = gone;
  const call = { method: methodOf(request.method, query), path, query, headers, body: raw, session, access, signal };
  const answer = await answerApex(call, org);
  return { ...answer, headers: { 'Sforce-Limit-Info': org.usage.header(), ...answer.headers } };
}

/** Salesforce writes XML too when nothing else is accepted; the box does not. */
function refuseXmlOnly({ log }: OrgParts, { headers: { accept } }: FastifyRequest): void {
  if (accept === undefined || !/\bxml\b/i.test(accept) || /json|csv|\*\/\*/i.test(accept)) return;
  log.warn({ unsupported: 'xml', accept }, unsupportedText);
  throw refuse(406, 'NOT_ACCEPTABLE', 'This org answers in JSON only');
}

/** HEAD is GET without the body; `_HttpMethod` is for clients that cannot send PATCH. */
function methodOf(method: string, query: URLSearchParams): string {
  if (method === 'HEAD') return 'GET';
  const wished = method === 'POST' ? query.get('_HttpMethod') : null;
  return wished?.toUpperCase() ?? method;
}

function notAllowed(method: string, { methods }: Resource, org: OrgParts): Answer {
  const allowed = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['HEAD', 'GET'] : [name]));
  const { refusal } = methodNotAllowed(method, allowed);
  const headers = { Allow: allowed.join(','), 'Sforce-Limit-Info': org.usage.header() };
  return { status: refusal.status, json: errorBody([refusal]), headers };
}

/** What needs no session. */
function answerOpen({ method }: FastifyRequest, answer: () => Answer): Answer {
  if (method === 'GET' || method === 'HEAD') return answer();
  throw methodNotAllowed(method, ['HEAD', 'GET']);
}

/** A path that is nowhere: below the data API it needs a session first, as all else there. */
async function answerUnknown(org: OrgParts, request: FastifyRequest): Promise<Answer> {
  const path = pathOf(request.raw.url);
  const version = /^\/services\/data\/([^/]+)/i.exec(path)?.[1];
  logUnsupported(org.log, request.method, path);
  if (version === undefined) throw resourceNotFound();
  readVersion(version);
  requireApi(org, requireSession(request.headers, org), path);
  if (!org.usage.countCall()) throw requestLimitExceeded();
  throw resourceNotFound();
}

function welcome(org: OrgParts): Answer {
  const lines = [
    'This is an org in a box: a server that answers as a Salesforce org does.',
    `Token endpoint: POST ${org.instanceUrl()}${tokenPath}`,
    `REST API: ${org.instanceUrl()}/services/data`,
    '',
  ];
  return { status: 200, text: lines.join('\n'), contentType: 'text/plain;charset=UTF-8' };
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

async function serveBox(org: OrgParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { method, headers, raw } = request;
  const remoteAddress = raw.socket?.remoteAddress;
  await send(
    reply,
    headers,
    await settle(org, request, () => serveFaults({ method, headers, body: raw, remoteAddress }, org)),
  );
  lingerAfterAnswer(raw);
  return reply;
}

async function handOver(serveToken: ServeToken, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.hijack();
  await serveToken(request.raw, reply.raw);
  return reply;
}

/** For what the router itself refuses, such as a path that is no valid URL. */
export function answerBadUrl(reply: FastifyReply): void {
  const { refusal } = refuse(400, 'INVALID_URL', 'The URL of the request cannot be read');
  reply
    .code(refusal.status)
    .header('Content-Type', 'application/json;charset=UTF-8')
    .send(JSON.stringify(errorBody([refusal])));
}
