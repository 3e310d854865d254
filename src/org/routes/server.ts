/** The HTTP server: bounds on heads and waiting, a check of Host, and the OAuth endpoints before the router. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { collapseSlashes } from './connection.ts';
import { answerBadUrl } from './front-door.ts';
import { oauthPathOf, type ServeToken } from './token.ts';

/** Salesforce's bound on URI and headers together. */
const maxHeadBytes = 16_384;

/** For the head of a request, and for a connection that says nothing at all. */
const headersTimeoutMs = 5_000;
const checkConnectionsEveryMs = 1_000;

/** Longer than the pools of the usual clients keep a connection, so that it is they who close it. */
const keepAliveMs = 65_000;

/** The longest external id in a path. */
const maxParamLength = 16_384;

type ServerOptions = { isOwnHost: (host: string) => boolean; serveToken: ServeToken };

/** A router that collapses slashes, minds no case, and parses no body by itself. */
export function createApp(options: ServerOptions): FastifyInstance {
  return fastify({
    serverFactory: (route) => createHardenedServer(options, route),
    rewriteUrl: ({ url }) => collapseSlashes(url ?? '/'),
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      caseSensitive: false,
      maxParamLength,
      querystringParser: () => ({}),
    },
    exposeHeadRoutes: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    frameworkErrors: (_error, _request, reply) => answerBadUrl(reply),
  }) as unknown as FastifyInstance;
}

/**
 * Node's own limits for heads; bodies have theirs where they are read, since an upload may take long as long as it moves,
 * and `requestTimeout` would count its whole time.
 */
function createHardenedServer(
  { isOwnHost, serveToken }: ServerOptions,
  route: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer({
    maxHeaderSize: maxHeadBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: checkConnectionsEveryMs,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
  });
  server.on('request', (request, response) => {
    if (hasTwoHosts(request.rawHeaders)) refuseTwoHosts(response);
    else if (!isOwnHost(hostAskedFor(request))) refuseHost(response);
    else if (oauthPathOf(request.url) !== undefined) serveToken(request, response).catch(() => response.destroy());
    else route(request, response);
  });
  server.on('clientError', answerClientError);
  return server;
}

/** RFC 9112 section 3.2: what one server on the way takes for the host, the next must not take for another. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1;
}

function refuseTwoHosts(response: ServerResponse): void {
  response.writeHead(400, { Connection: 'close', 'Content-Length': 0 });
  response.end();
}

/** A whole URL in the first line counts more than the header (RFC 9112 section 3.2.2). */
function hostAskedFor({ url = '/', headers }: IncomingMessage): string {
  if (url.startsWith('/')) return headers.host ?? '';
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host ?? '';
}

/** Another host's name with this server's address: DNS rebinding, or a proxy that was set up wrongly. */
function refuseHost(response: ServerResponse): void {
  const message = 'This server does not answer to that Host. Start it with --instance-url if it has another address.';
  response.writeHead(421, { 'Content-Type': 'application/json;charset=UTF-8', Connection: 'close' });
  response.end(JSON.stringify([{ message, errorCode: 'MISDIRECTED_REQUEST' }]));
}

const clientErrors: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${clientErrors[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

/** Addresses in digits and names of this machine itself cannot be forged by a name server; other names must be known. */
export function createHostCheck(known: readonly string[]): (host: string) => boolean {
  const names = new Set(['localhost', ...known.map((name) => name.toLowerCase())]);
  let lastOwn: string | undefined;
  return (host) => {
    if (host === lastOwn) return true;
    const name = hostNameOf(host.toLowerCase());
    const isOwn = names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0;
    if (isOwn) lastOwn = host;
    return isOwn;
  };
}

/** `[::1]:8080` and `localhost:8080` without their ports. */
function hostNameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host)?.[1];
  return bracketed ?? host.split(':', 1)[0] ?? '';
}
