/** The pieces of a body as they come over a connection, one asked for at a time, with nothing else between. */
import type { IncomingMessage } from 'node:http';

type Piece = IteratorResult<Uint8Array, undefined>;

/** The connection is left alone when nobody asks any more. Throws when the body breaks off. */
export function piecesOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => nextPiece(request) }) };
}

function nextPiece(request: IncomingMessage): Promise<Piece> {
  const { promise, resolve, reject } = Promise.withResolvers<Piece>();
  const events = ['readable', 'end', 'close', 'error'] as const;
  const look = () => {
    const piece = request.read() as Uint8Array | null;
    const isOver = piece === null && request.readableEnded;
    const isBroken = piece === null && !isOver && request.destroyed;
    if (piece === null && !isOver && !isBroken) return false;
    for (const event of events) request.off(event, look);
    if (isBroken) reject(request.errored ?? new Error('the connection has ended'));
    else resolve(piece === null ? { done: true, value: undefined } : { done: false, value: piece });
    return true;
  };
  if (!look()) for (const event of events) request.on(event, look);
  return promise;
}
