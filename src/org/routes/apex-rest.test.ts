import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Clock, type Log, systemClock } from '../../base/index.ts';
import type { ApexHandler } from './apex-class.ts';
import { openOrgWithRights, type Rights } from './org-with-rights-in-test.ts';

const all = { read: true, create: true, edit: true, delete: true };
const rights = {
  apiEnabled: true,
  objects: { City__c: all },
  fields: { City__c: { Population__c: { read: true, edit: true } } },
  apexClasses: ['cityloader', 'Echo', 'Unanswered'],
} satisfies Rights;

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text;
}

/** Answers with what it was given. */
const echo: ApexHandler = async ({ method, path, rest, query, headers, body, user, organizationId }) => ({
  status: 201,
  headers: { 'X-Apex': 'yes', 'Content-Length': '1' },
  body: JSON.stringify({
    ...{ method, path, rest, query: [...query], sent: headers['x-sent'], user, organizationId },
    body: await readText(body),
  }),
});

async function openWith(handler: ApexHandler, more: { log?: Log; clock?: Clock } = {}) {
  const org = await openOrgWithRights({ apexRest: { echo: handler }, ...more });
  await org.grant(rights);
  return org;
}

const refusalOf = (json: unknown) => (json as { errorCode: string; message: string }[])[0];

test('a handler is given the call and the user, and its answer goes out as it is', async () => {
  await using org = await openWith(echo);
  const answer = await org.limited(
    'POST',
    '/services/apexrest/echo/a/b%20c/?x=1&x=2',
    { hello: 'Wörld' },
    {
      headers: { 'x-sent': 'yes' },
    },
  );
  assert.equal(answer.status, 201, answer.text);
  assert.deepEqual(answer.json, {
    method: 'POST',
    path: '/echo/a/b%20c',
    rest: 'a/b%20c',
    query: [
      ['x', '1'],
      ['x', '2'],
    ],
    sent: 'yes',
    user: { id: org.userId, username: 'limited@test.example' },
    organizationId: (answer.json as { organizationId: string }).organizationId,
    body: '{"hello":"Wörld"}',
  });
  assert.match((answer.json as { organizationId: string }).organizationId, /^00D\w{15}$/);
  const { headers } = answer;
  assert.equal(headers['x-apex'], 'yes');
  assert.match(String(headers['content-type']), /^application\/json/);
  assert.notEqual(headers['content-length'], '1');
});

test('the path of an org in a box is found in any case and with too many slashes; that of a class minds its case', async () => {
  await using org = await openWith(echo);
  assert.equal((await org.limited('GET', '//Services/ApexRest/echo')).status, 201);
  assert.equal((await org.limited('GET', '/services/apexrest/Echo')).status, 404);
  assert.equal((await org.limited('POST', '/services/apexrest/echo?_HttpMethod=GET')).status, 201);
});

test('a call of a class counts as a call of the API, and says so', async () => {
  await using org = await openWith(echo);
  const usage = async () => {
    const { headers } = await org.limited('GET', '/services/apexrest/echo');
    return Number(/^api-usage=(\d+)\//.exec(String(headers['sforce-limit-info']))?.[1]);
  };
  const first = await usage();
  assert.equal(await usage(), first + 1);
  const refused = await org.limited('GET', '/services/apexrest/nowhere');
  assert.match(String(refused.headers['sforce-limit-info']), /^api-usage=/);
  assert.equal(await usage(), first + 3);
});

test('a session, API Enabled, a path, access to the class, and a method are asked for in this order', async () => {
  await using org = await openWith(echo);
  const call = (method: string, path: string) => org.limited(method, `/services/apexrest${path}`);
  const without = await org.org.app.inject({ method: 'POST', url: '/services/apexrest/echo' });
  assert.equal(without.statusCode, 401);
  assert.deepEqual(without.json(), [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
  const wrong = await call('PUT', '/echo');
  assert.equal(wrong.status, 405);
  assert.equal(refusalOf(wrong.json)?.message, "HTTP Method 'PUT' not allowed. Allowed are HEAD,GET,POST");
  const nowhere = await call('POST', '/nowhere');
  assert.equal(nowhere.status, 404);
  assert.deepEqual(nowhere.json, [{ errorCode: 'NOT_FOUND', message: 'Could not find a match for URL' }]);
  await org.grant({ ...rights, apexClasses: [] });
  const forbidden = await call('PUT', '/echo');
  assert.equal(forbidden.status, 403);
  assert.deepEqual(forbidden.json, [
    { message: 'You do not have access to the Apex class named: Echo', errorCode: 'FORBIDDEN' },
  ]);
  await org.grant({ ...rights, apiEnabled: false });
  assert.equal(refusalOf((await call('POST', '/nowhere')).json)?.errorCode, 'API_DISABLED_FOR_ORG');
  assert.equal(
    (await org.admin('POST', '/services/apexrest/echo')).status,
    201,
    'an administrator may call every class',
  );
});

test('a permission set gives access to a class as well as the profile does', async () => {
  await using org = await openWith(echo);
  await org.grant({ ...rights, apexClasses: [] });
  const call = async () => (await org.limited('GET', '/services/apexrest/echo')).status;
  assert.equal(await call(), 403);
  const made = await org.setup('POST', '/permission-sets', { name: 'Integrate', apexClasses: ['echo'] });
  assert.equal(made.status, 201, made.text);
  const { id, apexClasses } = made.json as { id: string; apexClasses: string[] };
  assert.deepEqual(apexClasses, ['Echo'], 'in the case of the class');
  await org.setup('PUT', `/permission-sets/${id}/assignments/${org.userId}`);
  assert.equal(await call(), 201);
  await org.setup('DELETE', `/permission-sets/${id}/assignments/${org.userId}`);
  assert.equal(await call(), 403);
});

test('a class nobody answers for is as one that is not there, and the log says that it is missing here', async () => {
  const said: object[] = [];
  const log: Log = { debug() {}, info() {}, error() {}, warn: (entry) => said.push(entry) };
  await using org = await openWith(echo, { log });
  const answer = await org.limited('POST', '/services/apexrest/unanswered', {});
  assert.equal(answer.status, 404);
  assert.equal(refusalOf(answer.json)?.message, 'Could not find a match for URL');
  const path = '/services/apexrest/unanswered';
  assert.deepEqual(said, [{ unsupported: 'apexrest', method: 'POST', path, apexClass: 'Unanswered' }]);
});

test('what a handler throws is an uncaught exception with a number, and its reason stands in the log alone', async () => {
  await using org = await openWith(() => {
    throw new Error('the reason');
  });
  const answer = await org.limited('GET', '/services/apexrest/echo');
  assert.equal(answer.status, 500);
  assert.equal(refusalOf(answer.json)?.errorCode, 'APEX_ERROR');
  assert.match(refusalOf(answer.json)?.message ?? '', /ErrorId \d+-\d+$/);
  assert.doesNotMatch(answer.text, /the reason/);
});

test('a handler has two minutes; then it is told, and the caller is answered as after a callout that took too long', async () => {
  const slept: number[] = [];
  const called = Promise.withResolvers<void>();
  const clock: Clock = {
    ...systemClock,
    async sleep(milliseconds, options) {
      if (milliseconds < 60_000) return await systemClock.sleep(milliseconds, options);
      slept.push(milliseconds);
      await called.promise;
    },
  };
  const told = Promise.withResolvers<void>();
  const handler: ApexHandler = async ({ signal }) => {
    called.resolve();
    await once(signal, 'abort');
    told.resolve();
    return await new Promise<never>(() => {});
  };
  await using org = await openWith(handler, { clock });
  const answer = await org.limited('GET', '/services/apexrest/echo');
  assert.equal(answer.status, 500);
  const message = 'System.CalloutException: Exceeded maximum time allotted for callout (120000 ms)';
  assert.deepEqual(answer.json, [{ message, errorCode: 'APEX_ERROR' }]);
  await told.promise;
  assert.ok(slept.includes(120_000), slept.join());
});

test('a body may come compressed, and an answer go in pieces', async () => {
  const pieces = Array.from({ length: 100 }, (_, number) => Buffer.from(`${number},`.repeat(100)));
  await using org = await openWith(async ({ body }) => {
    assert.equal(await readText(body), 'a'.repeat(100_000));
    return {
      status: 200,
      headers: { 'content-type': 'text/csv' },
      body: (async function* () {
        yield* pieces;
      })(),
    };
  });
  const answer = await org.limited('POST', '/services/apexrest/echo', undefined, {
    headers: { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' },
    payload: gzipSync('a'.repeat(100_000)),
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers['content-type'], 'text/csv');
  assert.deepEqual(gunzipSync(answer.bytes), Buffer.concat(pieces));
});

test('a body that is not what it says, or breaks off, is refused by the org itself', async () => {
  await using org = await openWith(echo);
  const send = (encoding: string) =>
    org.limited('POST', '/services/apexrest/echo', undefined, {
      headers: { 'content-encoding': encoding },
      payload: Buffer.from('no gzip'),
    });
  const broken = await send('gzip');
  assert.equal(broken.status, 400, broken.text);
  assert.match(refusalOf(broken.json)?.message ?? '', /^The request body broke off/);
  assert.equal((await send('br')).status, 415);
});

test('a handler is told when the caller has gone', async () => {
  const { promise: called, resolve: call } = Promise.withResolvers<AbortSignal>();
  await using org = await openWith(async ({ signal }) => {
    call(signal);
    await once(signal, 'abort');
    return { status: 200 };
  });
  const { port } = new URL(await org.org.listen());
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.on('error', () => undefined);
  const head = `GET /services/apexrest/echo HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${org.token}\r\n\r\n`;
  socket.write(head);
  const signal = await called;
  assert.equal(signal.aborted, false);
  socket.destroy();
  if (!signal.aborted) await once(signal, 'abort');
  assert.equal(signal.aborted, true);
});

test('a class with records saves what the body lists, record by record, by its external id', async () => {
  await using org = await openWith(echo);
  const post = (body: object) => org.limited('PUT', '/services/apexrest/cities', body);
  const rows = Array.from({ length: 450 }, (_, index) => ({ Code__c: `c${index}`, Name: `City ${index}` }));
  const first = await post({ records: [...rows, { Name: 'No code' }] });
  assert.equal(first.status, 200, first.text);
  const saved = first.json as { success: boolean; created: boolean; id: string; errors: object[] }[];
  assert.equal(saved.filter(({ success, created }) => success && created).length, 450);
  assert.equal(saved[450]?.success, false);
  const [again] = (await post({ records: [{ code__c: 'c7', name: 'Seven' }] })).json as typeof saved;
  assert.deepEqual(again, { id: saved[7]?.id, success: true, errors: [], created: false });
  for (const [body, code, status] of [
    [{ rows: [] }, 'JSON_PARSER_ERROR', 400],
    [{ records: [7] }, 'JSON_PARSER_ERROR', 400],
    [{ records: Array.from({ length: 10_001 }, () => ({})) }, 'APEX_ERROR', 500],
  ] as const) {
    const refused = await post(body);
    assert.deepEqual([refused.status, refusalOf(refused.json)?.errorCode], [status, code]);
  }
});

test('whatever is sent to a class, the answer is one of Salesforce, never a failure of the org', async () => {
  await using org = await openWith(echo);
  const words = fc.constantFrom('cities', 'echo', 'Echo', 'unanswered', 'a%20b', '%2e%2e', '*', '');
  const part = fc.oneof(
    { weight: 4, arbitrary: words },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(encodeURIComponent) },
  );
  const row = fc.dictionary(
    fc.constantFrom('Name', 'Code__c', 'Id', 'Population__c', '__proto__', 'x'),
    fc.jsonValue(),
  );
  const records = fc.record({ records: fc.array(fc.oneof(row, fc.jsonValue()), { maxLength: 3 }) });
  const call = fc.tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
    fc.array(part, { maxLength: 3 }),
    fc.oneof(records, fc.jsonValue()),
  );
  await fc.assert(
    fc.asyncProperty(call, async ([method, path, body]) => {
      const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method);
      const answer = await org.limited(method, `/services/apexrest/${path.join('/')}`, hasBody ? body : undefined);
      assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
      if (answer.status >= 400 && method !== 'HEAD') assert.equal(typeof refusalOf(answer.json)?.errorCode, 'string');
    }),
    { numRuns: 300 },
  );
});

test('classes are read by SOQL', async () => {
  await using org = await openWith(echo);
  const soql = 'SELECT Id, Name, Status FROM ApexClass ORDER BY Name';
  const answer = await org.admin('GET', `query?q=${encodeURIComponent(soql)}`);
  const { records } = answer.json as { records: { Id: string; Name: string; Status: string }[] };
  assert.deepEqual(
    records.map(({ Name }) => Name),
    ['CityLoader', 'Echo', 'Quiet', 'Unanswered'],
  );
  assert.match(records[0]?.Id ?? '', /^01p\w{15}$/);
});
