/** From a request below /setup/api to its operation and back: session, token against forged calls, schemas, refusals. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OrgRefused } from '../records/index.ts';
import { collect, parseJson } from '../routes/body.ts';
import type { Answer, OrgParts } from '../routes/call.ts';
import { lingerAfterAnswer } from '../routes/connection.ts';
import { send } from '../routes/send.ts';
import { findAdministrator } from './administrator.ts';
import { checkBody, readQuery } from './check-request.ts';
import { refusedByModel } from './model-refusals.ts';
import type { Operation, SetupAnswer, SetupApi, SetupCall, SetupMethod } from './operation.ts';
import { createSetupApi, setupOperations } from './operations.ts';
import { refuseCall, SetupApiRefused, type SetupError } from './setup-api-refused.ts';
import { isSameText, type SetupSession } from './setup-sessions.ts';

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const base = '/setup/api';
const cookieName = 'sluice_setup';

/** Room for a certificate and 128 trusted ranges. */
const maxBodyBytes = 1_000_000;
const bodyDeadlineMs = 10_000;

/** Nothing of this API is ever shown as a page. */
const standingHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** Mounts the Setup API on the org's server. */
export function mountSetupApi(app: FastifyInstance, org: OrgParts): void {
  const api = createSetupApi(org);
  for (const [path, operations] of byPath(setupOperations)) {
    app.route({
      method: anyMethod,
      url: base + path,
      handler: (request, reply) => serve(api, request, reply, operations),
    });
  }
  for (const url of [base, `${base}/*`])
    app.route({ method: anyMethod, url, handler: (request, reply) => serve(api, request, reply, new Map()) });
}

type ByMethod = ReadonlyMap<string, Operation>;

function byPath(operations: readonly Operation[]): ReadonlyMap<string, ByMethod> {
  const paths = new Map<string, Map<string, Operation>>();
  for (const one of operations) {
    const methods = paths.get(one.path) ?? new Map<string, Operation>();
    paths.set(one.path, methods.set(one.method, one));
  }
  return paths;
}

async function serve(
  api: SetupApi,
  request: FastifyRequest,
  reply: FastifyReply,
  operations: ByMethod,
): Promise<FastifyReply> {
  const answer = await settle(api, request, operations);
  await send(reply, request.headers, { ...answer, headers: { ...standingHeaders, ...answer.headers } });
  lingerAfterAnswer(request.raw);
  return reply;
}

async function settle(api: SetupApi, request: FastifyRequest, operations: ByMethod): Promise<Answer> {
  try {
    return await answerCall(api, request, operations);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) return unforeseen(api.org, error);
    return { status: refusal.status, json: { errors: refusal.errors }, headers: refusal.headers ?? {} };
  }
}

function refusalOf(error: unknown): SetupApiRefused['refusal'] | undefined {
  if (error instanceof SetupApiRefused) return error.refusal;
  const byModel = refusedByModel(error);
  if (byModel !== undefined) return byModel.refusal;
  if (error instanceof OrgRefused) {
    const errors: SetupError[] = [
      { field: null, message: error.refusal.message, next: 'Correct the request and send it again.' },
    ];
    return { status: error.refusal.status, errors };
  }
  return undefined;
}

function unforeseen({ log }: OrgParts, error: unknown): Answer {
  log.error({ err: error }, 'a call of the Setup API failed for a reason nobody foresaw');
  const errors: SetupError[] = [
    {
      field: null,
      message: 'Something went wrong inside the org.',
      next: 'Try again; if it stays, see the log of the org.',
    },
  ];
  return { status: 500, json: { errors } };
}

async function answerCall(api: SetupApi, request: FastifyRequest, operations: ByMethod): Promise<Answer> {
  const operation = operations.get(request.method === 'HEAD' ? 'GET' : request.method);
  const { headers } = request;
  if (operation === undefined) throw nothingHere(request.method, operations);
  if (operation.method !== 'GET') refuseForeignOrigin(headers);
  const token = readCookie(headers);
  const requireSigned = () => (operation.signed ? requireCaller(api, operation.method, headers, token) : unsigned);
  requireSigned();
  const query = readQuery(operation.query, queryOf(request));
  const body = operation.body === undefined ? undefined : await readBody(request, operation.body);
  // Once more, since the session may have ended while the body came.
  const caller = requireSigned();
  const address = request.raw.socket?.remoteAddress ?? '';
  const params = (request.params ?? {}) as Record<string, string>;
  const call = { ...caller, params, body, query, address, token } as SetupCall<unknown, unknown, boolean>;
  return toAnswer(operation, await operation.run(call, api), api);
}

const unsigned = { session: undefined, administrator: undefined };

function nothingHere(method: string, operations: ByMethod): SetupApiRefused {
  if (operations.size === 0)
    return refuseCall(404, 'There is nothing at this address.', 'See /setup/api/openapi.json for what there is.');
  const allowed = [...operations.keys()].join(', ');
  const errors: SetupError[] = [{ field: null, message: `${method} cannot be used here.`, next: `Use ${allowed}.` }];
  return new SetupApiRefused({ status: 405, errors, headers: { Allow: allowed } });
}

/** A page of another origin may not send changes, whatever cookies a browser adds. */
function refuseForeignOrigin({ origin, host }: IncomingHttpHeaders): void {
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host)
    throw refuseCall(
      403,
      'This call comes from a page of another server.',
      'Open Setup on this server and do it there.',
    );
}

function requireCaller(api: SetupApi, method: SetupMethod, headers: IncomingHttpHeaders, token: string | undefined) {
  const session = token === undefined ? undefined : api.sessions.find(token);
  const administrator = session && findAdministrator(api.org.setup, session.userId);
  if (session === undefined || administrator === undefined)
    throw refuseCall(401, 'You are not logged in, or your session has ended.', 'Log in to Setup.');
  if (method !== 'GET') requireCsrfToken(headers, session);
  return { session, administrator };
}

function requireCsrfToken(headers: IncomingHttpHeaders, session: SetupSession): void {
  const given = headers['x-csrf-token'];
  if (typeof given !== 'string' || !isSameText(given, session.csrfToken))
    throw refuseCall(
      403,
      'The header X-CSRF-Token is missing or wrong.',
      'Send the csrfToken of GET /setup/api/session with it.',
    );
}

async function readBody({ raw, headers }: FastifyRequest, schema: Operation['body']): Promise<unknown> {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw refuseCall(415, 'The body of the request is not JSON.', 'Send it with Content-Type: application/json.');
  const value = parseJson(await collect(raw, maxBodyBytes, bodyDeadlineMs));
  if (schema !== undefined) checkBody(schema, value);
  return value;
}

function queryOf({ raw }: FastifyRequest): URLSearchParams {
  const url = raw.url ?? '';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

function readCookie({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === cookieName && value) return value.trim();
  }
  return undefined;
}

function toAnswer(operation: Operation, { status, json, cookie }: SetupAnswer, { org }: SetupApi): Answer {
  const headers = cookie === undefined ? {} : { 'Set-Cookie': writeCookie(cookie, org.instanceUrl()) };
  const good = status ?? operation.status ?? (operation.answer === undefined ? 204 : 200);
  return { status: good, headers, ...(json === undefined ? {} : { json }) };
}

function writeCookie(cookie: { token: string } | 'clear', url: string): string {
  const [value, life] = cookie === 'clear' ? ['', '; Max-Age=0'] : [cookie.token, ''];
  return `${cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/setup${url.startsWith('https:') ? '; Secure' : ''}${life}`;
}
