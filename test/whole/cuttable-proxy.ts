/** A TCP relay in front of a server, whose connections are cut when a number of bytes has come back. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CuttableProxy = AsyncDisposable & {
  readonly port: number;
  /** From now on; infinity lets all through. */
  cutAfter(bytes: number): void;
};

export async function openCuttableProxy(to: { host: string; port: number }): Promise<CuttableProxy> {
  let most = Number.POSITIVE_INFINITY;
  const open = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(to.port, to.host);
    let passed = 0;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      passed += bytes.length;
      if (passed > most) client.resetAndDestroy();
      else if (!client.write(bytes)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAfter(bytes) {
      most = bytes;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
