/** From a request to its operation and back: session, token against forged calls, schemas, refusals. */
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Log } from '../base/index.ts';
import { type ApiError, ApiRefused, type Refusal, refuseCall } from './api-refused.ts';
import { checkBody, readQuery } from './check-request.ts';
import type { ApiAnswer, ApiCall, Operation, SentFile } from './operation.ts';
import { type BodyLimits, readJsonBody } from './read-body.ts';
import { isSameText } from './same-text.ts';

/** Who was found behind a session cookie; its own fields stand in the call. */
export type SignedCaller<Caller> = { caller: Caller; csrfToken: string };

export type Api<Parts, Caller> = {
  /** Where it is mounted: `/setup/api`. */
  base: string;
  /** As it is called in sentences: `Setup`. */
  name: string;
  operations: readonly Operation<Parts>[];
  parts: Parts;
  log: Log;
  cookie: { name: string; path: string; isSecure(): boolean };
  /** Looked up anew for each call, so that who was shut out is out at once. */
  findCaller(token: string): Promise<SignedCaller<Caller> | undefined> | SignedCaller<Caller> | undefined;
  /** Throws ApiRefused when the caller may not call the operation. */
  checkRole?(caller: Caller, operation: Operation<Parts>): void;
  /** Refusals of the model behind the API; undefined for any other error. */
  refusalOf?(error: unknown): Refusal | undefined;
};

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Room for the largest form of ours. */
const bodyLimits = { maxBytes: 1_000_000, deadlineMs: 10_000 };

/** Of somebody nobody knows yet, who is to log in. */
const strangersLimits = { maxBytes: 20_000, deadlineMs: 10_000 };

/** After a refusal, the rest of a body that nobody wanted may come for so long. */
const lingerMs = 10_000;

/** Nothing of an API is ever shown as a page, or kept. */
const standingHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Mounts all operations of an API, and answers 404 to what else lies below its base. */
export function mountApi<Parts, Caller>(app: FastifyInstance, api: Api<Parts, Caller>): void {
  for (const [path, operations] of byPath(api.operations)) {
    const url = api.base + path;
    const config = { operationOf: (method: string) => operations.get(nameOfMethod(method))?.id };
    app.route({ method: anyMethod, url, config, handler: (request, reply) => serve(api, request, reply, operations) });
  }
  for (const url of [api.base, `${api.base}/*`])
    app.route({ method: anyMethod, url, handler: (request, reply) => serve(api, request, reply, new Map()) });
}

const nameOfMethod = (method: string) => (method === 'HEAD' ? 'GET' : method);

type ByMethod<Parts> = ReadonlyMap<string, Operation<Parts>>;

function byPath<Parts>(operations: readonly Operation<Parts>[]): ReadonlyMap<string, ByMethod<Parts>> {
  const paths = new Map<string, Map<string, Operation<Parts>>>();
  for (const one of operations) {
    const methods = paths.get(one.path) ?? new Map<string, Operation<Parts>>();
    paths.set(one.path, methods.set(one.method, one));
  }
  return paths;
}

type Sent = { status: number; json?: unknown; file?: SentFile | undefined; headers?: Readonly<Record<string, string>> };

async function serve<Parts, Caller>(
  api: Api<Parts, Caller>,
  request: FastifyRequest,
  reply: FastifyReply,
  operations: ByMethod<Parts>,
): Promise<FastifyReply> {
  const { status, json, file, headers } = await settle(api, request, operations);
  reply.code(status).headers({ ...standingHeaders, ...headers });
  if (file !== undefined) sendFile(reply, file, request.method);
  else if (json === undefined) reply.send();
  else reply.header('Content-Type', 'application/json;charset=UTF-8').send(JSON.stringify(json));
  const { raw } = request;
  if (!raw.complete) setTimeout(() => raw.complete || raw.destroy(), lingerMs).unref();
  return reply;
}

/** For saving, never for showing. Where it breaks off the connection does, so that nobody takes the half for the whole. */
function sendFile(reply: FastifyReply, { name, contentType, parts }: SentFile, method: string): void {
  reply.header('Content-Type', contentType).header('Content-Disposition', `attachment; filename="${name}"`);
  reply.send(method === 'HEAD' ? '' : Readable.from(parts));
}

async function settle<Parts, Caller>(
  api: Api<Parts, Caller>,
  request: FastifyRequest,
  operations: ByMethod<Parts>,
): Promise<Sent> {
  try {
    return await answerCall(api, request, operations);
  } catch (error) {
    const refusal = error instanceof ApiRefused ? error.refusal : api.refusalOf?.(error);
    if (refusal === undefined) return unforeseen(api, error);
    return { status: refusal.status, json: { errors: refusal.errors }, headers: refusal.headers ?? {} };
  }
}

function unforeseen({ log, name }: Pick<Api<never, never>, 'log' | 'name'>, error: unknown): Sent {
  log.error({ err: error, api: name }, 'a call failed for a reason nobody foresaw');
  const { refusal } = refuseCall(500, 'Something went wrong inside.', 'Try again; if it stays, see the log.');
  return { status: refusal.status, json: { errors: refusal.errors } };
}

async function answerCall<Parts, Caller>(
  api: Api<Parts, Caller>,
  request: FastifyRequest,
  operations: ByMethod<Parts>,
): Promise<Sent> {
  const operation = operations.get(nameOfMethod(request.method));
  const { headers } = request;
  if (operation === undefined) throw nothingHere(api.base, request.method, operations);
  if (operation.method !== 'GET') refuseForeignOrigin(headers);
  const token = readCookie(headers, api.cookie.name);
  const requireSigned = () => (operation.signed ? requireCaller(api, operation, headers, token) : {});
  await requireSigned();
  const query = readQuery(operation.query, queryOf(request));
  const body =
    operation.body === undefined
      ? undefined
      : await readBody(request, operation.body, operation.signed ? bodyLimits : strangersLimits);
  // Once more, since the session may have ended while the body came.
  const caller = await requireSigned();
  const address = request.raw.socket?.remoteAddress ?? '';
  const params = (request.params ?? {}) as Record<string, string>;
  const call: ApiCall<unknown> = { ...caller, params, body, query, address, token };
  return toSent(operation, await operation.run(call, api.parts), api.cookie);
}

function nothingHere(base: string, method: string, operations: ByMethod<never>): ApiRefused {
  if (operations.size === 0)
    return refuseCall(404, 'There is nothing at this address.', `See ${base}/openapi.json for what there is.`);
  const allowed = [...operations.keys()].join(', ');
  const errors: ApiError[] = [{ field: null, message: `${method} cannot be used here.`, next: `Use ${allowed}.` }];
  return new ApiRefused({ status: 405, errors, headers: { Allow: allowed } });
}

/** A page of another origin may not send changes, whatever cookies a browser adds. */
function refuseForeignOrigin({ origin, host }: IncomingHttpHeaders): void {
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw refuseCall(
    403,
    'This call comes from a page of another server.',
    'Open the page on this server and do it there.',
  );
}

async function requireCaller<Parts, Caller>(
  api: Api<Parts, Caller>,
  operation: Operation<Parts>,
  headers: IncomingHttpHeaders,
  token: string | undefined,
): Promise<Caller> {
  const found = token === undefined ? undefined : await api.findCaller(token);
  if (found === undefined)
    throw refuseCall(401, 'You are not logged in, or your session has ended.', `Log in to ${api.name}.`);
  if (operation.method !== 'GET') requireCsrfToken(api.base, headers, found.csrfToken);
  api.checkRole?.(found.caller, operation);
  return found.caller;
}

function requireCsrfToken(base: string, headers: IncomingHttpHeaders, expected: string): void {
  const given = headers['x-csrf-token'];
  if (typeof given === 'string' && isSameText(given, expected)) return;
  const next = `Send the csrfToken of GET ${base}/session with it. On a page: another window has logged in since; try again.`;
  throw refuseCall(403, 'The header X-CSRF-Token is missing or wrong.', next);
}

async function readBody({ raw }: FastifyRequest, schema: TSchema, limits: BodyLimits): Promise<unknown> {
  const value = await readJsonBody({ request: raw, ...limits });
  checkBody(schema, value);
  return value;
}

function queryOf({ raw }: FastifyRequest): URLSearchParams {
  const url = raw.url ?? '';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

function readCookie({ cookie = '' }: IncomingHttpHeaders, wanted: string): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === wanted && value) return value.trim();
  }
  return undefined;
}

type Cookie = Api<never, never>['cookie'];

function toSent(operation: Operation<never>, { status, json, cookie, file }: ApiAnswer, settings: Cookie): Sent {
  const headers = cookie === undefined ? {} : { 'Set-Cookie': writeCookie(cookie, settings) };
  const good = status ?? goodStatus(operation);
  return { status: good, headers, file, ...(json === undefined ? {} : { json }) };
}

/** When all is well. */
export function goodStatus({ status, answer, files }: Operation<never>): number {
  return status ?? (answer === undefined && files === undefined ? 204 : 200);
}

function writeCookie(cookie: { token: string } | 'clear', { name, path, isSecure }: Cookie): string {
  const [value, life] = cookie === 'clear' ? ['', '; Max-Age=0'] : [cookie.token, ''];
  return `${name}=${value}; HttpOnly; SameSite=Strict; Path=${path}${isSecure() ? '; Secure' : ''}${life}`;
}
