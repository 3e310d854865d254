/** The HTTP server below every router of ours: bounds on heads and waiting, TLS when there is a certificate, one Host and its own. */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { keepRoom } from './crowded-connections.ts';

/** PEM. */
export type Certificate = { key: string; cert: string };

export type BoundedServerSettings = {
  isOwnHost: (host: string) => boolean;
  /** Answers who asked for another host; the connection is to be closed. */
  refuseHost(response: ServerResponse): void;
  serve: RequestListener;
  /** Without it the server speaks plain http. */
  certificate?: Certificate | undefined;
  /** 4,096 when left out. */
  maxConnections?: number | undefined;
};

/** Salesforce's bound on URI and headers together. */
const maxHeadBytes = 16_384;

/** For the head of a request, and for a connection that says nothing at all. */
const headersTimeoutMs = 5_000;
const checkConnectionsEveryMs = 1_000;

/** For the handshake of TLS before it. */
const handshakeTimeoutMs = 10_000;

/** Each costs memory and a file handle, of which the store needs some too. */
const mostConnections = 4_096;

/** Longer than the pools of the usual clients keep a connection, so that it is they who close it. */
const keepAliveMs = 65_000;

/**
 * Node's own limits for heads; bodies have theirs where they are read, since an upload may take long as long as it moves, and
 * `requestTimeout` would count its whole time.
 */
const bounds = {
  maxHeaderSize: maxHeadBytes,
  headersTimeout: headersTimeoutMs,
  requestTimeout: 0,
  connectionsCheckingInterval: checkConnectionsEveryMs,
  keepAliveTimeout: keepAliveMs,
  noDelay: true,
};

export function createBoundedServer(settings: BoundedServerSettings): Server {
  const { isOwnHost, refuseHost, serve, certificate, maxConnections = mostConnections } = settings;
  let heard: (request: IncomingMessage) => void = () => undefined;
  const listener: RequestListener = (request, response) => {
    heard(request);
    if (hasTwoHosts(request.rawHeaders)) refuseTwoHosts(response);
    else if (isOwnHost(hostAskedFor(request))) serve(request, response);
    else refuseHost(response);
  };
  const options = { ...bounds, ServerResponse: lastOnesOf(() => !server.listening) };
  const server: Server =
    certificate === undefined
      ? createServer(options, listener)
      : (createTlsServer(
          { ...options, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: handshakeTimeoutMs },
          listener,
        ) as unknown as Server);
  server.on('clientError', answerClientError);
  heard = keepRoom(server, maxConnections);
  return server;
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** Answers after which their connection is closed, once the server closes: else it would wait for calls that must not come. */
function lastOnesOf(isClosing: () => boolean): typeof ServerResponse {
  return class<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
      if (!this.headersSent && isClosing()) this.setHeader('Connection', 'close');
      return super.writeHead(status, reason as string, headers);
    }
  };
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
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.split(':', 1)[0] ?? '';
}
