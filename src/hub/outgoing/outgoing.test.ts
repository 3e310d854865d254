import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { SluiceError } from '../../base/index.ts';
import type { RemoteSite } from '../store/index.ts';
import { type AllowedAddress, findAllowedAddress } from './allowed-address.ts';
import { fetchCertificate, postJson } from './post-json.ts';

const listed = (...urls: string[]) => ({
  remoteSites: {
    findByUrl: (url: string) => (urls.includes(url) ? ({ name: 'Site', url, active: true } as RemoteSite) : undefined),
  },
});
const code = (wanted: string) => (error: unknown) => error instanceof SluiceError && error.code === wanted;
const leadsTo = (address: string) => async () => [{ address, family: address.includes(':') ? 6 : 4 }];
type Sites = Parameters<typeof findAllowedAddress>[0];
const find = (sites: object, url: string, look = leadsTo('192.0.2.7')) =>
  findAllowedAddress(sites as Sites, new URL(url), { look });

test('what is no remote site is not called: another scheme, host or port is another site', async () => {
  const sites = listed('https://agent.example:9055');
  assert.deepEqual(await find(sites, 'https://agent.example:9055/any/path'), {
    host: 'agent.example',
    port: 9055,
    address: '192.0.2.7',
    family: 4,
  });
  for (const url of [
    'http://agent.example:9055',
    'https://agent.example',
    'https://agent.example:9056',
    'https://agent.example.evil.example:9055',
  ])
    await assert.rejects(find(sites, url), code('REMOTE_SITE_MISSING'), url);
  const inactive = { remoteSites: { findByUrl: () => ({ name: 'Site', active: false }) } };
  await assert.rejects(find(inactive, 'https://agent.example:9055'), code('REMOTE_SITE_INACTIVE'));
});

test('a name that is listed, and is then pointed elsewhere, does not lead the hub to its own machine or to metadata', async () => {
  const sites = listed(
    'https://agent.example:9055',
    'https://127.0.0.1:9055',
    'https://[::1]:9055',
    'https://localhost:9055',
    'https://169.254.169.254',
  );
  for (const address of [
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '169.254.169.254',
    '0.0.0.0',
    'fe80::1',
    '224.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fec0::1',
    'fe80::1%1',
    'fd00:ec2::254',
    '100.100.100.200',
    '255.255.255.255',
  ])
    await assert.rejects(
      find(sites, 'https://agent.example:9055', leadsTo(address)),
      code('REMOTE_ADDRESS_FORBIDDEN'),
      address,
    );
  await assert.rejects(find(sites, 'https://169.254.169.254'), code('REMOTE_ADDRESS_FORBIDDEN'));
  for (const url of ['https://127.0.0.1:9055', 'https://[::1]:9055']) await find(sites, url);
  assert.equal((await find(sites, 'https://localhost:9055', leadsTo('127.0.0.1'))).address, '127.0.0.1');
});

test('an agent behind NAT64 is called, since name servers give it such an address', async () => {
  const sites = listed('https://agent.example:9055');
  const { address, family } = await find(sites, 'https://agent.example:9055', leadsTo('64:ff9b::c000:207'));
  assert.deepEqual([address, family], ['64:ff9b::c000:207', 6]);
});

test('an address written in another way is the same address, and a name written in another way another name', async () => {
  const sites = listed('https://127.0.0.1:9055', 'https://agent.example:9055', 'https://[::1]:9055');
  for (const host of ['2130706433', '0x7f000001', '017700000001', '127.1', '0x7f.0.0.1', '127.0.0.1.', '[0:0::0:1]'])
    assert.match((await find(sites, `https://${host}:9055`)).address, /^(127\.0\.0\.1|::1)$/, host);
  for (const host of [
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:127.0.0.1]',
    'agent.example.',
  ])
    await assert.rejects(find(sites, `https://${host}:9055`), code('REMOTE_SITE_MISSING'), host);
  for (const userinfo of ['user:password@', 'agent.example:9055@', '127.0.0.1:9055%2f@'])
    await assert.rejects(find(sites, `https://${userinfo}evil.example:9055`), code('REMOTE_SITE_MISSING'), userinfo);
});

test('a name is looked up once for a call: the address that was judged is the one that is dialled', async () => {
  const sites = listed('https://agent.example:9055');
  let asked = 0;
  const changing = async () => [{ address: asked++ === 0 ? '192.0.2.7' : '127.0.0.1', family: 4 }];
  assert.equal((await find(sites, 'https://agent.example:9055', changing)).address, '192.0.2.7');
  assert.equal(asked, 1);
  await assert.rejects(find(sites, 'https://agent.example:9055', changing), code('REMOTE_ADDRESS_FORBIDDEN'));
  const many = async () => ['192.0.2.7', '127.0.0.1'].map((address) => ({ address, family: 4 }));
  assert.equal((await find(sites, 'https://agent.example:9055', many)).address, '192.0.2.7');
});

test('a name server that is silent holds nobody up', async () => {
  const reason = new Error('too slow');
  const waiting = new AbortController();
  const look = () => new Promise<never>(() => undefined);
  const sites = listed('https://agent.example:9055') as Sites;
  const found = findAllowedAddress(sites, new URL('https://agent.example:9055'), { look, signal: waiting.signal });
  waiting.abort(reason);
  await assert.rejects(found, (error) => error === reason);
});

async function serve(listener: RequestListener, certificate?: { cert: string; key: string }) {
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const to: AllowedAddress = { host: 'agent.invalid', port, address: '127.0.0.1', family: 4 };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { to, [Symbol.asyncDispose]: close };
}

async function createCertificate() {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'elsewhere' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  return { cert, key };
}

const signal = AbortSignal.timeout(20_000);
const call = (to: AllowedAddress, certificate?: string) =>
  postJson({
    to,
    path: '/v1/requests/about',
    certificate,
    credentials: { username: 'u', password: 'p' },
    body: {},
    signal,
  });

test('the agent is known by its certificate alone, and another one gets neither password nor body', async () => {
  const [own, other] = [await createCertificate(), await createCertificate()];
  let heard = 0;
  await using server = await serve((_request, response) => {
    heard += 1;
    response.end('{"ok":true}');
  }, own);
  const pinned = await fetchCertificate(server.to, signal);
  assert.deepEqual((await call(server.to, pinned)).json, { ok: true });
  await assert.rejects(call(server.to, other.cert), code('AGENT_CERTIFICATE_CHANGED'));
  assert.equal(heard, 1);
});

test('a redirect is not followed', async () => {
  let followed = 0;
  await using elsewhere = await serve((_request, response) => {
    followed += 1;
    response.end();
  });
  await using server = await serve((_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.to.port}/` }).end();
  });
  assert.equal((await call(server.to)).status, 307);
  assert.equal(followed, 0);
});

test('an agent that is not there is told from one that hangs', async () => {
  await using gone = await serve(() => undefined);
  await gone[Symbol.asyncDispose]();
  await assert.rejects(call(gone.to), code('AGENT_UNREACHABLE'));
  await using silent = await serve(() => undefined);
  const reason = new Error('too slow');
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(reason), 50);
  const hanging = postJson({
    to: silent.to,
    path: '/',
    certificate: undefined,
    credentials: { username: '', password: '' },
    body: {},
    signal: waiting.signal,
  });
  await assert.rejects(hanging, (error) => error === reason);
});
