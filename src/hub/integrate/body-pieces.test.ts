import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { piecesOf } from './body-pieces.ts';
import { createBodyRoom } from './body-room.ts';

const limits = { maxBytes: 20, idleMs: 5_000, totalMs: 5_000, digested: true };

type Read = { whole: string | undefined; pieces: string; digest: string };

async function read(request: IncomingMessage, maxBytes: number): Promise<Read | { refused: number }> {
  using body = createBodyRoom(maxBytes).enter(piecesOf(request), limits);
  try {
    const whole = await body.wholeIfThere();
    const pieces = whole === undefined ? await Array.fromAsync(body.pieces) : [];
    const shown = whole === undefined ? undefined : Buffer.from(whole).toString();
    return { whole: shown, pieces: Buffer.concat(pieces).toString(), digest: body.digest() };
  } catch (error) {
    return { refused: (error as { refusal: { status: number } }).refusal.status };
  }
}

/** Head and body, each part written once the server has the one before it. */
async function send(parts: readonly string[], maxBytes = 1_000): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const began = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    began.resolve();
    read(request, maxBytes).then((done) => {
      resolve(done);
      response.end();
    }, reject);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (const part of parts) {
    socket.write(part);
    // The head has been through the event loop of the server before the rest is written.
    await began.promise.then(() => new Promise((rested) => setTimeout(rested, 20)));
  }
  const done = await promise;
  socket.destroy();
  server.close();
  return done;
}

const headOf = (length: number) => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;

test('a body that comes with its head is there as a whole; one that comes later comes by its pieces, with the same digest', async () => {
  const together = (await send([`${headOf(9)}{"a":"b"}`])) as Read;
  const apart = (await send([headOf(9), '{"a":', '"b"}'])) as Read;
  assert.deepEqual([together.whole, together.pieces], ['{"a":"b"}', '']);
  assert.deepEqual([apart.whole, apart.pieces], [undefined, '{"a":"b"}']);
  assert.equal(together.digest, apart.digest);
  assert.match(together.digest, /^[0-9a-f]{64}$/);
});

test('a body without a byte is whole too', async () => {
  assert.equal(((await send([headOf(0)])) as Read).whole, '');
});

test('what comes as a whole is held to the same limits', async () => {
  assert.deepEqual(await send([`${headOf(21)}${'x'.repeat(21)}`]), { refused: 413 });
  assert.deepEqual(await send([`${headOf(9)}{"a":"b"}`], 8), { refused: 429 });
});
