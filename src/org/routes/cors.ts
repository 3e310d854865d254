/** Cross-Origin Resource Sharing: pages of the origins that Setup lists may call the API, and those of no other. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { SetupModel } from '../setup/index.ts';
import type { OrgParts } from './call.ts';
import { pathOf } from './connection.ts';

type Settings = SetupModel['settings'];
type Head = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** The token endpoint and its like are open to pages only when their own switch in Setup is on too. */
const oauthEndpoint = /^\/services\/oauth2\/(?:token|revoke|introspect)\/?$/i;
/** The keys and the discovery document are open to all anyway. */
const apiPath = /^\/services\/data(?:\/|$)|^\/services\/oauth2\/userinfo\/?$|^\/id\/(?!keys\/?$)/i;

/** The origin of the page that asks, when it may read the answer. */
export function allowedOrigin({ url, headers: { origin } }: Head, settings: Settings): string | undefined {
  if (origin === undefined || !isCorsPath(url)) return undefined;
  if (oauthEndpoint.test(pathOf(url)) && !settings.corsForOAuthEndpoints) return undefined;
  return settings.corsAllowedOrigins.some((pattern) => fits(origin, pattern)) ? origin : undefined;
}

function isCorsPath(url: string | undefined): boolean {
  const path = pathOf(url);
  return apiPath.test(path) || oauthEndpoint.test(path);
}

/** `https://*.example.com` is for all that ends in `.example.com`; scheme and port are always the same. */
function fits(origin: string, pattern: string): boolean {
  const plain = pattern.replace('*.', '');
  if (!URL.canParse(origin) || !URL.canParse(plain)) return false;
  const given = new URL(origin);
  const wanted = new URL(plain);
  if (given.protocol !== wanted.protocol || given.port !== wanted.port) return false;
  return pattern.includes('*.') ? given.hostname.endsWith(`.${wanted.hostname}`) : given.hostname === wanted.hostname;
}

/** What a script may read besides the body. */
const exposed = 'ETag,Location,Sforce-Limit-Info,Sforce-Locator,Sforce-NumberOfRecords';

function headersFor(origin: string): Record<string, string> {
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed };
}

/** For how many seconds a browser need not ask again; a change in Setup counts for it after that. */
const maxAgeSeconds = 600;

type Preflight = { status: number; headers: Readonly<Record<string, string>> };

/**
 * A browser asks before it sends what a form could not send. An origin that is not listed gets 403, as documented. The calls
 * themselves are answered to whoever has a token: that the page does not see the answer is the browser's doing.
 */
export function answerPreflight(head: Head, settings: Settings): Preflight | undefined {
  const { origin, 'access-control-request-method': method } = head.headers;
  if (head.method !== 'OPTIONS' || origin === undefined || method === undefined || !isCorsPath(head.url))
    return undefined;
  const allowed = allowedOrigin(head, settings);
  if (allowed === undefined) return { status: 403, headers: { Vary: 'Origin' } };
  const headers = {
    'Access-Control-Allow-Origin': allowed,
    'Access-Control-Allow-Methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
    'Access-Control-Allow-Headers': namesOf(head.headers['access-control-request-headers']),
    'Access-Control-Max-Age': String(maxAgeSeconds),
    Vary: 'Origin,Access-Control-Request-Method,Access-Control-Request-Headers',
  };
  return { status: 200, headers };
}

/** Any header that is one by its form: a listed origin is trusted, and credentials are in headers alone. */
function namesOf(asked = ''): string {
  const names = asked.split(',').map((name) => name.trim());
  return names.filter((name) => /^[\w-]{1,100}$/.test(name)).join(',');
}

/** On the way of the router. */
export function mountCors(app: FastifyInstance, { setup }: Pick<OrgParts, 'setup'>): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const preflight = answerPreflight(raw, setup.settings);
    if (preflight !== undefined) return reply.code(preflight.status).headers(preflight.headers).send();
    return undefined;
  });
  app.addHook('onSend', async ({ raw }, reply, payload) => {
    const origin = allowedOrigin(raw, setup.settings);
    if (origin !== undefined) reply.headers({ ...headersFor(origin), Vary: 'Accept-Encoding,Origin' });
    return payload;
  });
}

/** On the way round it; true when the request was a browser's question, which is then answered. */
export function serveCors(
  request: IncomingMessage,
  response: ServerResponse,
  { setup }: Pick<OrgParts, 'setup'>,
): boolean {
  const preflight = answerPreflight(request, setup.settings);
  if (preflight !== undefined) {
    response.writeHead(preflight.status, { ...preflight.headers, 'Content-Length': 0 }).end();
    return true;
  }
  const origin = allowedOrigin(request, setup.settings);
  if (origin === undefined) return false;
  for (const [name, value] of Object.entries({ ...headersFor(origin), Vary: 'Origin' }))
    response.setHeader(name, value);
  return false;
}
