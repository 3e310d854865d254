/** A socket whose bytes can be read straight into the memory of whoever wants them, without an object and a buffer for every piece. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Whoever takes a connection's bytes away from its listeners. */
export type ByteTaker = {
  /** Where the next bytes are to go; never empty. */
  space(): Buffer;
  /** So many bytes lie in that space now. Tells at which of them the taker is done, so that they and what follows are the listeners'; -1 to go on. */
  filled(length: number): number;
};

const ownSpaceBytes = 65_536;

const takers = new WeakMap<Duplex, ByteTaker | null>();

/** Like any socket to its listeners, until `takeBytes`. */
export function createDirectSocket(): Socket {
  const ownSpace = Buffer.allocUnsafeSlow(ownSpaceBytes);
  const socket = new Socket({
    onread: {
      buffer: () => takers.get(socket)?.space() ?? ownSpace,
      callback(length, buffer) {
        const data = buffer.subarray(0, length);
        if (takers.get(socket)) giveTo(socket, data);
        else socket.emit('data', Buffer.from(data));
        return true;
      },
    },
  });
  takers.set(socket, null);
  return socket;
}

/** From now on the stream's bytes go to the taker, until it is done; works with any stream, and without copies with a direct socket. */
export function takeBytes(stream: Duplex, taker: ByteTaker): void {
  if (takers.has(stream)) {
    takers.set(stream, taker);
    return;
  }
  const listeners = stream.listeners('data') as ((data: Buffer) => void)[];
  const take = (data: Buffer) => {
    const rest = fill(taker, data);
    if (!rest) return;
    stream.off('data', take);
    for (const listener of listeners) stream.on('data', listener);
    for (const listener of listeners) listener(rest);
  };
  for (const listener of listeners) stream.off('data', listener);
  stream.on('data', take);
}

function giveTo(socket: Socket, data: Uint8Array): void {
  const rest = fill(takers.get(socket) as ByteTaker, data);
  if (!rest) return;
  takers.set(socket, null);
  socket.emit('data', rest);
}

/** What the taker left, as a copy; undefined when it wants more. */
function fill(taker: ByteTaker, data: Uint8Array): Buffer | undefined {
  for (let from = 0; from < data.length; ) {
    const space = taker.space();
    const length = Math.min(space.length, data.length - from);
    const isThere = data.buffer === space.buffer && data.byteOffset + from === space.byteOffset;
    if (!isThere) space.set(data.subarray(from, from + length));
    const end = taker.filled(length);
    if (end >= 0) return Buffer.concat([space.subarray(end, length), data.subarray(from + length)]);
    from += length;
  }
  return undefined;
}
