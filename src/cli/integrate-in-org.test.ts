import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../base/index.ts';
import { openIntegrateInTest } from '../hub/integrate/integrate-in-test.ts';
import { openOrg, parseSetupFile } from '../org/index.ts';
import { integrateClass, integrateInOrg } from './integrate-in-org.ts';

const environment = { SLUICE_SECRET_TILL: 'a-secret-of-this-test-and-of-nothing-else-at-all' };
const consumerKey = `3MVG9${'till'.padEnd(60, 'a')}`;
const setup = `
profiles: [ { name: Tills, license: Salesforce, userPermissions: [ApiEnabled] } ]
users: [ { username: till@acme.example, lastName: Till, profile: Tills } ]
connectedApps:
  - { name: till, consumerKey: ${consumerKey}, consumerSecret: env:SLUICE_SECRET_TILL, scopes: [api], clientCredentials: { enabled: true, runAs: till@acme.example } }
apexClasses:
  - { name: ${integrateClass.name}, urlMapping: ${integrateClass.urlMapping}, methods: [${integrateClass.methods.join(', ')}] }
`;

type Org = Awaited<ReturnType<typeof openOrg>>;

async function tokenOf(org: Org): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: consumerKey,
    client_secret: environment.SLUICE_SECRET_TILL,
  };
  const answer = await org.app.inject({
    method: 'POST',
    url: '/services/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  });
  return answer.json().access_token;
}

/** As an administrator does on the pages of Setup. */
async function allowClass(org: Org): Promise<void> {
  const call = async (method: 'POST' | 'PUT', path: string, body?: object, headers: Record<string, string> = {}) => {
    const given = body === undefined ? {} : { payload: JSON.stringify(body) };
    const typed = { 'content-type': 'application/json', ...headers };
    return await org.app.inject({ method, url: `/setup/api${path}`, headers: typed, ...given });
  };
  const session = await call('POST', '/session', org.firstAdministrator);
  const cookie = String(session.headers['set-cookie']).split(';', 1)[0] ?? '';
  const headers = { cookie, 'x-csrf-token': session.json().csrfToken };
  const made = await call(
    'POST',
    '/permission-sets',
    { name: 'Integrate', apexClasses: [integrateClass.name] },
    headers,
  );
  const users = await org.app.inject({ url: '/setup/api/users?search=till', headers });
  const path = `/permission-sets/${made.json().id}/assignments/${users.json().rows[0].id}`;
  assert.ok((await call('PUT', path, undefined, headers)).statusCode < 300);
}

test('a Salesforce token is enough, once its user may call the class; to the hub it is the user', async () => {
  await using stage = await openIntegrateInTest();
  const apexRest = { [integrateClass.name]: integrateInOrg(stage.hub) };
  const log = createLog({ level: 'silent' });
  await using org = await openOrg({ setup: parseSetupFile(setup), environment, apexRest, log });
  const headers = { authorization: `Bearer ${await tokenOf(org)}`, 'content-type': 'application/json' };
  const base = '/services/apexrest/sluice/V4';
  const send = (payload: string) =>
    org.app.inject({ method: 'POST', url: `${base}/integrate?integration=Shop&interface=orders`, headers, payload });
  const forbidden = await send('{"number":1}');
  assert.equal(forbidden.statusCode, 403);
  assert.deepEqual(forbidden.json(), [
    { message: `You do not have access to the Apex class named: ${integrateClass.name}`, errorCode: 'FORBIDDEN' },
  ]);
  await allowClass(org);
  const taken = await send('{"number":1}');
  assert.equal(taken.statusCode, 202, taken.body);
  assert.deepEqual(stage.sql('SELECT caller_name AS name FROM call'), [{ name: 'Apex: till@acme.example' }]);
  const [{ message }] = taken.json().results;
  const { history } = (await stage.call('GET', `/messages/${message}`)).json;
  assert.equal(history[0].by, 'Apex: till@acme.example', JSON.stringify(history));
  const { url, call } = taken.json();
  assert.deepEqual([url, taken.headers.location], [`${base}/calls/${call}`, url], 'where this token is taken');
  const shown = await org.app.inject({ url, headers });
  assert.equal(shown.json().url, url);
  assert.deepEqual([shown.statusCode, shown.json().results.length], [200, 1], shown.body);
  const wrong = await send('{"number":');
  assert.deepEqual([wrong.statusCode, wrong.json().errors[0].message], [400, 'The body broke off before its end.']);
  const other = await org.app.inject({ url: `${base}/nothing`, headers });
  assert.equal(other.statusCode, 404);
  assert.equal((await stage.ask(taken.json().url)).status, 404, 'a client of the hub is somebody else');
});
