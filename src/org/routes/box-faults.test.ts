import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { FaultReport, FaultRule } from '../faults.ts';
import { isLoopback } from './box-faults.ts';
import { openOrgInTest } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
let url: string;

before(async () => {
  opened = await openOrgInTest();
  url = await opened.org.listen();
});

afterEach(() => fetch(`${url}/box/faults`, { method: 'DELETE' }));

after(() => opened.org.close());

async function put(...rules: Partial<FaultRule>[]): Promise<Response> {
  return fetch(`${url}/box/faults`, { method: 'PUT', body: JSON.stringify({ seed: 7, rules }) });
}

const report = async () => (await (await fetch(`${url}/box/faults`)).json()) as FaultReport;

function send(method: string, path: string, body?: object, token = opened.token): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  return fetch(`${url}/services/data/v68.0/${path}`, init);
}

async function countAccounts(): Promise<number> {
  const answer = await opened.call('GET', 'query?q=SELECT+COUNT()+FROM+Account');
  return (answer.json as { totalSize: number }).totalSize;
}

test('faults are set, reported and ended; what was injected is counted', async () => {
  assert.equal((await put({ path: '/services/data/**', kind: 'unavailable', times: 1 })).status, 200);
  const struck = await send('GET', 'limits');
  assert.equal(struck.status, 503);
  assert.deepEqual(((await struck.json()) as object[])[0], {
    message: 'The server is temporarily unavailable. Try again later.',
    errorCode: 'SERVER_UNAVAILABLE',
  });
  assert.equal((await send('GET', 'limits')).status, 200);
  const { seed, injected, rules } = await report();
  assert.deepEqual([seed, injected, rules[0]?.injected], [7, 1, 1]);
  await fetch(`${url}/box/faults`, { method: 'DELETE' });
  assert.deepEqual((await report()).rules, []);
});

test('drop-before ends the connection before the work, drop-after after it: the answer is lost, the record is there', async () => {
  const before = await countAccounts();
  await put({ path: '/services/data/**', method: 'POST', kind: 'drop-before', times: 1 });
  await assert.rejects(send('POST', 'sobjects/Account', { Name: 'dropped before' }));
  assert.equal(await countAccounts(), before);
  await put({ path: '/services/data/**', method: 'POST', kind: 'drop-after', times: 1 });
  await assert.rejects(send('POST', 'sobjects/Account', { Name: 'dropped after' }));
  assert.equal(await countAccounts(), before + 1);
});

test('expired-token revokes the token that was used', async () => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: opened.org.consumerKey,
    client_secret: opened.org.consumerSecret,
  });
  const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  assert.equal((await send('GET', 'limits', undefined, token)).status, 200);
  await put({ path: '/services/data/**', kind: 'expired-token', times: 1 });
  for (const _ of [1, 2]) assert.equal((await send('GET', 'limits', undefined, token)).status, 401);
  assert.equal((await send('GET', 'limits')).status, 200);
});

test('latency holds a call up by so long', async () => {
  await put({ path: '/services/data/**', kind: 'latency', latencyMs: 150 });
  const started = performance.now();
  await send('GET', 'limits');
  assert.ok(performance.now() - started >= 140);
});

test('the token endpoint has faults too', async () => {
  await put(
    { path: '/services/oauth2/token', kind: 'unavailable', times: 1 },
    { path: '/services/oauth2/token', kind: 'drop-after', times: 2 },
  );
  const ask = () =>
    fetch(`${url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) });
  assert.equal((await ask()).status, 503);
  await assert.rejects(ask());
  assert.deepEqual(
    (await report()).rules.map(({ injected }) => injected),
    [1, 1],
  );
});

test('row-lock refuses a share of the rows', async () => {
  await put({ path: '/services/data/**', kind: 'row-lock', share: 0.5 });
  const records = Array.from({ length: 100 }, (_, index) => ({
    attributes: { type: 'Account' },
    Name: `locked ${index}`,
  }));
  const rows = (await (await send('POST', 'composite/sobjects', { records })).json()) as {
    success: boolean;
    errors: { statusCode: string }[];
  }[];
  const locked = rows.filter(({ success }) => !success);
  assert.ok(locked.length > 20 && locked.length < 80, `${locked.length} of 100 were locked`);
  assert.ok(locked.every(({ errors }) => errors[0]?.statusCode === 'UNABLE_TO_LOCK_ROW'));
});

test('late-commit stamps rows at once and shows them later', async () => {
  await put({ path: '/services/data/**', method: 'POST', kind: 'late-commit', latencyMs: 1_500 });
  const asked = Date.now();
  const saving = send('POST', 'sobjects/Account', { Name: 'late' });
  const query = `query?q=${encodeURIComponent("SELECT SystemModstamp FROM Account WHERE Name = 'late'")}`;
  const found = async () =>
    ((await (await send('GET', query)).json()) as { records: { SystemModstamp: string }[] }).records;
  assert.deepEqual(await found(), []);
  assert.equal((await saving).status, 201);
  const answered = Date.now();
  assert.ok(answered - asked >= 1_400);
  const [record] = await found();
  assert.ok(Date.parse(record?.SystemModstamp ?? '') <= answered - 1_400, record?.SystemModstamp);
});

test('rules that make no sense are refused with an example', async () => {
  for (const rule of [
    { path: 'x', kind: 'latency' },
    { path: '/x', kind: 'nonsense' },
    { path: '/x', kind: 'latency' },
    { path: '/x', kind: 'late-commit' },
    { path: '/x', kind: 'unavailable', share: 2 },
  ]) {
    const answer = await put(rule as Partial<FaultRule>);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /FAULTS_INVALID/);
  }
  assert.deepEqual((await report()).rules, []);
});

test('a page in a browser may not set faults, a caller with a token may, and the box itself has no faults', async () => {
  const fromPage = await fetch(`${url}/box/faults`, { method: 'DELETE', headers: { origin: 'https://evil.example' } });
  assert.equal(fromPage.status, 403);
  const headers = { origin: 'https://own.example', authorization: `Bearer ${opened.token}` };
  assert.equal((await fetch(`${url}/box/faults`, { headers })).status, 200);
  await put({ path: '/**', kind: 'drop-before' });
  assert.equal((await fetch(`${url}/box/faults`)).status, 200);
});

test('only addresses of this machine are loopback', () => {
  for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(address));
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '']) assert.ok(!isLoopback(address));
});

test('the rules in the manual are accepted as they stand', async () => {
  const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'faults.md');
  const bodies = [...(await readFile(page, 'utf8')).matchAll(/ -d '([^']+)'/g)].map(([, body]) => body ?? '');
  assert.equal(bodies.length, 2);
  for (const body of bodies)
    assert.equal((await fetch(`${url}/box/faults`, { method: 'PUT', body })).status, 200, body);
});

test('an org that is closed waits for no latency: calls that it holds up are answered at once', async () => {
  await using closing = await openOrgInTest();
  const at = await closing.org.listen();
  const rules = [{ path: '/services/**', kind: 'latency', latencyMs: 600_000 }];
  await fetch(`${at}/box/faults`, { method: 'PUT', body: JSON.stringify({ rules }) });
  const held = ['/services/data', '/services/oauth2/token'].map((path) => fetch(`${at}${path}`, { method: 'POST' }));
  const isHeld = async () => ((await (await fetch(`${at}/box/faults`)).json()) as FaultReport).injected === held.length;
  while (!(await isHeld()));
  await closing.org.close();
  const answers = await Promise.all(held);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [405, 400],
  );
});
