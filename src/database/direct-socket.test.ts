import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { test } from 'node:test';
import { createDirectSocket, takeBytes } from './direct-socket.ts';

const taken = Buffer.alloc(300_000, 'a');

/** Greets, then waits to be spoken to, then sends what is to be taken, and what comes behind it. */
async function converse(socket: Socket): Promise<{ greeting: string; got: string; behind: string }> {
  await using server = createServer((peer) => {
    peer.write('hello');
    peer.once('data', () => peer.end(Buffer.concat([taken, Buffer.from('!and behind')])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let heard = '';
  socket.on('data', (data) => {
    heard += data;
  });
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  while (heard !== 'hello') await once(socket, 'data');
  heard = '';
  const got: Buffer[] = [];
  const memory = Buffer.alloc(10_000);
  takeBytes(socket, {
    space: () => memory,
    filled(length) {
      const end = memory.subarray(0, length).indexOf('!');
      got.push(Buffer.from(memory.subarray(0, end < 0 ? length : end)));
      return end;
    },
  });
  socket.write('go on');
  await once(socket, 'close');
  return { greeting: 'hello', got: String(Buffer.concat(got)), behind: heard };
}

for (const [kind, create] of [
  ['a direct socket', createDirectSocket],
  ['any other stream', () => new Socket()],
] as const) {
  test(`bytes of ${kind} go to a taker until it is done, and to the listeners before and behind`, async () => {
    assert.deepEqual(await converse(create()), { greeting: 'hello', got: String(taken), behind: '!and behind' });
  });
}
