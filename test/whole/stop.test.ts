import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { protocolHeader, protocolVersion } from '../../src/protocol/index.ts';
import { until } from './dial-out-stage.ts';
import { openHangingServer } from './hanging-server.ts';
import { createHubCalls } from './hub-calls.ts';
import { startReady } from './ready-program.ts';
import { type Running, startSluice } from './sluice-program.ts';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Far longer than any stop may take; the sentence of the failure tells which did. */
const longestStopMs = 20_000;

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stop-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(t: TestContext, folder: string, ...args: string[]) {
  const running = await startReady(folder, args);
  t.after(() => running.child.kill('SIGKILL'));
  return running;
}

/** It ends by itself with exit code 0, and has nothing to complain of. */
async function stopsWell({ child, ended }: Running, signal: NodeJS.Signals, mayWarn = false): Promise<void> {
  child.kill(signal);
  const late = sleep(longestStopMs, undefined, { ref: false }).then(() => assert.fail('it did not stop'));
  const { code, err } = await Promise.race([ended, late]);
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /^\s+at /m, 'no stack trace');
  if (!mayWarn) assert.equal(err, '');
}

/**
 * Three that keep a server busy without asking for anything: one idle, one in the middle of a head, one of a body, which the server
 * has begun to read when this resolves.
 */
async function openIdlers(t: TestContext, url: string, path: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n`;
  const open = (text: string) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
    return socket;
  };
  for (const text of ['', head]) open(text);
  const reading = open(`${head}Expect: 100-continue\r\n\r\n`);
  const [said] = (await once(reading, 'data')) as [Buffer];
  assert.match(String(said), /^HTTP\/1\.1 100 /);
  reading.write('{"username":"ad');
}

async function logIn(folder: string, url: string) {
  const [username, password] = readFileSync(join(folder, 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(url);
  await call('POST', '/session', { username, password });
  return call;
}

for (const signal of signals) {
  test(`${signal} stops an org in a box with an upload under way, and what it has answered for is there later`, async (t) => {
    const folder = emptyFolder(t);
    const org = await start(t, folder, 'org', 'start', '--port', '0', '--data', 'org');
    const { url, consumerKey, consumerSecret } = org.ready as unknown as Record<string, string>;
    const form = { grant_type: 'client_credentials', client_id: consumerKey!, client_secret: consumerSecret! };
    const sign = async (at: string) => {
      const answer = await fetch(`${at}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
      const { access_token } = (await answer.json()) as { access_token: string };
      return { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
    };
    const headers = await sign(url!);
    const data = '/services/data/v68.0';
    const post = (path: string, body: object) =>
      fetch(`${url}${data}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal((await post('/sobjects/Account', { Name: 'Kept' })).status, 201);
    const job = (await (await post('/jobs/ingest', { object: 'Account', operation: 'insert' })).json()) as {
      id: string;
    };
    const upload = request(`${url}${data}/jobs/ingest/${job.id}/batches`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'text/csv', expect: '100-continue' },
    });
    upload.on('error', () => undefined).flushHeaders();
    await once(upload, 'continue');
    upload.write('Name\nHalf');
    await openIdlers(t, url!, '/services/oauth2/token');
    await stopsWell(org, signal);
    const again = await start(t, folder, 'org', 'start', '--port', '0', '--data', 'org');
    const found = await fetch(`${again.ready.url}${data}/query?q=SELECT+Name+FROM+Account`, {
      headers: await sign(again.ready.url),
    });
    const { records } = (await found.json()) as { records: { Name: string }[] };
    assert.deepEqual(
      records.map(({ Name }) => Name),
      ['Kept'],
    );
    await stopsWell(again, signal);
  });

  test(`${signal} stops a hub: long polls are answered, pings end with a sentence`, async (t) => {
    const folder = emptyFolder(t);
    await using hanging = await openHangingServer();
    const hub = await start(t, folder, 'hub', 'start', '--port', '0', '--data', 'hub');
    const agent = await start(
      t,
      folder,
      'agent',
      'start',
      '--hub',
      hub.ready.url,
      '--data',
      'a',
      '--code',
      await codeOf(),
    );
    const call = await logIn(join(folder, 'hub'), hub.ready.url);
    async function codeOf() {
      const session = await logIn(join(folder, 'hub'), hub.ready.url);
      return (await session('POST', '/agents/registration-codes')).json.code as string;
    }
    await until(
      async () => (await call('GET', '/agents')).json.rows,
      ([first]) => first?.connected,
    );
    const site = { name: 'silent', url: `http://127.0.0.1:${hanging.port}` };
    assert.equal((await call('POST', '/remote-sites', site)).status, 201);
    const ping = call('POST', '/connections/ping-agent', {
      type: 'agentDatabase',
      agent: { hostUrl: 'http://127.0.0.1', portForward: hanging.port, username: 'sluice-agent', password: 'x' },
      database: {
        database: 'postgres',
        host: '127.0.0.1',
        port: 1,
        databaseName: 'd',
        user: 'u',
        password: 'p',
        tls: 'off',
      },
    });
    await hanging.untilCalled();
    await openIdlers(t, hub.ready.url, '/api/session');
    await stopsWell(hub, signal);
    const { status, json } = await ping;
    assert.deepEqual([status, json.errors?.[0].message], [503, 'The hub is stopping.'], JSON.stringify(json));
    // Its hub is gone: it says so, and keeps its last reports.
    await stopsWell(agent, signal, true);
  });

  test(`${signal} stops an agent in the middle of a request at its endpoint`, async (t) => {
    const folder = emptyFolder(t);
    await using hanging = await openHangingServer();
    const host = `127.0.0.1:${hanging.port}`;
    const args = ['--port', '0', '--plain-http', '--allow-host', host, '--data', 'agent'];
    const agent = await start(t, folder, 'agent', 'start', ...args);
    const [username, password] = readFileSync(join(folder, 'agent', 'first-password'), 'utf8').split('\n');
    const database = { type: 'postgres', host: '127.0.0.1', port: hanging.port, database: 'd', user: 'u', tls: 'off' };
    const asked = fetch(`${agent.ready.url}/v1/requests/pingDatabase`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
        [protocolHeader]: String(protocolVersion),
      },
      body: JSON.stringify({ database }),
    }).then(
      ({ status }) => status,
      () => 'the connection was closed',
    );
    await Promise.race([hanging.untilCalled(), asked.then((status) => assert.fail(`it answered ${status}`))]);
    await openIdlers(t, agent.ready.url, '/v1/requests/about');
    await stopsWell(agent, signal);
    await asked;
  });

  test(`${signal} stops an agent that waits for a hub that is not there`, async (t) => {
    const folder = emptyFolder(t);
    await using hanging = await openHangingServer();
    const args = ['agent', 'start', '--hub', `http://127.0.0.1:${hanging.port}`, '--data', 'a', '--code', 'AAAA'];
    const agent = startSluice({ args, folder, secret: '' });
    t.after(() => agent.child.kill('SIGKILL'));
    await hanging.untilCalled();
    await stopsWell(agent, signal);
  });

  test(`${signal} stops hub and agent in one program while the agent is at work`, async (t) => {
    const folder = emptyFolder(t);
    await using hanging = await openHangingServer();
    const up = await start(t, folder, 'up', '--port', '0', '--allow-host', `127.0.0.1:${hanging.port}`);
    const call = await logIn(join(folder, '.sluice', 'hub'), up.ready.url);
    const [{ agentId }] = await until(
      async () => (await call('GET', '/agents')).json.rows,
      ([first]) => first?.connected,
    );
    const ping = call('POST', '/connections/ping-salesforce', {
      agent: { agentId },
      salesforce: {
        environment: 'production',
        myDomainUrl: `https://127.0.0.1:${hanging.port}`,
        consumerKey: 'key',
        consumerSecret: 'secret',
      },
    });
    await Promise.race([
      hanging.untilCalled(),
      ping.then(({ json }) => assert.fail(`it was answered: ${JSON.stringify(json)}`)),
    ]);
    await stopsWell(up, signal);
    assert.ok([200, 503].includes((await ping).status));
  });
}

test('a second signal ends a program at once, with the exit code of shells', async (t) => {
  for (const [signal, expected] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const folder = emptyFolder(t);
    const hub = await start(t, folder, 'hub', 'start', '--port', '0', '--data', 'hub');
    await openIdlers(t, hub.ready.url, '/api/session');
    hub.child.kill(signal);
    await untilRefused(hub.ready.url);
    hub.child.kill(signal);
    const { code, err } = await hub.ended;
    assert.deepEqual([code, err], [expected, '']);
  }
});

/** Resolves once the server takes no more connections: it is stopping then, and waits for those it has. */
async function untilRefused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const taken = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!taken) return;
    await sleep(20);
  }
}
