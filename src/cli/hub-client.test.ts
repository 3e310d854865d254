import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { openHubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

const { signal } = new AbortController();

async function listeningHub() {
  const hub = await openListeningHub();
  const access = { hub: hub.address, user: 'admin', password: hubSettings.password.default };
  return { ...hub, access };
}

const fails = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof SluiceError && error.code === code && words.test(`${error.message} ${error.next}`);

test('whoever gives the password by reference is signed in, reads and changes', async () => {
  await using started = await listeningHub();
  const { access, environment } = started;
  await using hub = await openHubClient(access, { environment, signal });
  const site = { name: 'Agent', url: 'https://127.0.0.1:9055' };
  const made = await hub.call<{ id: number }>('POST', '/remote-sites', site);
  const { total } = await hub.call<{ total: number }>('GET', '/remote-sites');
  assert.equal(total, 1);
  assert.equal(await hub.call('DELETE', `/remote-sites/${made.id}`), undefined);
  await assert.rejects(
    hub.call('POST', '/remote-sites', { ...site, url: 'x' }),
    fails('HUB_REFUSED', /no address of a server.*Enter one/),
  );
});

test('each wrong turn on the way to a hub has its sentence', async () => {
  await using started = await listeningHub();
  const { access, environment } = started;
  const open = (given: object, secret: Record<string, string | undefined> = environment) =>
    openHubClient({ ...access, ...given }, { environment: secret, signal });
  await assert.rejects(open({}, { SLUICE_SECRET_HUB: 'wrong' }), fails('HUB_REFUSED', /password/i));
  await assert.rejects(open({}, { SLUICE_SECRET_HUB: undefined }), fails('SECRET_MISSING', /SLUICE_SECRET_HUB/));
  await assert.rejects(open({ hub: 'http://127.0.0.1:49' }), fails('HUB_UNREACHABLE', /ECONNREFUSED/));
  await assert.rejects(open({ hub: 'hub' }), fails('SETTING_INVALID', /--hub/));
  await assert.rejects(open({ hub: 'https://a:secret@hub.example' }), (error) => !String(error).includes('secret'));
  await assert.rejects(open({ hub: 'http://hub.example' }), fails('PLAIN_HTTP_REFUSED', /hub\.example/));
});

test('a hub that goes away while it is logged in to is waited for, until it is back', async () => {
  let asked = 0;
  const server = createServer((request, answer) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else if (asked === 2) answer.writeHead(201, { 'content-length': 100 }).write('{', () => request.socket.destroy());
    else answer.setHeader('set-cookie', 'session=1; Path=/').end('{"csrfToken":"t"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = { hub, user: 'admin', password: 'env:SLUICE_SECRET_HUB' };
  {
    await using _ = await openHubClient(access, { environment: { SLUICE_SECRET_HUB: 'x' }, signal });
    assert.equal(asked, 3);
  }
  asked = 0;
  const stop = new AbortController();
  const stopped = openHubClient(access, { environment: { SLUICE_SECRET_HUB: 'x' }, signal: stop.signal });
  while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error('told to stop'));
  await assert.rejects(stopped);
  server.close();
  server.closeAllConnections();
});

test('what is no hub is told from a hub, and a redirect is not followed', async () => {
  const server = createServer((request, answer) => {
    if (request.url === '/moved/api/session') answer.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    else answer.end('<html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = (hub: string) =>
    openHubClient(
      { hub, user: 'admin', password: 'env:SLUICE_SECRET_HUB' },
      { environment: { SLUICE_SECRET_HUB: 'x' }, signal },
    );
  try {
    await assert.rejects(open(url), fails('HUB_UNREACHABLE', /is no hub/));
    await assert.rejects(open(`${url}/moved`), fails('HUB_UNREACHABLE', /redirect/));
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
