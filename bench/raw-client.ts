/** A client as thin as can be, for timing single requests: one connection from a chosen address of loopback, one request at a time. */
import { once } from 'node:events';
import { connect } from 'node:net';

export type RawClient = AsyncDisposable & {
  /** Sends a form; microseconds until its answer. */
  post(path: string, form: string): Promise<number>;
};

/** `address`: the how-manieth of 127.1.0.0/16 and what follows it. */
export async function openRawClient(url: string, { address }: { address: number }): Promise<RawClient> {
  const { hostname: host, port } = new URL(url);
  const localAddress = loopbackAddress(address);
  const socket = connect({ host, port: Number(port), localAddress, noDelay: true });
  await once(socket, 'connect');
  return {
    async post(path, form) {
      const began = performance.now();
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
      );
      await once(socket, 'data');
      return (performance.now() - began) * 1000;
    },
    async [Symbol.asyncDispose]() {
      socket.end();
      await once(socket, 'close');
    },
  };
}

export function loopbackAddress(index: number): string {
  return `127.${1 + ((index >> 16) & 127)}.${(index >> 8) & 255}.${index & 255}`;
}
