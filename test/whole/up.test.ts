import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { generate } from 'selfsigned';
import { parseMetrics, sampleOf } from '../../src/web/metrics-in-test.ts';
import { until } from './dial-out-stage.ts';
import { createHubCalls } from './hub-calls.ts';
import { end, type ReadyProgram, startReady } from './ready-program.ts';
import { startSluice } from './sluice-program.ts';

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-up-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const environment = { SLUICE_HUB_PORT: '0' };

async function startUp(t: TestContext, folder: string, ...args: string[]): Promise<ReadyProgram> {
  const running = await startReady(folder, ['up', ...args], environment);
  t.after(() => running.child.kill('SIGKILL'));
  return running;
}

/** Calls as the first administrator. */
async function logIn(folder: string, url: string) {
  const [username, password] = readFileSync(join(folder, '.sluice', 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(url);
  assert.equal((await call('POST', '/session', { username, password })).status, 201);
  return call;
}

type Call = Awaited<ReturnType<typeof logIn>>;

const agentsOf = async (call: Call) => (await call('GET', '/agents')).json.rows;

const untilConnected = (call: Call) =>
  until(
    () => agentsOf(call),
    (rows) => rows.length > 0 && rows.every(({ connected }: { connected: boolean }) => connected),
  );

test('it starts with nothing set up: the agent of the same process works for the hub, and nothing was asked', async (t) => {
  const folder = emptyFolder(t);
  const running = await startUp(t, folder);
  assert.deepEqual(Object.keys(running.ready), ['event', 'url', 'data', 'agent']);
  for (const name of ['.sluice', '.sluice/hub', '.sluice/agent', '.sluice/hub/administrator', '.sluice/agent/hub.json'])
    assert.equal(statSync(join(folder, name)).mode & 0o077, 0, `${name} is for its owner alone`);
  const call = await logIn(folder, running.ready.url);
  const [agent] = await untilConnected(call);
  assert.equal(agent.kind, 'dialled');
  const ping = (await call('POST', `/agents/${agent.id}/ping`)).json;
  assert.equal(ping.ok, true, JSON.stringify(ping));
  const samples = parseMetrics(await (await fetch(`${running.ready.url}/metrics`)).text());
  const answered = { request: 'about', result: 'answered' };
  assert.equal(sampleOf(samples, 'sluice_hub_agent_request_duration_seconds_count', answered), 1);
  assert.equal(sampleOf(samples, 'sluice_agent_request_duration_seconds_count', answered), 1);
  assert.equal(sampleOf(samples, 'sluice_agents_connected'), 1);
  const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/install-on-a-server.md'), 'utf8');
  const told = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
  const own = [...told].filter((name) => name.startsWith('sluice_'));
  assert.ok(own.length >= 6, own.join());
  for (const name of own) assert.ok(page.includes(`\`${name}\``), `${name} is told of where the metrics are`);
  assert.ok((sampleOf(samples, 'process_resident_memory_bytes') ?? 0) > 1e7);
  running.child.kill('SIGTERM');
  const { code, err } = await running.ended;
  assert.deepEqual([code, err], [0, '']);
});

test('the second start says less, makes no password, and is the same agent to the hub, at another port as well', async (t) => {
  const folder = emptyFolder(t);
  const text = async () => {
    const running = startSluice({
      args: ['up'],
      folder,
      secret: '',
      environment: { ...environment, npm_command: 'exec' },
    });
    t.after(() => running.child.kill('SIGKILL'));
    let out = '';
    running.child.stdout?.on('data', (piece) => {
      out += piece;
    });
    await until(
      () => out,
      (said) => said.includes('Ctrl-C stops it.'),
    );
    assert.equal(await end(running, 'SIGINT'), 0);
    return out;
  };
  const first = await text();
  assert.match(
    first,
    /^Sluice is ready at http:\/\/127\.0\.0\.1:\d+(?: {4}\(its pages .*\))?\nIt is kept in .*\.sluice\.\n/,
  );
  assert.match(first, /Console user +admin\n +Password in file .*administrator\n +Agent +\S+, in this process\n/);
  assert.match(first, /^ {2}npx sluice connections --hub http/m, 'as npx started it');
  const again = await text();
  assert.match(again, /^Sluice is ready at \S+(?: {4}\(its pages .*\))?\nIt is kept in \S+\n\nCtrl-C stops it\.\n$/);
  const third = await startUp(t, folder);
  const rows = await untilConnected(await logIn(folder, third.ready.url));
  assert.equal(rows.length, 1, 'one agent, however often it was started');
  const clients = (await (await logIn(folder, third.ready.url))('GET', '/audit-trail')).json.rows.filter(
    ({ action }: { action: string }) => action === 'registeredAgent',
  );
  assert.equal(clients.length, 1, 'it registered once');
  assert.equal(await end(third, 'SIGTERM'), 0);
});

test('an agent whose hub was set up anew, and a new agent of an old hub, register by themselves', async (t) => {
  const folder = emptyFolder(t);
  assert.equal(await end(await startUp(t, folder), 'SIGTERM'), 0);
  rmSync(join(folder, '.sluice', 'hub'), { recursive: true });
  const anew = await startUp(t, folder);
  assert.equal((await untilConnected(await logIn(folder, anew.ready.url))).length, 1);
  assert.equal(await end(anew, 'SIGTERM'), 0);
  rmSync(join(folder, '.sluice', 'agent'), { recursive: true });
  const other = await startUp(t, folder);
  const call = await logIn(folder, other.ready.url);
  const rows = await until(
    () => agentsOf(call),
    (seen) => seen.filter(({ connected }: { connected: boolean }) => connected).length === 1,
  );
  assert.equal(rows.length, 2, 'the old one stays in the list, away');
  assert.equal(await end(other, 'SIGTERM'), 0);
});

test('a port that is taken is said with the next step, and the first password is not lost by it', async (t) => {
  const folder = emptyFolder(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const refused = await startSluice({ args: ['up', '--port', String(port)], folder, secret: '' }).ended;
  assert.equal(refused.code, 1);
  assert.match(refused.err, /cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\nStop what uses that port, or choose/);
  assert.match(refused.err, /Console user +admin\n +Password in file \S+administrator\n/);
  const running = await startUp(t, folder);
  await untilConnected(await logIn(folder, running.ready.url));
  const twice = await startSluice({ args: ['up', '--port', '0'], folder, secret: '' }).ended;
  assert.deepEqual([twice.code, /STORE_IN_USE/.test(twice.err)], [1, true], twice.err);
  assert.equal(await end(running, 'SIGTERM'), 0);
});

test('over TLS the agent trusts the very certificate of its hub, whoever signed it and for whatever name', async (t) => {
  const folder = emptyFolder(t);
  const root = await generate([{ name: 'commonName', value: 'Acme Root' }], {
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'sluice.acme.example' }], {
    algorithm: 'sha256',
    ca: { key: root.private, cert: root.cert },
  });
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  const files = ['--tls-certificate', 'cert.pem', '--tls-key', 'key.pem'];
  const running = await startUp(t, folder, ...files, '--public-url', 'https://sluice.acme.example');
  assert.equal(running.ready.url, 'https://sluice.acme.example');
  await until(
    () => existsSync(join(folder, '.sluice', 'agent', 'hub.json')),
    (there) => there,
  );
  assert.equal(await end(running, 'SIGTERM'), 0);
});

test('what would send the password of the agent over the network in the clear is refused', async (t) => {
  const folder = emptyFolder(t);
  const run = (...args: string[]) => startSluice({ args: ['up', '--port', '0', ...args], folder, secret: '' }).ended;
  const plain = await run('--host', '0.0.0.0');
  assert.deepEqual([plain.code, /PLAIN_HTTP_LISTEN_REFUSED/.test(plain.err)], [2, true], plain.err);
  const elsewhere = await run('--host', '192.0.2.1', '--allow-plain-http');
  assert.equal(elsewhere.code, 2);
  assert.match(elsewhere.err, /--host 0\.0\.0\.0 listens on this machine's own address too/);
  assert.equal(existsSync(join(folder, '.sluice')), false, 'nothing was made');
});

test('an agent with an endpoint of its own has metrics there, which a token opens from elsewhere', async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'token');
  writeFileSync(file, 'short');
  const words = ['agent', 'start', '--port', '0', '--plain-http', '--metrics-token-file', file];
  const weak = await startSluice({ args: words, folder, secret: '' }).ended;
  assert.deepEqual([weak.code, /SECRET_TOO_WEAK/.test(weak.err)], [2, true], weak.err);
  const token = 'made-by-chance-0123456789-abcdefghij';
  writeFileSync(file, `${token}\n`);
  const agent = await startReady(folder, words);
  t.after(() => agent.child.kill('SIGKILL'));
  const read = (headers: Record<string, string>) => fetch(`${agent.ready.url}/metrics`, { headers });
  assert.equal((await read({ 'x-forwarded-for': '192.0.2.7' })).status, 401);
  const opened = await read({ 'x-forwarded-for': '192.0.2.7', authorization: `Bearer ${token}` });
  const refused = { server: 'agent', operation: '/metrics', status: '401' };
  assert.equal(sampleOf(parseMetrics(await opened.text()), 'sluice_http_requests_total', refused), 1);
  assert.equal(await end(agent, 'SIGTERM'), 0);
});

test('an agent whose first start failed makes its password at the next one, and says it', async (t) => {
  const folder = emptyFolder(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const refused = await startSluice({ args: ['agent', 'start', '--port', String(port)], folder, secret: '' }).ended;
  assert.deepEqual([refused.code, /ADDRESS_UNAVAILABLE/.test(refused.err)], [1, true], refused.err);
  const agent = await startReady(folder, ['agent', 'start', '--port', '0']);
  const [username, password = ''] = readFileSync(join(folder, '.sluice', 'agent', 'first-password'), 'utf8').split(
    '\n',
  );
  assert.equal(username, 'sluice-agent');
  assert.ok(password.length > 15);
  assert.equal(await end(agent, 'SIGTERM'), 0);
});
