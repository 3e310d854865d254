import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Clock, createLog, SluiceError, systemClock } from '../../base/index.ts';
import { openAgentIdentity } from './agent-identity.ts';
import { openAgent } from './open-agent.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-agent-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string, clock: Clock = systemClock) =>
  openAgent({ folder: join(folder, name), version: '1.2.3', clock, log: createLog({ level: 'silent' }) });

type Sent = { user?: string; password?: string; body?: string; path?: string; type?: string };

/** The certificate is checked as the hub will: by itself, not by who signed it. */
async function ask(
  url: string | undefined,
  { user = 'sluice-agent', password = '', body = '{}', path = '/v1/requests/about', type = 'application/json' }: Sent,
) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': type };
  const sent = request(new URL(path, url), { method: 'POST', headers, rejectUnauthorized: false }).end(body);
  const [answer] = await once(sent, 'response');
  const text = Buffer.concat(await Array.fromAsync(answer)).toString();
  return { status: answer.statusCode as number, json: JSON.parse(text), headers: answer.headers };
}

test('an agent makes itself at its first start, and is the same at the next', async () => {
  const first = await openAgentIdentity(join(folder, 'same'));
  assert.match(first.firstPassword ?? '', /^[A-Za-z0-9]{20}$/);
  const again = await openAgentIdentity(join(folder, 'same'));
  assert.equal(again.firstPassword, undefined);
  assert.deepEqual(again.identity, first.identity);
  assert.equal(statSync(join(folder, 'same', 'agent.json')).mode & 0o077, 0);
  const certificate = new X509Certificate(first.identity.certificate.cert);
  assert.equal(certificate.checkHost('localhost'), 'localhost');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
});

test('the hub is told who the agent is, over TLS, with user and password', async () => {
  await using agent = await open('about');
  assert.match(agent.url ?? '', /^https:/);
  const { status, json } = await ask(agent.url, { password: agent.firstPassword ?? '' });
  assert.equal(status, 200);
  assert.deepEqual([json.version, json.deployment, json.publicKey.crv], ['1.2.3', 0, 'X25519']);
  assert.equal(json.privateKey, undefined);
});

test('what is wrong with a request is said, and nothing is told to who does not know the password', async () => {
  await using agent = await open('wrong');
  const password = agent.firstPassword ?? '';
  const cases: [Sent, number, RegExp][] = [
    [{ password: 'wrong' }, 401, /User or password/],
    [{ password, user: 'root' }, 401, /User or password/],
    [{ password, path: '/v1/requests/abuot' }, 404, /knows no request abuot/],
    [{ password, path: '/v1/requests/constructor' }, 404, /knows no request/],
    [{ password, path: '/' }, 404, /nothing at this address/],
    [{ password, body: '{"x":1}' }, 400, /no field x/],
    [{ password, body: '{' }, 400, /not valid JSON/],
    [{ password, type: 'text/plain' }, 415, /not JSON/],
  ];
  for (const [sent, status, message] of cases) {
    const answer = await ask(agent.url, sent);
    assert.equal(answer.status, status, JSON.stringify(sent));
    assert.match(answer.json.errors[0].message, message);
  }
});

test('wrong passwords in a row make their sender wait', async () => {
  const now = Date.now();
  await using agent = await open('guess', { ...systemClock, now: () => now });
  for (let round = 0; round < 6; round += 1) assert.equal((await ask(agent.url, { password: 'x' })).status, 401);
  const { status, headers } = await ask(agent.url, { password: agent.firstPassword ?? '' });
  assert.deepEqual([status, headers['retry-after']], [429, '30']);
});

test('two agents do not share a folder', async () => {
  await using _agent = await open('shared');
  await assert.rejects(open('shared'), (error) => error instanceof SluiceError && error.code === 'STORE_IN_USE');
});
