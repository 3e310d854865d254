import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SluiceError } from '../base/index.ts';
import { openSalesforce } from './salesforce.ts';
import { SalesforceError } from './salesforce-error.ts';
import {
  consumerSecret,
  quick,
  type Reply,
  sessionExpired,
  startScriptedServer,
  tokenNumber,
} from './scripted-server.test.ts';

const post = { method: 'POST', path: '/sobjects/Account', json: { Name: 'A' } } as const;

test('a token is renewed after the three refusals that a new one cures, and the call is made once more', async () => {
  const cured: Reply[] = [
    sessionExpired,
    { status: 401, json: [{ message: 'INVALID_JWT_FORMAT', errorCode: 'INVALID_AUTH_HEADER' }] },
    { status: 403, text: 'Bad_OAuth_Token' },
  ];
  for (const refusal of cured) {
    await using server = await startScriptedServer({
      rest: ({ before }) => (before === 0 ? refusal : { json: { id: '001' } }),
    });
    await using org = server.open();
    const answer = await org.request(post);
    assert.deepEqual(answer.json, { id: '001' });
    assert.deepEqual(
      server.asked.map(({ token }) => token),
      [tokenNumber(1), tokenNumber(2)],
    );
    assert.deepEqual(
      server.asked.map(({ body }) => body),
      ['{"Name":"A"}', '{"Name":"A"}'],
    );
  }
});

test('a token is not renewed after refusals that a new one does not cure', async () => {
  const said: [Reply, string][] = [
    [
      {
        status: 401,
        json: [{ message: 'This session is not valid for use with the REST API', errorCode: 'INVALID_SESSION_ID' }],
      },
      'SESSION_REFUSED',
    ],
    [{ status: 401, json: [{ message: 'INVALID_SCOPES', errorCode: 'INVALID_AUTH_HEADER' }] }, 'SESSION_REFUSED'],
    [{ status: 401, text: '<html>proxy</html>' }, 'SESSION_REFUSED'],
    [
      {
        status: 403,
        json: [{ message: 'The REST API is not enabled for this Organization.', errorCode: 'API_DISABLED_FOR_ORG' }],
      },
      'API_NOT_ENABLED',
    ],
  ];
  for (const [refusal, code] of said) {
    await using server = await startScriptedServer({ rest: () => refusal });
    await using org = server.open();
    await assert.rejects(org.limits(), { code, inDoubt: false });
    assert.equal(server.asked.length, 1);
    assert.equal(server.tokenRequests.length, 1);
  }
});

test('a refusal comes out with its status and its words, and is not in doubt', async () => {
  const errors = [
    { message: 'Required fields are missing: [Name]', errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] },
  ];
  await using server = await startScriptedServer({ rest: () => ({ status: 400, json: errors }) });
  await using org = server.open();
  await assert.rejects(org.request(post), (error: SalesforceError) => {
    assert.ok(error instanceof SalesforceError);
    assert.equal(error.code, 'SALESFORCE_REFUSED');
    assert.equal(error.status, 400);
    assert.deepEqual(error.errors, errors);
    assert.equal(error.inDoubt, false);
    assert.match(error.message, /POST \/services\/data\/v68\.0\/sobjects\/Account/);
    return true;
  });
});

test('a read is tried again after 503, a dropped connection and a lock; a write only where it surely was not done', async () => {
  const unavailable: Reply = { status: 503, json: [{ message: 'busy', errorCode: 'SERVER_UNAVAILABLE' }] };
  const passing: Reply[] = ['drop', { status: 503, text: '' }, { status: 500, json: [] }, unavailable];
  await using server = await startScriptedServer({ rest: ({ before }) => passing[before] ?? { json: {} } });
  await using org = server.open(quick);
  await org.limits();
  assert.equal(server.asked.length, passing.length + 1);

  await using refusing = await startScriptedServer({
    rest: ({ before }) => (before === 0 ? unavailable : { json: {} }),
  });
  await using second = refusing.open(quick);
  await second.request(post);
  assert.equal(refusing.asked.length, 2);
});

test('a write whose answer was lost comes out in doubt and is not sent again', async () => {
  for (const reply of [
    'drop',
    { status: 503, text: 'upstream reset' },
    { status: 500, json: [] },
    { status: 504 },
  ] as const) {
    await using server = await startScriptedServer({ rest: () => reply });
    await using org = server.open(quick);
    await assert.rejects(org.request(post), (error: SluiceError) => {
      assert.equal(error.inDoubt, true, JSON.stringify(reply));
      return true;
    });
    assert.equal(server.asked.length, 1);
  }
});

test('a write that its caller calls replayable is sent again after a lost answer', async () => {
  await using server = await startScriptedServer({ rest: ({ before }) => (before === 0 ? 'drop' : { json: {} }) });
  await using org = server.open(quick);
  await org.request({ ...post, replayable: true });
  assert.equal(server.asked.length, 2);
});

test('an answer that breaks in its middle is lost, and one that is too late as well', async () => {
  await using server = await startScriptedServer({
    rest({ response, before }) {
      if (before > 0) return 'silence';
      response.writeHead(200, { 'content-length': '100' }).write('{"half":');
      setTimeout(() => response.destroy(), 20);
      return 'answered';
    },
  });
  await using org = server.open(quick);
  await assert.rejects(org.request(post), { code: 'ANSWER_LOST', inDoubt: true });
  await assert.rejects(org.request({ ...post, deadlineMs: 50 }), {
    code: 'ANSWER_LOST',
    inDoubt: true,
    message: /0\.05 seconds/,
  });
});

test('an org that is not there is unreachable, and nothing is in doubt', async () => {
  await using server = await startScriptedServer();
  await using org = server.open({ retryForMs: 0 });
  await org.limits();
  await server[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await assert.rejects(org.request(post), { code: 'SALESFORCE_UNREACHABLE', inDoubt: false });
});

test('a host that takes no connection is given up after the deadline for connecting', async () => {
  const plain = createServer((socket) => socket.pause());
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as { port: number };
  // TLS to a port that never answers: the connection stands, the handshake does not.
  const settings = { myDomainUrl: `https://127.0.0.1:${port}`, consumerKey: 'k', consumerSecret };
  await using org = openSalesforce(settings, { deadlines: { connectMs: 200 }, retryForMs: 0 });
  await assert.rejects(org.limits(), { code: 'SALESFORCE_UNREACHABLE', inDoubt: false });
  plain.close();
});

test('a host that does not speak TLS is named as such, and not asked again', async () => {
  await using server = await startScriptedServer();
  const settings = server.settings({ myDomainUrl: server.url.replace('http:', 'https:') });
  await using org = openSalesforce(settings);
  await assert.rejects(org.limits(), { code: 'TLS_REFUSED', retry: 'after', inDoubt: false });
});

test('localhost is this machine by its address too', async () => {
  await using server = await startScriptedServer();
  const url = server.url.replace('127.0.0.1', 'localhost');
  await using org = openSalesforce(server.settings({ myDomainUrl: url }));
  await org.limits();
  assert.equal(server.asked.length, 1);
});

test('a lock is waited for longer than a fault, and a used-up limit longest', async () => {
  const waits: number[] = [];
  const said: Reply[] = [
    { status: 503, json: [{ errorCode: 'SERVER_UNAVAILABLE', message: 'busy' }] },
    {
      status: 400,
      json: [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record' }],
    },
    { status: 403, json: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }] },
  ];
  for (const reply of said) {
    await using server = await startScriptedServer({ rest: ({ before }) => (before === 0 ? reply : { json: {} }) });
    const clock = { now: () => 0, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
    await using org = server.open({ clock, random: () => 1 });
    await org.request(post);
  }
  assert.deepEqual(waits, [500, 2_000, 30_000]);
});

test('a redirect is refused, not followed', async () => {
  await using server = await startScriptedServer({
    rest: () => ({ status: 302, headers: { location: 'https://evil.example/' } }),
  });
  await using org = server.open();
  await assert.rejects(org.limits(), { code: 'SALESFORCE_REDIRECTED' });
  assert.equal(server.asked.length, 1);
});

test('a caller who stops a write that is under way is told that it is in doubt', async () => {
  await using server = await startScriptedServer({ rest: () => 'silence' });
  await using org = server.open();
  await org.accessToken();
  const signal = AbortSignal.timeout(50);
  await assert.rejects(org.request({ ...post, signal }), { code: 'CANCELLED', inDoubt: true });
});

test('closing ends what is under way, and later calls say that it is closed', async () => {
  await using server = await startScriptedServer({ rest: () => 'silence' });
  const org = server.open();
  const waiting = assert.rejects(org.request(post), { code: 'CONNECTION_CLOSED', inDoubt: true });
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await org[Symbol.asyncDispose]();
  await waiting;
  await assert.rejects(org.limits(), { code: 'CONNECTION_CLOSED', inDoubt: false });
});

test('packed answers are unpacked, and the daily usage is read from their header', async () => {
  const packed = gzipSync(JSON.stringify({ DailyApiRequests: { Max: 15000, Remaining: 14982 } }));
  await using server = await startScriptedServer({
    rest({ response, headers }) {
      assert.equal(headers['accept-encoding'], 'gzip');
      const info = 'api-usage=18/15000, per-app-api-usage=17/250(appName=Sluice)';
      response.writeHead(200, { 'content-encoding': 'gzip', 'sforce-limit-info': info }).end(packed);
      return 'answered';
    },
  });
  await using org = server.open();
  assert.equal(org.apiUsage(), undefined);
  assert.deepEqual(await org.limits(), { DailyApiRequests: { Max: 15000, Remaining: 14982 } });
  assert.deepEqual(org.apiUsage(), { used: 18, max: 15000 });
});

test("the org's time comes from its Date header", async () => {
  const date = 'Sat, 21 Nov 2026 17:50:19 GMT';
  await using server = await startScriptedServer({ rest: () => ({ json: [], headers: { date } }) });
  await using org = server.open();
  assert.equal(await org.serverTimeMs(), Date.UTC(2026, 10, 21, 17, 50, 19));
});

test('an object the org does not show is not found, by its name', async () => {
  const missing = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }];
  await using server = await startScriptedServer({ rest: () => ({ status: 404, json: missing }) });
  await using org = server.open();
  await assert.rejects(org.describe('Nothing__c'), { code: 'OBJECT_NOT_FOUND', message: /Nothing__c/ });
});

test('the values of a query stand in no error, and no token does', async () => {
  await using server = await startScriptedServer({ rest: () => ({ status: 404, text: '' }) });
  await using org = server.open();
  await assert.rejects(
    org.request({ method: 'GET', path: '/query', query: { q: "SELECT Id FROM X WHERE A = 'private'" } }),
    (error: Error) => {
      assert.match(server.asked[0]!.path, /private/);
      assert.ok(!JSON.stringify([error, error.message, error.stack]).includes('private'));
      assert.ok(!JSON.stringify([error, error.message, error.stack]).includes(tokenNumber(1)));
      return true;
    },
  );
});
