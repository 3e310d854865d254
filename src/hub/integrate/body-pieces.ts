/** The pieces of a body as they come over a connection, one asked for at a time, with nothing else between. */
import type { IncomingMessage } from 'node:http';
import type { BodySource } from './body-room.ts';

type Piece = IteratorResult<Uint8Array, undefined>;

/** The connection is left alone when nobody asks any more. Throws when the body breaks off. */
export function piecesOf(request: IncomingMessage): BodySource {
  return {
    async wholeIfThere() {
      if (!(Number(request.headers['content-length']) <= mostAtOnce)) return undefined;
      await endOfTurn();
      return request.complete && !request.destroyed ? readRest(request) : undefined;
    },
    [Symbol.asyncIterator]: () => ({ next: () => nextPiece(request) }),
  };
}

/** What is longer does not come together with its head. */
const mostAtOnce = 32_768;

let turn: Promise<void> | undefined;

/** Until the event loop has been through all that came together: one wait for all who wait. */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}

const nothing = new Uint8Array();

function readRest(request: IncomingMessage): Uint8Array {
  return (request.read() as Uint8Array | null) ?? nothing;
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
