/** A way through a proxy: one CONNECT, behind which bytes go to the host as they are. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { reasonOf, SluiceError } from '../base/index.ts';
import type { WebProxy } from './proxy.ts';

export type TunnelWish = {
  proxy: WebProxy;
  host: string;
  port: number;
  /** For the proxy to take the connection and to answer. */
  withinMs: number;
  signal?: AbortSignal | undefined;
};

/**
 * The open socket, for TLS to begin on.
 *
 * @throws SluiceError PROXY_UNREACHABLE, PROXY_LOGIN_REFUSED, PROXY_REFUSED, SALESFORCE_UNREACHABLE; the reason of the signal.
 */
export async function openTunnel(wish: TunnelWish): Promise<Socket> {
  const { proxy, withinMs, signal } = wish;
  const deadline = AbortSignal.timeout(withinMs);
  const until = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const request = await beginConnect(wish);
  try {
    const [answer, socket, head] = (await once(request, 'connect', { signal: until })) as [
      IncomingMessage,
      Socket,
      Buffer,
    ];
    return judge(answer, socket, head, wish);
  } catch (cause) {
    request.destroy();
    if (cause instanceof SluiceError) throw cause;
    if (signal?.aborted) throw signal.reason;
    const reason = deadline.aborted ? `it did not answer within ${withinMs / 1000} seconds` : reasonOf(cause);
    throw new SluiceError('PROXY_UNREACHABLE', { proxy: proxy.name, reason }, { cause });
  }
}

/** RFC 9110 section 9.3.6. */
async function beginConnect({ proxy, host, port }: TunnelWish): Promise<ClientRequest> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { authorization } = proxy;
  const { request } = proxy.isTls ? await import('node:https') : await import('node:http');
  const sent = request({
    method: 'CONNECT',
    host: proxy.host,
    port: proxy.port,
    path: authority,
    headers: { host: authority, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) },
    agent: false,
  });
  // Heard once more behind `once`, so that a late one ends nothing.
  sent.on('error', () => undefined);
  sent.end();
  return sent;
}

/** What the other side has no way to: that is no fault of the proxy, and may pass. */
const hostIsAway = new Set([502, 503, 504]);

function judge({ statusCode = 0 }: IncomingMessage, socket: Socket, head: Buffer, wish: TunnelWish): Socket {
  if (statusCode >= 200 && statusCode < 300) {
    if (head.length > 0) socket.unshift(head);
    return socket;
  }
  socket.destroy();
  const { proxy, host, port } = wish;
  if (statusCode === 407) {
    const reason =
      proxy.authorization === undefined ? 'wants a user and a password' : 'does not take this user and password';
    throw new SluiceError('PROXY_LOGIN_REFUSED', { proxy: proxy.name, reason });
  }
  if (hostIsAway.has(statusCode)) {
    const reason = `the proxy ${proxy.name} found no way there (status ${statusCode})`;
    throw new SluiceError('SALESFORCE_UNREACHABLE', { host, reason });
  }
  throw new SluiceError('PROXY_REFUSED', { proxy: proxy.name, host, port, sentStatus: statusCode });
}
