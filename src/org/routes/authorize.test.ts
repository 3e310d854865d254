import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { OrgSettings } from '../org.ts';
import { openSetupInTest } from '../setup-api/setup-in-test.ts';
import { challenge, openBrowserInTest, verifier } from './browser-in-test.ts';

const callback = 'http://localhost:1717/OauthRedirect';
const key = `3MVG9${'a'.repeat(50)}`;
const secret = 'login-secret-login-secret-login-secret';
const setupText = `
organization: { name: "Acme & <Sons>", type: sandbox }
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: api@acme.example, lastName: Api, profile: Salesforce API Only System Integrations }
  - { username: person@acme.example, lastName: Person, profile: Standard User }
connectedApps:
  - name: "Sync <app>"
    consumerKey: ${key}
    consumerSecret: env:SLUICE_SECRET_LOGIN
    callbackUrls: ["${callback}"]
    scopes: [api, web, refresh_token]
`;
const asked = {
  client_id: key,
  response_type: 'code',
  redirect_uri: callback,
  state: 's&1',
  code_challenge: challenge,
  code_challenge_method: 'S256',
};
const withSecret = { client_id: key, client_secret: secret };

async function openOrg(t: TestContext, settings: OrgSettings = {}) {
  const opened = await openSetupInTest(setupText, { environment: { SLUICE_SECRET_LOGIN: secret }, ...settings });
  t.after(() => opened.org.close());
  const { username = '', password = '' } = opened.org.firstAdministrator ?? {};
  const { app } = opened.org;
  const post = async (path: string, form: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = new URLSearchParams(form).toString();
    const answer = await app.inject({ method: 'POST', url: `/services/oauth2/${path}`, headers, payload });
    return { status: answer.statusCode, json: answer.body === '' ? undefined : answer.json() };
  };
  const exchange = (code: string | null | undefined) =>
    post('token', {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: callback,
      code_verifier: verifier,
      ...withSecret,
    });
  const refresh = (token: string) =>
    post('token', { grant_type: 'refresh_token', refresh_token: token, ...withSecret });
  /** All of the web login, to the tokens. */
  const grant = async (browser = openBrowserInTest(app)) => {
    await browser.open(asked);
    await browser.logIn(asked, username, password);
    const { location } = await browser.decide(asked, 'allow');
    return (await exchange(location?.searchParams.get('code'))).json;
  };
  const findUser = async (name: string) => {
    const { json } = await opened.call('GET', '/users');
    return json.rows.find((row: { username: string }) => row.username === name);
  };
  const resetPassword = async (name: string): Promise<string> =>
    (await opened.call('POST', `/users/${(await findUser(name)).id}/password`)).json.password;
  return { ...opened, app, username, password, post, exchange, refresh, grant, findUser, resetPassword };
}

const appOf = async (call: (method: string, path: string) => Promise<{ json: { rows: { id: string }[] } }>) =>
  (await call('GET', '/apps')).json.rows[0]?.id ?? '';

test('a user logs in, allows the app, and the app gets an access token and a refresh token', async (t) => {
  const { app, username, password, exchange, refresh, data } = await openOrg(t);
  const browser = openBrowserInTest(app);
  const page = await browser.open(asked);
  assert.equal(page.status, 200);
  for (const label of ['>Username</label>', '>Password</label>', '>Log In</button>'])
    assert.ok(page.body.includes(label));
  const approval = await browser.logIn(asked, username, password);
  assert.equal(approval.status, 200);
  assert.ok(approval.body.includes('<li>Manage user data via APIs (api)</li>'));
  for (const label of ['>Allow</button>', '>Deny</button>']) assert.ok(approval.body.includes(label));
  const { status, location } = await browser.decide(asked, 'allow');
  assert.equal(status, 302);
  assert.equal(`${location?.origin}${location?.pathname}`, callback);
  assert.equal(location?.searchParams.get('state'), 's&1');
  const { json } = await exchange(location?.searchParams.get('code'));
  assert.equal(json.scope, 'refresh_token web api');
  assert.equal((await data(json.access_token, 'limits')).status, 200);
  const again = await refresh(json.refresh_token);
  assert.equal((await data(again.json.access_token, 'limits')).status, 200);
});

test('the page runs no script, stands in no frame, names the org and the app as they are, and is kept nowhere', async (t) => {
  const { app } = await openOrg(t);
  const { body, headers } = await openBrowserInTest(app).open({ ...asked, login_hint: '"><script>x' });
  assert.doesNotMatch(body, /<script/);
  assert.ok(body.includes('Acme &amp; &lt;Sons&gt;') && body.includes('Sync &lt;app&gt;'));
  assert.ok(body.includes('value="&quot;&gt;&lt;script&gt;x"'));
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' http:\/\/localhost:1717;/);
  assert.match(policy, /frame-ancestors 'none'$/);
  assert.match(String(headers['cache-control']), /no-store/);
  assert.match(
    String(headers['set-cookie']),
    /^sluice_login=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/services\/oauth2\/authorize$/,
  );
});

test('over https the cookie is for https alone', async (t) => {
  const { app } = await openOrg(t, { instanceUrl: 'https://acme.example' });
  const { headers } = await openBrowserInTest(app).open(asked);
  assert.match(String(headers['set-cookie']), /; Secure$/);
});

test('who denies sends the browser back with access_denied', async (t) => {
  const { app, username, password } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  await browser.logIn(asked, username, password);
  const { location } = await browser.decide(asked, 'deny');
  assert.equal(location?.search, '?error=access_denied&error_description=end-user+denied+authorization&state=s%261');
});

test('what was allowed before is not asked again, with prompt=login the user logs in again, and prompt=consent asks', async (t) => {
  const { app, username, password, grant } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await grant(browser);
  const silent = await browser.open({ ...asked, prompt: 'none' });
  assert.ok(silent.location?.searchParams.has('code'));
  assert.ok((await browser.open(asked)).location?.searchParams.has('code'));
  const login = { ...asked, prompt: 'login' };
  assert.match((await browser.open(login)).body, />Log In<\/button>/);
  assert.ok((await browser.logIn(login, username, password)).location?.searchParams.has('code'));
  assert.match((await browser.open({ ...asked, prompt: 'consent' })).body, />Allow<\/button>/);
  const stranger = await openBrowserInTest(app).open({ ...asked, prompt: 'none' });
  assert.equal(stranger.location?.searchParams.get('error'), 'immediate_unsuccessful');
});

test('wrong passwords, unknown users, frozen users and users without a password get one and the same answer', async (t) => {
  const { app, call, findUser, resetPassword } = await openOrg(t);
  const right = await resetPassword('person@acme.example');
  const { id } = await findUser('person@acme.example');
  const { version } = (await call('GET', `/users/${id}`)).json;
  assert.equal((await call('PATCH', `/users/${id}`, { version, frozen: true })).status, 200);
  const answers = [];
  for (const [name, given] of [
    ['admin@acme.example', 'wrong'],
    ['nobody@acme.example', 'wrong'],
    ['api@acme.example', 'wrong'],
    ['person@acme.example', right],
  ] as const) {
    const browser = openBrowserInTest(app);
    await browser.open(asked);
    const { status, body, headers } = await browser.logIn(asked, name, given);
    assert.equal(headers['set-cookie'], undefined);
    answers.push(`${status} ${body.replaceAll(/value="[^"]*"/g, '')}`);
  }
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0] ?? '', /^200 [\s\S]*role="alert"[^>]*>Check your username and password/);
  const { json } = await call('GET', '/login-history');
  const statuses = json.rows.map((row: { status: string }) => row.status);
  assert.deepEqual(statuses.filter((status: string) => status !== 'Success').toSorted(), [
    'Invalid Password',
    'Invalid Password',
    'User is Frozen',
  ]);
});

test('six wrong passwords are free, and the seventh waits, here and in Setup together', async (t) => {
  const { app, username, password, logIn } = await openOrg(t);
  for (let count = 0; count < 3; count += 1) assert.equal((await logIn(username, 'wrong')).answer.status, 401);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  for (let count = 0; count < 3; count += 1) assert.equal((await browser.logIn(asked, username, 'wrong')).status, 200);
  const { status, body } = await browser.logIn(asked, username, password);
  assert.equal(status, 429);
  assert.match(body, /Wait 30 seconds/);
  assert.equal((await logIn(username, password)).answer.status, 429);
});

test('a form that another page made, or that belongs to another request or browser, does nothing', async (t) => {
  const { app, username, password } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  const token = browser.formToken();
  const address = `/services/oauth2/authorize?${new URLSearchParams(asked)}`;
  const form = { token, username, password };
  const foreign = await browser.visit('POST', address, { form, headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
  assert.equal((await browser.visit('POST', address, { form, headers: { origin: 'null' } })).status, 403);
  const other = `${address}&login_hint=x`;
  for (const [url, given, sender] of [
    [other, form, browser],
    [address, { ...form, token: 'x' }, browser],
    [address, { username, password }, browser],
    [address, form, openBrowserInTest(app)],
  ] as const) {
    const answer = await sender.visit('POST', url, { form: given });
    assert.equal(answer.status, 403);
    assert.match(answer.body, />Log In<\/button>/);
  }
  const own = await browser.visit('POST', address, {
    form: { ...form, token: browser.formToken() },
    headers: { origin: 'http://org.localhost', host: 'org.localhost' },
  });
  assert.match(own.body, />Allow<\/button>/);
});

test('the name of the cookie changes with the login, and one from before the login allows nothing', async (t) => {
  const { app, username, password } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  const before = browser.cookie;
  const token = browser.formToken();
  await browser.logIn(asked, username, password);
  assert.notEqual(browser.cookie, before);
  const address = `/services/oauth2/authorize?${new URLSearchParams(asked)}`;
  const old = await app.inject({
    method: 'POST',
    url: address,
    headers: { cookie: before, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token, approval: 'allow' }).toString(),
  });
  assert.equal(old.statusCode, 403);
});

test('a user of the API alone cannot log in on the page', async (t) => {
  const { app, resetPassword } = await openOrg(t);
  const right = await resetPassword('api@acme.example');
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  const { status, body, location } = await browser.logIn(asked, 'api@acme.example', right);
  assert.deepEqual([status, location], [403, undefined]);
  assert.ok(body.includes('<code>OAUTH_APPROVAL_ERROR_GENERIC</code>: An unexpected error has occurred'));
});

test('an app for pre-authorized users asks nothing of those, and sends others back', async (t) => {
  const { app, call, username, password, resetPassword } = await openOrg(t);
  const right = await resetPassword('person@acme.example');
  const id = await appOf(call);
  const { json } = await call('GET', `/apps/${id}`);
  const policies = { permittedUsers: 'AdminApprovedPreAuthorized', profiles: ['System Administrator'] };
  assert.equal((await call('PATCH', `/apps/${id}/policies`, { version: json.version, ...policies })).status, 200);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  assert.ok((await browser.logIn(asked, username, password)).location?.searchParams.has('code'));
  const other = openBrowserInTest(app);
  await other.open(asked);
  const { location } = await other.logIn(asked, 'person@acme.example', right);
  assert.equal(location?.searchParams.get('error'), 'OAUTH_APP_ACCESS_DENIED');
  assert.equal(location?.searchParams.get('error_description'), 'user is not admin approved to access this app');
});

test('a request from an unknown app or for an unknown address is told on the page, and goes nowhere', async (t) => {
  const { app } = await openOrg(t);
  const browser = openBrowserInTest(app);
  for (const [change, error] of [
    [{ client_id: 'x' }, 'invalid_client_id'],
    [{ redirect_uri: `${callback}/` }, 'redirect_uri_mismatch'],
    [{ redirect_uri: 'https://evil.example' }, 'redirect_uri_mismatch'],
  ] as const) {
    const { status, body, location, headers } = await browser.open({ ...asked, ...change });
    assert.deepEqual([status, location], [400, undefined]);
    assert.ok(body.includes(`<code>${error}</code>`));
    assert.match(String(headers['content-security-policy']), /form-action 'none'/);
  }
  const told = await browser.open({ ...asked, code_challenge: '', response_type: 'token' });
  assert.equal(told.location?.searchParams.get('error'), 'unsupported_response_type');
  assert.equal((await browser.visit('PUT', '/services/oauth2/authorize')).status, 405);
});

test('a grant is listed in Connected Apps OAuth Usage, and revoking it there ends its tokens', async (t) => {
  const { call, grant, refresh, data } = await openOrg(t);
  const json = await grant();
  await refresh(json.refresh_token);
  const id = await appOf(call);
  const { rows } = (await call('GET', `/apps/${id}/tokens`)).json;
  assert.deepEqual([rows.length, rows[0].username, rows[0].useCount], [1, 'admin@acme.example', 2]);
  const soql = await data(json.access_token, 'query?q=SELECT+Id,UseCount+FROM+OauthToken');
  assert.deepEqual([soql.json.totalSize, soql.json.records[0].Id], [1, rows[0].id]);
  assert.deepEqual((await call('DELETE', `/apps/${id}/tokens/${rows[0].id}`)).json, { revokedTokens: 1 });
  assert.equal((await data(json.access_token, 'limits')).status, 401);
  assert.equal((await refresh(json.refresh_token)).json.error_description, 'expired access/refresh token');
  assert.equal((await call('DELETE', `/apps/${id}/tokens/${rows[0].id}`)).status, 404);
});

test('a refresh token is introspected and revoked as a token is, and ends when its user or its app does', async (t) => {
  const { call, grant, refresh, post, username } = await openOrg(t);
  const first = await grant();
  const { json } = await post('introspect', {
    token: first.refresh_token,
    token_type_hint: 'refresh_token',
    ...withSecret,
  });
  assert.deepEqual([json.active, json.token_type, json.username], [true, 'refresh_token', username]);
  assert.equal((await post('revoke', { token: first.refresh_token })).status, 200);
  assert.equal((await refresh(first.refresh_token)).status, 400);
  const second = await grant();
  const id = await appOf(call);
  await call('POST', `/apps/${id}/block`);
  assert.equal((await refresh(second.refresh_token)).json.error, 'invalid_app_access');
  await call('POST', `/apps/${id}/unblock`);
  assert.equal((await refresh(second.refresh_token)).status, 200);
  assert.equal((await call('DELETE', `/apps/${id}/tokens`)).status, 200);
  assert.equal((await refresh(second.refresh_token)).status, 400);
});

test('a refresh token ends as the policy of the app says', async (t) => {
  const { call, clock, grant, refresh } = await openOrg(t);
  const id = await appOf(call);
  const policy = async (refreshTokenPolicy: string) => {
    const { version } = (await call('GET', `/apps/${id}`)).json;
    return call('PATCH', `/apps/${id}/policies`, { version, refreshTokenPolicy });
  };
  assert.equal((await policy('specific_lifetime:1:HOURS')).status, 200);
  const first = await grant();
  clock.forward(3_599_000);
  assert.equal((await refresh(first.refresh_token)).status, 200);
  clock.forward(1_000);
  assert.equal((await refresh(first.refresh_token)).status, 400);
  const { errors } = await policy('specific_lifetime:2:WEEKS');
  assert.equal(errors[0]?.field, 'refreshTokenPolicy');
  assert.equal((await policy('specific_inactivity:1:MONTHS')).status, 200);
  const second = await grant();
  for (let count = 0; count < 3; count += 1) {
    clock.forward(29 * 86_400_000);
    assert.equal((await refresh(second.refresh_token)).status, 200);
  }
});

test('a form that is none of ours is refused before it is read to its end', async (t) => {
  const { app } = await openOrg(t);
  const url = `/services/oauth2/authorize?${new URLSearchParams(asked)}`;
  const post = async (type: string, payload: string) =>
    (await app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })).statusCode;
  const form = 'application/x-www-form-urlencoded';
  assert.equal(await post('application/json', '{}'), 415);
  assert.equal(await post(form, `password=${'x'.repeat(10_000)}`), 413);
  assert.equal(await post(form, '%zz&password=%ff&token=%00'), 403);
  assert.equal(await post(form, ''), 403);
});

test('any request at all ends in a page or goes back to a callback URL of the app', async (t) => {
  const { app, username, password } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await browser.open(asked);
  await browser.logIn(asked, username, password);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'none', 'login consent', 'S256', 'plain', 'api'),
  );
  const name = fc.constantFrom(...Object.keys(asked), 'scope', 'prompt', 'login_hint', 'nonce', 'x');
  const query = fc.array(fc.tuple(name, text), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(query, fc.boolean(), fc.string(), async (pairs, isWhole, rest) => {
      const given = new URLSearchParams(isWhole ? asked : {});
      for (const [key, value] of pairs) given.set(key, value.toWellFormed());
      const url = `/services/oauth2/authorize?${given}&${encodeURI(rest.toWellFormed())}`;
      const { status, location, body } = await browser.visit('GET', url);
      assert.ok([200, 302, 400].includes(status), `${status} ${url}`);
      if (status === 302) assert.ok(location?.href.startsWith(`${callback}?`), location?.href);
      else assert.match(body, /^<!DOCTYPE html>/);
    }),
    { numRuns: 300 },
  );
});

test('a new password ends what was logged in with the old one', async (t) => {
  const { app, grant, username, resetPassword } = await openOrg(t);
  const browser = openBrowserInTest(app);
  await grant(browser);
  await resetPassword(username);
  assert.match((await browser.open(asked)).body, />Log In<\/button>/);
});

test('refresh tokens live on after a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-login-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const first = await openOrg(t, { folder });
  const { refresh_token: token } = await first.grant();
  await first.org.close();
  const second = await openOrg(t, { folder });
  assert.equal((await second.refresh(token)).status, 200);
});
