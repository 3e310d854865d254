import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSetupInTest } from '../setup-api/setup-in-test.ts';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

before(async () => {
  opened = await openOrgInTest();
});

after(() => opened.org.close());

test('userinfo says who the token acts for, also for a token without api', async () => {
  const { json } = await call('GET', '/services/oauth2/userinfo');
  const info = json as Record<string, string>;
  assert.equal(info.preferred_username, 'integration@test.example');
  assert.match(`${info.organization_id} ${info.user_id}`, /^00D\w{15} 005\w{15}$/);
  assert.equal(info.sub, `${opened.org.url}/id/${info.organization_id}/${info.user_id}`);
  const other = await call('GET', '/services/oauth2/userinfo', { app: 'identity only' });
  assert.equal((other.json as Record<string, string>).preferred_username, 'other@test.example');
});

test('userinfo is pretty when asked, comes without a body to HEAD, and the same way round the router', async () => {
  const plain = await call('GET', '/services/oauth2/userinfo');
  assert.match(plain.body, /^\{"sub":/);
  assert.deepEqual(
    [plain.headers['content-type'], plain.headers['x-content-type-options']],
    ['application/json;charset=UTF-8', 'nosniff'],
  );
  assert.match(String(plain.headers['cache-control']), /no-store/);
  const pretty = await call('GET', '/services/oauth2/userinfo', { headers: { 'x-prettyprint': '1' } });
  assert.match(pretty.body, /^\{\n {2}"sub" : /);
  assert.deepEqual(pretty.json, plain.json);
  const head = await call('HEAD', '//services/oauth2/UserInfo/');
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', String(plain.body.length)]);
  const url = `${await opened.org.listen()}/services/oauth2/userinfo`;
  const wire = await fetch(url, { headers: { authorization: `Bearer ${opened.token}` } });
  const { sub, ...told } = (await wire.json()) as Record<string, string>;
  assert.equal(new URL(sub ?? '').origin, new URL(url).origin);
  assert.equal(told.preferred_username, 'integration@test.example');
});

test('userinfo follows what is changed in Setup', async () => {
  await using setup = await openSetupInTest();
  const { consumerKey, consumerSecret } = setup.org;
  const token = String((await setup.token(consumerKey, consumerSecret)).json.access_token);
  const told = async () => (await setup.data(token, '/services/oauth2/userinfo')).json;
  const before = await told();
  const { version } = (await setup.call('GET', `/users/${before.user_id}`)).json;
  const change = await setup.call('PATCH', `/users/${before.user_id}`, { version, lastName: 'Renamed' });
  assert.equal(change.status, 200);
  assert.match((await told()).name, /Renamed$/);
});

test('the identity URL of the token answers, with the token in the header or in the query', async () => {
  const { sub = '' } = (await call('GET', '/services/oauth2/userinfo')).json as Record<string, string>;
  const path = new URL(sub).pathname;
  const { json } = await call('GET', path);
  assert.equal((json as Record<string, string>).username, 'integration@test.example');
  assert.equal((json as Record<string, string>).id, sub);
  const inQuery = await call('GET', `${path}?format=json&oauth_token=${opened.token}`, { app: 'none' });
  assert.equal(inQuery.status, 200);
  assert.deepEqual([(await call('GET', path, { app: 'identity only' })).body], ['Bad_Id']);
  assert.equal((await call('GET', '/id/00Dxx0000000001/005xx0000000001')).body, 'Wrong_Org');
});

test('a bad token is answered with bare words that clients compare', async () => {
  const bad = await call('GET', '/services/oauth2/userinfo', { app: 'none', headers: { authorization: 'Bearer x' } });
  assert.deepEqual([bad.status, bad.body], [403, 'Bad_OAuth_Token']);
  const missing = await call('GET', '/services/oauth2/userinfo', { app: 'none' });
  assert.deepEqual([missing.status, missing.body], [403, 'Missing_OAuth_Token']);
});

test('a revoked token is refused from then on; an unknown one is an error', async () => {
  await using own = await openOrgInTest();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams({ token: own.token }).toString();
  const revoked = await own.call('POST', '/services/oauth2/revoke', { app: 'none', headers, payload });
  assert.deepEqual([revoked.status, revoked.body], [200, '']);
  assert.equal((await own.call('GET', 'limits')).status, 401);
  const again = await own.call('POST', '/services/oauth2/revoke', { app: 'none', headers, payload });
  assert.deepEqual([again.status, (again.json as { error: string }).error], [400, 'invalid_token']);
});
