/** A server that takes every connection and never says a word, to see who waits for it and how long. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export type HangingServer = AsyncDisposable & {
  readonly port: number;
  /** Resolves once somebody is connected, and waits. */
  untilCalled(): Promise<void>;
};

export async function openHangingServer(): Promise<HangingServer> {
  const sockets = new Set<Socket>();
  const called = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', () => called.resolve());
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    untilCalled: () => called.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
