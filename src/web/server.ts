/** The HTTP server under a router: bounds on heads and waiting, TLS when there is a certificate, and a check of Host. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { refuseCall } from './api-refused.ts';

/** PEM. */
export type Certificate = { key: string; cert: string };

export type WebServerSettings = {
  /** Names under which the server answers, besides those of this machine. */
  names: readonly string[];
  /** Without it the server speaks plain http. */
  certificate?: Certificate | undefined;
};

const maxHeadBytes = 16_384;

/** For the head of a request, and for a connection that says nothing at all. */
const headersTimeoutMs = 5_000;
const checkConnectionsEveryMs = 1_000;

/** Longer than the pools of the usual clients keep a connection, so that it is they who close it. */
const keepAliveMs = 65_000;

const bounds = {
  maxHeaderSize: maxHeadBytes,
  headersTimeout: headersTimeoutMs,
  requestTimeout: 0,
  connectionsCheckingInterval: checkConnectionsEveryMs,
  keepAliveTimeout: keepAliveMs,
  noDelay: true,
};

/** A router that parses no body by itself: bodies are read, within bounds, where it is known what they are. */
export function createWebServer(settings: WebServerSettings): FastifyInstance {
  const isOwnHost = createHostCheck(settings.names);
  const app = fastify({
    serverFactory: (route) =>
      createBoundedServer(settings, (request, response) => {
        if (isOwnHost(request.headers.host ?? '')) route(request, response);
        else refuseHost(response);
      }),
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, querystringParser: () => ({}) },
    exposeHeadRoutes: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    frameworkErrors: (_error, _request, reply) => refuseUrl(reply),
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  return app;
}

function createBoundedServer({ certificate }: WebServerSettings, listener: RequestListener): Server {
  const server =
    certificate === undefined
      ? createServer(bounds, listener)
      : (createTlsServer({ ...bounds, ...certificate, minVersion: 'TLSv1.2' }, listener) as unknown as Server);
  server.on('clientError', answerClientError);
  return server;
}

/** For what the router itself refuses, such as a path that is no valid URL. */
function refuseUrl(reply: FastifyReply): void {
  const { refusal } = refuseCall(400, 'The URL of the request cannot be read.', 'Correct it and send it again.');
  reply.code(refusal.status).send({ errors: refusal.errors });
}

/** Another host's name with this server's address: DNS rebinding, or a proxy that was set up wrongly. */
function refuseHost(response: ServerResponse<IncomingMessage>): void {
  const message = 'This server does not answer to that Host.';
  const next = 'Use its own address, or start it with the name it is to have.';
  response.writeHead(421, { 'Content-Type': 'application/json;charset=UTF-8', Connection: 'close' });
  response.end(JSON.stringify({ errors: [{ field: null, message, next }] }));
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
  const status = clientErrors[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Addresses in digits and names of this machine itself cannot be forged by a name server; other names must be known. */
function createHostCheck(known: readonly string[]): (host: string) => boolean {
  const names = new Set(['localhost', ...known.map((name) => name.toLowerCase())]);
  return (host) => {
    const name = hostNameOf(host.toLowerCase());
    return names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0;
  };
}

/** `[::1]:8080` and `localhost:8080` without their ports. */
function hostNameOf(host: string): string {
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.split(':', 1)[0] ?? '';
}

/** How long calls under way may take to end when the server closes. */
const closeGraceMs = 3_000;

/** Takes no more calls, lets those under way end, then ends what is left. */
export async function closeWebServer(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  server.closeIdleConnections();
  await app.close();
  clearTimeout(grace);
}
