import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from '../setup-api/setup-in-test.ts';

const origin = 'https://app.example.com';
const data = '/services/data/v68.0/limits';
const userinfo = '/services/oauth2/userinfo';
const tokenPath = '/services/oauth2/token';

async function open(settings: string) {
  const opened = await openSetupInTest(`settings: ${settings}`);
  const { org, token } = opened;
  const send = async (method: string, url: string, headers: Record<string, string>) => {
    const answer = await org.app.inject({ method: method as 'GET', url, headers });
    const { 'access-control-allow-origin': allowed, ...rest } = answer.headers;
    return { status: answer.statusCode, allowed, headers: rest, body: answer.body };
  };
  const preflight = (url: string, from = origin, more: Record<string, string> = {}) =>
    send('OPTIONS', url, { origin: from, 'access-control-request-method': 'POST', ...more });
  const { json } = await token(org.consumerKey, org.consumerSecret);
  return { ...opened, send, preflight, authorization: `Bearer ${json.access_token}` };
}

test('pages of a listed origin may ask and see the answer; those of others may not', async (t) => {
  const { org, send, preflight, authorization } = await open(`{ corsAllowedOrigins: [${origin}] }`);
  t.after(() => org.close());
  const asked = await preflight(data, origin, { 'access-control-request-headers': 'authorization, content-type' });
  assert.deepEqual([asked.status, asked.allowed, asked.body], [200, origin, '']);
  assert.equal(asked.headers['access-control-allow-headers'], 'authorization,content-type');
  assert.equal(asked.headers['access-control-allow-methods'], 'GET,HEAD,POST,PUT,PATCH,DELETE');
  assert.equal(asked.headers['access-control-allow-credentials'], undefined);
  const answer = await send('GET', data, { origin, authorization });
  assert.deepEqual([answer.status, answer.allowed, answer.headers.vary], [200, origin, 'Accept-Encoding,Origin']);
  assert.match(String(answer.headers['access-control-expose-headers']), /Sforce-Limit-Info/);
  for (const other of [
    'https://evil.example',
    'http://app.example.com',
    `${origin}.evil.example`,
    `${origin}:8443`,
    'null',
  ]) {
    const refused = await preflight(data, other);
    assert.deepEqual([refused.status, refused.allowed], [403, undefined], other);
    assert.equal((await send('GET', data, { origin: other, authorization })).allowed, undefined, other);
  }
});

test('with nothing listed no page may ask, and what is no page sees nothing of it', async (t) => {
  const { org, send, preflight, authorization } = await open('{}');
  t.after(() => org.close());
  assert.deepEqual([(await preflight(data)).status, (await preflight(userinfo)).status], [403, 403]);
  assert.equal((await send('GET', data, { authorization })).headers.vary, 'Accept-Encoding');
});

test('a star is for all names below a second-level domain, with the same scheme and port', async (t) => {
  const { org, preflight } = await open(
    '{ corsAllowedOrigins: ["https://*.example.com:8443", "http://localhost:3000"] }',
  );
  t.after(() => org.close());
  const status = async (from: string) => (await preflight(data, from)).status;
  assert.equal(await status('https://a.b.example.com:8443'), 200);
  assert.equal(await status('http://localhost:3000'), 200);
  for (const other of [
    'https://example.com:8443',
    'https://badexample.com:8443',
    'https://a.example.com',
    'http://a.example.com:8443',
    'http://localhost:3001',
  ])
    assert.equal(await status(other), 403, other);
});

test('userinfo is open to listed origins, the token endpoint and its like need their own switch too', async (t) => {
  const { org, call, preflight, send, authorization } = await open(`{ corsAllowedOrigins: [${origin}] }`);
  t.after(() => org.close());
  const paths = [tokenPath, '/services/oauth2/revoke', '/services/oauth2/introspect'];
  assert.equal((await send('GET', userinfo, { origin, authorization })).allowed, origin);
  for (const path of paths) assert.equal((await preflight(path)).status, 403, path);
  const { version } = (await call('GET', '/settings')).json;
  assert.equal((await call('PATCH', '/settings', { version, corsForOAuthEndpoints: true })).status, 200);
  for (const path of paths)
    assert.deepEqual([(await preflight(path)).status, (await preflight(path)).allowed], [200, origin]);
  const token = await send('POST', tokenPath, { origin, 'content-type': 'application/x-www-form-urlencoded' });
  assert.deepEqual([token.status, token.allowed, token.headers.vary], [400, origin, 'Origin']);
});

test('Setup, the login page and the switchboard of faults are open to no other page, and keys to every one', async (t) => {
  const { org, preflight, send } = await open(`{ corsAllowedOrigins: [${origin}], corsForOAuthEndpoints: true }`);
  t.after(() => org.close());
  for (const path of ['/setup/api/session', '/services/oauth2/authorize', '/box/faults', '/'])
    assert.equal((await preflight(path)).allowed, undefined, path);
  for (const path of ['/id/keys', '/.well-known/openid-configuration'])
    for (const from of [origin, 'https://any.example'])
      assert.equal((await send('GET', path, { origin: from })).allowed, '*');
});

test('an origin is listed in its form alone: no path, no plain http but for this machine, no star elsewhere', async (t) => {
  const { org, call } = await open('{}');
  t.after(() => org.close());
  const { version } = (await call('GET', '/settings')).json;
  for (const wrong of [
    '*',
    'https://*',
    'https://*.com',
    'http://app.example.com',
    `${origin}/`,
    'https://a.*.example.com',
    'x',
  ]) {
    const { status, errors } = await call('PATCH', '/settings', { version, corsAllowedOrigins: [wrong] });
    assert.deepEqual([status, errors[0]?.field], [400, 'corsAllowedOrigins.0'], wrong);
  }
});
