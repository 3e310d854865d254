/** The errors of the token endpoint: each is brought about in Setup, over HTTP, and compared whole. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { createLog } from '../../base/index.ts';
import { type Org, openOrg } from '../org.ts';
import { parseSetupFile } from '../setup/index.ts';

const setupText = `
users: [ { username: first@acme.example, lastName: First } ]
connectedApps: []
`;

type Form = Record<string, string>;
type Answer = { status: number; text: string; headers: Readonly<Record<string, string | string[] | undefined>> };
type Sending = { method: string; path: string; headers?: Record<string, string>; body?: string };

let org: Org;
let port: number;
let administrator: Record<string, string>;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const tokenPath = '/services/oauth2/token';
const formType = { 'content-type': 'application/x-www-form-urlencoded' };

function send({ method, path, headers = {}, body }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString(), headers: answer.headers }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
async function setup(method: string, path: string, body?: object): Promise<any> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const length = text === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await send({
    method,
    path: `/setup/api${path}`,
    headers: { ...administrator, ...length },
    ...(text === undefined ? {} : { body: text }),
  });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.text === '' ? undefined : JSON.parse(answer.text);
}

before(async () => {
  org = await openOrg({ setup: parseSetupFile(setupText), log: createLog({ level: 'silent' }) });
  port = Number(new URL(await org.listen()).port);
  const answer = await send({
    method: 'POST',
    path: '/setup/api/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(org.firstAdministrator),
  });
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  administrator = { cookie, 'x-csrf-token': JSON.parse(answer.text).csrfToken };
  await setup('POST', '/identity-verification');
  const { rows } = await setup('GET', '/outbox');
  const code = /(?<!\d)\d{6}(?!\d)/.exec(rows[0].text)?.[0];
  await setup('POST', '/identity-verification/code', { code });
});

after(async () => {
  agent.destroy();
  await org.close();
});

type Made = { id: string; key: string; secret: string; username: string; userId: string };
type Settings = { kind?: string; user?: object; settings?: object };

let number = 0;

/** An app that works, with a user of its own, unless something is said otherwise. */
async function makeApp({ kind = 'connectedApp', user = {}, settings = {} }: Settings = {}): Promise<Made> {
  number += 1;
  const username = `user${number}@acme.example`;
  const { id: userId } = await setup('POST', '/users', {
    username,
    lastName: 'User',
    email: username,
    profile: 'Standard User',
    ...user,
  });
  const { id } = await setup('POST', '/apps', {
    kind,
    name: `App ${number}`,
    contactEmail: 'admin@acme.example',
    callbackUrls: ['https://acme.example/'],
    scopes: ['api', 'id'],
    clientCredentialsEnabled: true,
    clientCredentialsWarningAcknowledged: true,
    clientCredentialsAllowed: true,
    runAs: username,
    ...settings,
  });
  const [{ consumerKey: key, consumerSecret: secret }] = (await setup('GET', `/apps/${id}/consumer-details`)).pairs;
  return { id, key, secret, username, userId };
}

async function change(path: string, part: string, body: object): Promise<void> {
  const { version } = await setup('GET', path);
  await setup('PATCH', `${path}${part}`, { version, ...body });
}

/** A profile of its own, so that its limits meet nobody else. */
async function makeProfile(limits: object): Promise<string> {
  number += 1;
  const name = `Profile ${number}`;
  await setup('POST', '/profiles', { name, license: 'Salesforce', userPermissions: ['ApiEnabled'], ...limits });
  return name;
}

const ask = (form: Form, headers: Record<string, string> = {}): Sending => ({
  method: 'POST',
  path: tokenPath,
  headers: { ...formType, ...headers },
  body: new URLSearchParams(form).toString(),
});
const credentials = ({ key, secret }: Made): Form => ({
  grant_type: 'client_credentials',
  client_id: key,
  client_secret: secret,
});

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const signing = { settings: { certificate } };

async function assertion({ key, username }: Made, claims: object = {}): Promise<Sending> {
  const exp = Math.floor(Date.now() / 1000) + 120;
  const whole = { iss: key, sub: username, aud: 'https://login.salesforce.com', exp, ...claims };
  const signed = await new SignJWT(whole).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey);
  return ask({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signed });
}

const never = Object.fromEntries(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
    day,
    { start: 0, end: 0 },
  ]),
);
const elsewhere = [{ start: '10.1.0.0', end: '10.1.0.255' }];

type Case = {
  error: string;
  description: string;
  /** What is set up, in the words of the test's name, and the request that is then refused. */
  by: string;
  bring(): Promise<Sending>;
};

const of = (error: string, description: string, ways: Readonly<Record<string, () => Promise<Sending>>>): Case[] =>
  Object.entries(ways).map(([by, bring]) => ({ error, description, by, bring }));

/** Of an app that was made with these settings, its credentials. */
const appWith = (settings: Settings) => async () => ask(credentials(await makeApp(settings)));

const cases: readonly Case[] = [
  ...of('invalid_client_id', 'client identifier invalid', {
    // The other form, invalid_client with this text, is in fixtures of older servers alone.
    'an unknown consumer key': async () =>
      ask({ ...credentials(await makeApp()), client_id: `3MVG9${'x'.repeat(80)}` }),
    'a deleted app': async () => {
      const app = await makeApp();
      await setup('DELETE', `/apps/${app.id}`);
      return ask(credentials(app));
    },
    'a key that is not known yet': async () => {
      await change('/settings', '', { propagationDelaySeconds: 600 });
      const app = await makeApp();
      await change('/settings', '', { propagationDelaySeconds: 0 });
      return ask(credentials(app));
    },
  }),
  ...of('invalid_client', 'invalid client credentials', {
    'a wrong secret': async () => ask({ ...credentials(await makeApp()), client_secret: 'wrong' }),
    'a wrong secret, sent as Basic': async () => {
      const { key } = await makeApp();
      const authorization = `Basic ${Buffer.from(`${key}:wrong`).toString('base64')}`;
      return ask({ grant_type: 'client_credentials' }, { authorization });
    },
    'a pair that was replaced': async () => {
      const app = await makeApp();
      await setup('POST', `/apps/${app.id}/staged-credentials`);
      await setup('POST', `/apps/${app.id}/staged-credentials/apply`, {});
      const [{ consumerKey: key }] = (await setup('GET', `/apps/${app.id}/consumer-details`)).pairs;
      return ask(credentials({ ...app, key }));
    },
  }),
  ...of('invalid_grant', 'no client credentials user enabled', {
    'no Run As user': appWith({ settings: { runAs: null } }),
    'the switch in the policies of an external client app left off': appWith({
      kind: 'externalClientApp',
      settings: { clientCredentialsAllowed: false },
    }),
  }),
  ...of('invalid_grant', 'client credentials flow not enabled', {
    'the flow not ticked': appWith({ settings: { clientCredentialsEnabled: false } }),
  }),
  ...of('invalid_grant', 'request not supported on this domain', {
    'a host that stands for login.salesforce.com': async () =>
      ask(credentials(await makeApp()), { host: 'login.localhost' }),
    'a host that stands for test.salesforce.com': async () =>
      ask(credentials(await makeApp()), { host: 'test.localhost' }),
  }),
  ...of('invalid_grant', 'no valid scopes defined', {
    'no scope': async () => {
      const app = await makeApp();
      await change(`/apps/${app.id}`, '/settings', { scopes: [] });
      return ask(credentials(app));
    },
    'the scope full alone': appWith({ settings: { scopes: ['full'] } }),
    'refresh_token alone': appWith({ settings: { scopes: ['refresh_token'] } }),
  }),
  ...of('invalid_app_access', 'user is not admin approved to access this app', {
    'admin approval, and a user who is not approved': appWith({
      settings: { permittedUsers: 'AdminApprovedPreAuthorized', profiles: ['System Administrator'] },
    }),
  }),
  ...of('invalid_request', 'scope parameter not supported', {
    'a scope in the request': async () => ask({ ...credentials(await makeApp()), scope: 'api' }),
  }),
  ...of('unsupported_grant_type', 'grant type not supported', {
    'an unknown grant type': async () => ask({ ...credentials(await makeApp()), grant_type: 'client-credentials' }),
    'no grant type': async () => ask({ client_id: 'x' }),
    'a GET': async () => ({ method: 'GET', path: tokenPath }),
  }),
  ...of('app_not_found', 'External client app is not installed in this org', {
    'an external client app of another org': appWith({ kind: 'externalClientApp', settings: { installed: false } }),
  }),
  ...of('invalid_grant', 'ip restricted or invalid login hours', {
    'login IP ranges of the profile': async () =>
      appWith({ user: { profile: await makeProfile({ loginIpRanges: elsewhere }) } })(),
    'login hours of the profile': async () =>
      appWith({ user: { profile: await makeProfile({ loginHours: never }) } })(),
  }),
  ...of('invalid_grant', 'ip restricted', {
    'trusted IP ranges of the app': appWith({ settings: { trustedIpRanges: elsewhere } }),
  }),
  ...of('invalid_grant', 'login rate exceeded', {
    '3,600 logins of one user in an hour': async () => {
      const login = ask(credentials(await makeApp()));
      for (let done = 0; done < 3600; done += 100) {
        const answers = await Promise.all(Array.from({ length: 100 }, () => send(login)));
        assert.ok(answers.every(({ status }) => status === 200));
      }
      return login;
    },
  }),
  ...of('invalid_grant', 'authentication failure', {
    'a wrong password': async () => {
      await change('/settings', '', { usernamePasswordFlow: true });
      const app = await makeApp();
      await setup('POST', `/users/${app.userId}/password`);
      return ask({ ...credentials(app), grant_type: 'password', username: app.username, password: 'wrong' });
    },
    'the username-password flow blocked in the org': async () => {
      await change('/settings', '', { usernamePasswordFlow: false });
      const app = await makeApp();
      const { password } = await setup('POST', `/users/${app.userId}/password`);
      return ask({ ...credentials(app), grant_type: 'password', username: app.username, password });
    },
  }),
  ...of('invalid_grant', "user hasn't approved this consumer", {
    'an assertion for a user who is not pre-authorized': async () => assertion(await makeApp(signing)),
  }),
  ...of('invalid_grant', 'Audience validation failed', {
    // Also seen: audience is invalid.
    'an assertion for another server': async () =>
      assertion(await makeApp(signing), { aud: 'https://elsewhere.example' }),
  }),
  ...of('invalid_grant', 'invalid assertion', {
    'an app without a certificate': async () => assertion(await makeApp()),
    'an assertion that has ended': async () => assertion(await makeApp(signing), { exp: 1_000_000 }),
  }),
];

test('what is set up decides what the token endpoint answers, to the letter', async (t) => {
  const working = await send(ask(credentials(await makeApp())));
  assert.equal(working.status, 200, 'an app as it is made here works');
  for (const { error, description, by, bring } of cases) {
    await t.test(`${error}, ${description}: ${by}`, async () => {
      const { status, text, headers } = await send(await bring());
      assert.equal(text, JSON.stringify({ error, error_description: description }));
      assert.equal(status, 400);
      assert.equal(headers['content-type'], 'application/json;charset=UTF-8');
      assert.match(String(headers['cache-control']), /no-store/);
    });
  }
});
