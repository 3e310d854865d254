import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { type Certificate, createBoundedServer } from './bounded-server.ts';

const maxConnections = 40;

async function openInTest(certificate?: Certificate) {
  const server = createBoundedServer({
    isOwnHost: () => true,
    refuseHost: (response) => response.writeHead(421).end(),
    serve: (_request, response) => response.end('served'),
    certificate,
    maxConnections,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  const openSilent = async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    opened.push(socket);
    await once(socket, 'connect');
  };
  const ask = async (more: object = {}) => {
    const send = certificate === undefined ? httpRequest : httpsRequest;
    const sent = send({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more }).end();
    const [answer] = await once(sent, 'response');
    let text = '';
    for await (const piece of answer) text += piece;
    return text;
  };
  const close = async () => {
    for (const socket of opened) socket.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { server, opened, openSilent, ask, [Symbol.asyncDispose]: close };
}

for (const [name, makeCertificate] of [
  ['http', async () => undefined],
  ['https', async () => certificateInTest()],
] as const)
  test(`newcomers are served over ${name} though more connections than there may be say nothing`, async () => {
    await using stage = await openInTest(await makeCertificate());
    for (let count = 0; count < 3 * maxConnections; count += 1) {
      await stage.openSilent();
      if (count % 10 === 0) assert.equal(await stage.ask(), 'served', `after ${count} silent ones`);
    }
    assert.equal(await stage.ask(), 'served');
  });

test('a connection that was answered once is not ended for silent ones', async () => {
  await using stage = await openInTest();
  const { Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  assert.equal(await stage.ask({ agent }), 'served');
  const [kept] = Object.values(agent.freeSockets).flat();
  for (let count = 0; count < maxConnections; count += 1) await stage.openSilent();
  assert.equal(await stage.ask({ agent }), 'served');
  assert.equal(kept?.destroyed, false);
  agent.destroy();
});

test('silent connections end by themselves', { timeout: 120_000 }, async () => {
  await using stage = await openInTest();
  for (let count = 0; count < 10; count += 1) await stage.openSilent();
  await Promise.all(stage.opened.map((socket) => once(socket.resume(), 'close')));
});

async function certificateInTest(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  return { key, cert };
}
