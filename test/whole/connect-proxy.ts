/** A proxy that takes CONNECT alone, as those of companies do: it carries bytes to one place, whatever name is asked for. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';

export type ConnectProxy = AsyncDisposable & {
  readonly port: number;
  /** Hosts and ports it was asked for, in their order. */
  readonly asked: string[];
};

export type ProxyManner = {
  /** What `Proxy-Authorization` must be; anything will do when left out. */
  authorization?: string;
  /** Answers every CONNECT so. */
  refuseWith?: number;
  /** Takes every CONNECT and says nothing. */
  silent?: boolean;
  /** Speaks TLS itself. */
  certificate?: { cert: string; key: string };
};

export async function openConnectProxy(targetPort: number, manner: ProxyManner = {}): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = manner.certificate === undefined ? createServer() : createTlsServer(manner.certificate);
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    keep(socket);
    asked.push(request.url ?? '');
    if (manner.silent) return;
    const status = statusOf(manner, request.headers['proxy-authorization']);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    const target = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      socket.pipe(target).pipe(socket);
    });
    keep(target);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function statusOf({ authorization, refuseWith }: ProxyManner, given: string | undefined): number {
  if (refuseWith !== undefined) return refuseWith;
  return authorization === undefined || given === authorization ? 200 : 407;
}
