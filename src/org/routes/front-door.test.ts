import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

before(async () => {
  opened = await openOrgInTest();
});

after(() => opened.org.close());

test('the versions are listed without a token, from 31.0 to the current one', async () => {
  const { status, json, headers } = await call('GET', '/services/data/', { app: 'none' });
  const versions = json as { label: string; url: string; version: string }[];
  assert.equal(status, 200);
  assert.deepEqual(versions.at(0), { label: "Summer '14", url: '/services/data/v31.0', version: '31.0' });
  assert.deepEqual(versions.at(-1), { label: "Winter '27", url: '/services/data/v68.0', version: '68.0' });
  assert.equal(versions.find(({ version }) => version === '61.0')?.label, "Summer '24");
  assert.equal(versions.find(({ version }) => version === '63.0')?.label, "Spring '25");
  assert.equal(versions.length, 38);
  assert.equal(headers['sforce-limit-info'], undefined);
});

test('the directory has absolute identity at the address of the box', async () => {
  const { json } = await call('GET', '/services/data/v60.0');
  const directory = json as Record<string, string>;
  assert.equal(directory.query, '/services/data/v60.0/query');
  assert.match(directory.identity ?? '', /^http:\/\/127\.0\.0\.1:\d+\/id\/00D\w{15}\/005\w{15}$/);
});

test('latest is the current version, a retired version is gone, and one that never was is not found', async () => {
  assert.equal(
    ((await call('GET', '/services/data/LATEST')).json as Record<string, string>).jobs,
    '/services/data/v68.0/jobs',
  );
  assert.equal((await call('GET', '/services/data/v26.0/query?q=x')).status, 410);
  for (const version of ['v69.0', 'v6.0', 'v68.1', 'v68', 'x']) {
    assert.equal((await call('GET', `/services/data/${version}/limits`)).status, 404, version);
  }
});

test('no token, an unknown one, and a header of another form are refused as Salesforce refuses them', async () => {
  const refused = async (authorization?: string) => {
    const { status, body } = await call('GET', 'limits', {
      app: 'none',
      headers: authorization ? { authorization } : {},
    });
    return `${status} ${body}`;
  };
  const expired = '401 [{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]';
  const malformed = '401 [{"message":"INVALID_HEADER_TYPE","errorCode":"INVALID_AUTH_HEADER"}]';
  assert.equal(await refused(), expired);
  assert.equal(await refused('Bearer 00Dxx0000000001!AQbogus'), expired);
  assert.equal(await refused('Basic abc'), malformed);
  assert.equal(await refused('Bearer'), malformed);
  assert.equal(
    (await call('GET', 'limits', { app: 'none', headers: { authorization: `OAuth ${opened.token}` } })).status,
    200,
  );
  const { body } = await call('GET', 'limits', { app: 'identity only' });
  assert.equal(
    body,
    '[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]',
  );
});

test('slashes at the start, in the middle and at the end do no harm, and names are found in any case', async () => {
  for (const path of [
    '//services/data/v68.0/limits',
    '///services//data/v68.0/limits/',
    '/services/data/V68.0/Limits/?x=1',
    '/Services/Data/v68.0//limits',
  ]) {
    assert.equal((await call('GET', path)).status, 200, path);
  }
  const { json } = await call('GET', 'sobjects/aCCount/Describe/');
  assert.equal((json as { name: string }).name, 'Account');
});

test('each call counts, and each answer of the data API says how many there were', async () => {
  const used = async (path: string) =>
    Number(/^api-usage=(\d+)\/\d+$/.exec(String((await call('GET', path)).headers['sforce-limit-info']))?.[1]);
  const first = await used('limits');
  assert.equal(await used('nowhere'), first + 1);
  assert.equal(await used('query?q=nonsense'), first + 2);
});

test('JSON is compact, or pretty when asked', async () => {
  const path = 'query?q=SELECT+Id+FROM+Account';
  assert.equal((await call('GET', path)).body, '{"totalSize":0,"done":true,"records":[]}');
  const { body } = await call('GET', path, { headers: { 'x-prettyprint': '1' } });
  assert.equal(body, '{\n  "totalSize" : 0,\n  "done" : true,\n  "records" : [ ]\n}');
});

test('an answer is compressed when the client says so, and only then', async () => {
  const plain = await opened.org.app.inject({ url: '/services/data' });
  const packed = await opened.org.app.inject({
    url: '/services/data',
    headers: { 'accept-encoding': 'br, gzip;q=0.5' },
  });
  const refused = await opened.org.app.inject({ url: '/services/data', headers: { 'accept-encoding': 'gzip;q=0' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
  assert.equal(refused.headers['content-encoding'], undefined);
  assert.equal(plain.headers.vary, 'Accept-Encoding');
  assert.equal(plain.headers['content-type'], 'application/json;charset=UTF-8');
});

test('a compressed body is read, and one that is not gzip is refused', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const created = await call('POST', 'sobjects/Account', { payload: gzipSync('{"Name":"Packed"}'), headers });
  assert.equal(created.status, 201);
  assert.equal((await call('POST', 'sobjects/Account', { payload: 'plain', headers })).status, 400);
  const br = { ...headers, 'content-encoding': 'br' };
  assert.equal((await call('POST', 'sobjects/Account', { payload: 'plain', headers: br })).status, 415);
});

test('HEAD is GET without its body', async () => {
  const { status, body, headers } = await call('HEAD', 'limits');
  assert.deepEqual([status, body], [200, '']);
  assert.match(String(headers['content-type']), /json/);
});

test('_HttpMethod turns a POST into what the client could not send', async () => {
  const { json } = await call('POST', 'sobjects/Account', { json: { Name: 'Before' } });
  const { id } = json as { id: string };
  assert.equal(
    (await call('POST', `sobjects/Account/${id}?_HttpMethod=PATCH`, { json: { Name: 'After' } })).status,
    204,
  );
  assert.equal(((await call('GET', `sobjects/Account/${id}`)).json as { Name: string }).Name, 'After');
  assert.equal((await call('POST', `sobjects/Account/${id}?_HttpMethod=DELETE`)).status, 204);
});

test('a method that a resource does not have is refused with those it has', async () => {
  const { status, body, headers } = await call('PUT', 'sobjects/Account/001000000000001AAA');
  assert.equal(status, 405);
  assert.equal(
    body,
    `[{"message":"HTTP Method 'PUT' not allowed. Allowed are HEAD,GET,PATCH,DELETE","errorCode":"METHOD_NOT_ALLOWED"}]`,
  );
  assert.equal(headers.allow, 'HEAD,GET,PATCH,DELETE');
});

test('a path that is nowhere is NOT_FOUND, with errorCode before message, also where Salesforce has something', async () => {
  for (const path of [
    'nowhere',
    'composite/graph',
    'composite/tree/Account',
    'tooling/query?q=x',
    'sobjects/Nope',
    'query?explain=x',
  ]) {
    const { status, body } = await call('GET', path);
    assert.equal(
      `${status} ${body}`,
      '404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]',
      path,
    );
  }
  assert.equal((await call('GET', '/services/apexrest/Some')).status, 404);
  assert.equal((await call('GET', 'nowhere', { app: 'none' })).status, 401);
});

test('JSON that cannot be read is refused with the place of the mistake', async () => {
  const refused = async (payload: string, contentType = 'application/json') => {
    const { status, json } = await call('POST', 'sobjects/Account', {
      payload,
      headers: { 'content-type': contentType },
    });
    const [error] = json as { errorCode: string; message: string }[];
    return `${status} ${error?.errorCode} ${error?.message}`;
  };
  assert.match(
    await refused('{x'),
    /^400 JSON_PARSER_ERROR Unexpected character \('x' \(code 120\)\) at \[line:1, column:2\]/,
  );
  assert.match(await refused(''), /^400 JSON_PARSER_ERROR Unexpected end-of-input/);
  assert.match(await refused('[]'), /^400 JSON_PARSER_ERROR .*an array/);
  assert.match(await refused('{"Name":"\xff"}'.normalize(), 'text/csv'), /^415 UNSUPPORTED_MEDIA_TYPE/);
  const { status } = await call('POST', 'sobjects/Account', {
    payload: Buffer.from([0x7b, 0xff, 0x7d]),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
  assert.equal(status, 400);
});

test('a URL that cannot be read is refused, not answered with a stack trace', async () => {
  const { status, body } = await call('GET', '/services/data/v68.0/sobjects/%E0%A4%A');
  assert.equal(status, 400);
  assert.doesNotMatch(body, /at /);
});

test('limits are whole but for what was used', async () => {
  const { json } = await call('GET', 'limits');
  const limits = json as Record<string, { Max: number; Remaining: number }>;
  assert.ok((limits.DailyApiRequests?.Remaining ?? 0) < (limits.DailyApiRequests?.Max ?? 0));
  assert.deepEqual(limits.DailyBulkV2QueryJobs, { Max: 10_000, Remaining: 10_000 });
});

test('recordCount counts what is there and leaves out what is no object', async () => {
  const { json } = await call('GET', 'limits/recordCount?sObjects=city__c,Nope');
  assert.deepEqual(json, { sObjects: [{ count: 0, name: 'City__c' }] });
});

test('over the allocation of a day calls are refused with 403, after it has been used up and not before', async () => {
  await using small = await openOrgInTest({ dailyApiRequests: 2 });
  assert.deepEqual(
    [(await small.call('GET', 'limits')).status, (await small.call('GET', 'limits')).status],
    [200, 200],
  );
  const { status, body, headers } = await small.call('GET', 'limits');
  assert.equal(status, 403);
  assert.equal(body, '[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]');
  assert.equal(headers['sforce-limit-info'], 'api-usage=2/2');
});
