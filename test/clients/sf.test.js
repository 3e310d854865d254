/** The sf command line as it is on npm, unchanged, against the org in a box: every result is compared with what the org holds. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { skipUnless } from './skip-aloud.js';
import { startOrgWithLogin } from './start-org.js';

const program = join(import.meta.dirname, 'node_modules', '@salesforce', 'cli', 'bin', 'run.js');
const guard = pathToFileURL(join(import.meta.dirname, 'only-loopback.js')).href;
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const keys = { jwt: `3MVG9${'j'.repeat(60)}`, web: `3MVG9${'w'.repeat(60)}` };
const webSecret = 'web-login-secret-of-sf-0123456789';

let org;
let home;
let privateKeyFile;
/** What the org holds, asked over REST. */
let ask;

before(async () => {
  const port = await freePort();
  org = await startOrgWithLogin({ more: appsFor(port), secrets: { SLUICE_SECRET_WEB: webSecret } });
  home = join(org.folder, 'home');
  const projectFile = join(home, 'sfdx-project.json');
  await mkdir(home, { mode: 0o700 });
  await writeFile(
    projectFile,
    JSON.stringify({ packageDirectories: [], oauthLocalPort: port, sourceApiVersion: '68.0' }),
  );
  privateKeyFile = join(org.folder, 'server.key');
  await writeFile(privateKeyFile, pair.privateKey, { mode: 0o600 });
  const token = await clientCredentials();
  ask = async (path) => {
    const answer = await fetch(`${org.url}/services/data/v68.0/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 200, path);
    return answer.json();
  };
  await addAccounts(token);
});

after(() => org?.stop());

const appsFor = (port) => `
users:
  - { username: admin@clients.example, lastName: Admin }
connectedApps:
  - name: Main
    scopes: [api, id]
    clientCredentials: { enabled: true, runAs: admin@clients.example }
  - name: sf by JWT
    consumerKey: ${keys.jwt}
    callbackUrls: ["http://localhost:${port}/OauthRedirect"]
    scopes: [api, web, refresh_token]
    permittedUsers: AdminApprovedPreAuthorized
    profiles: [System Administrator]
    certificate: |
      ${pair.publicKey.trim().replaceAll('\n', '\n      ')}
  - name: sf by web
    consumerKey: ${keys.web}
    consumerSecret: env:SLUICE_SECRET_WEB
    callbackUrls: ["http://localhost:${port}/OauthRedirect"]
    scopes: [api, web, refresh_token]
    requirePkce: true
`;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function clientCredentials() {
  const form = { grant_type: 'client_credentials', client_id: org.consumerKey, client_secret: org.consumerSecret };
  const answer = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  return (await answer.json()).access_token;
}

async function addAccounts(token) {
  const records = ['Acme', 'Söhne & Co', 'Third "quoted"'].map((Name, index) => {
    return { attributes: { type: 'Account' }, Name, Ext__c: `A-${index}` };
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ records });
  const answer = await fetch(`${org.url}/services/data/v68.0/composite/sobjects`, { method: 'POST', headers, body });
  assert.ok((await answer.json()).every(({ success }) => success));
}

/** All that the program keeps is in a folder that goes with the org; it sends nothing home and looks for no new version. */
const environment = () => ({
  PATH: process.env.PATH,
  HOME: home,
  SF_DATA_DIR: join(home, 'data'),
  SF_CONFIG_DIR: join(home, 'config'),
  SF_CACHE_DIR: join(home, 'cache'),
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  SF_DISABLE_TELEMETRY: 'true',
  SF_DISABLE_AUTOUPDATE: 'true',
  SF_AUTOUPDATE_DISABLE: 'true',
  SF_SKIP_NEW_VERSION_CHECK: 'true',
  SF_TEMP_SHOW_SECRETS: 'true',
  NODE_OPTIONS: `--import=${guard}`,
});

const deadlineMs = 120_000;

/** Runs `sf` and gives what it prints as JSON; `status` is its own, 0 for success. */
async function sf(args, { env = {}, input = '', triesElsewhere = false } = {}) {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    cwd: home,
    env: { ...environment(), ...env },
    stdio: 'pipe',
    timeout: deadlineMs,
  });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (!triesElsewhere) assert.doesNotMatch(err, /refused to connect/, 'no other machine was asked');
  const start = out.search(/\{\n {2}"/);
  assert.ok(start >= 0, `sf ${args.join(' ')} printed no JSON: ${out} ${err}`);
  return JSON.parse(out.slice(start));
}

async function checkQuery(alias) {
  const soql = 'SELECT Id, Name, Ext__c FROM Account ORDER BY Ext__c';
  const { status, result } = await sf(['data', 'query', '--target-org', alias, '--query', soql]);
  assert.equal(status, 0);
  const held = await ask(`query?q=${encodeURIComponent(soql)}`);
  assert.equal(result.totalSize, 3);
  assert.deepEqual(result.records, held.records);
}

test('sf org login access-token stores a token that was got elsewhere', async () => {
  const { records } = await ask('query?q=SELECT+Id+FROM+Organization');
  const args = ['org', 'login', 'access-token', '--instance-url', org.url, '--alias', 'token', '--no-prompt'];
  const { status, result } = await sf(args, { env: { SF_ACCESS_TOKEN: await clientCredentials() } });
  assert.equal(status, 0);
  assert.deepEqual([result.username, result.orgId], ['admin@clients.example', records[0].Id]);
  await checkQuery('token');
});

test('sf org login jwt signs in with a key of its own', async () => {
  const args = ['org', 'login', 'jwt', '--client-id', keys.jwt, '--jwt-key-file', privateKeyFile];
  const of = ['--username', 'admin@clients.example', '--instance-url', org.url, '--alias', 'jwt'];
  const { status, result } = await sf([...args, ...of]);
  assert.equal(status, 0);
  assert.deepEqual([result.username, result.instanceUrl], ['admin@clients.example', org.url]);
  await checkQuery('jwt');
});

/** It leaves at once, as a browser does that has a window: only then does the program listen for its way back. */
async function writeBrowser() {
  const file = join(org.folder, 'browser');
  const run = `"${process.execPath}" "${join(import.meta.dirname, 'browser.js')}" "$1"`;
  await writeFile(file, `#!/bin/sh\n(sleep 1; ${run}) >"${file}.log" 2>&1 &\n`);
  await chmod(file, 0o700);
  return file;
}

const skip = skipUnless(process.platform === 'linux', 'a browser that the variable BROWSER names');

test('sf org login web goes through the login page, and refreshes its token by itself', { skip }, async () => {
  const browser = await writeBrowser();
  const args = ['org', 'login', 'web', '--instance-url', org.url, '--client-id', keys.web, '--alias', 'web'];
  const env = { BROWSER: browser, SLUICE_TEST_LOGIN: org.administrator.file };
  const { status, result } = await sf(args, { env, input: `${webSecret}\n` });
  assert.equal(status, 0);
  assert.deepEqual([result.username, result.clientId], ['admin@clients.example', keys.web]);
  await checkQuery('web');
  const body = new URLSearchParams({ token: result.accessToken });
  assert.equal((await fetch(`${org.url}/services/oauth2/revoke`, { method: 'POST', body })).status, 200);
  await checkQuery('web');
});

test('sf org display shows the org and who is signed in', async () => {
  const { status, result } = await sf(['org', 'display', '--target-org', 'jwt']);
  assert.equal(status, 0);
  const { records } = await ask('query?q=SELECT+Id,Name+FROM+Organization');
  assert.equal(result.id, records[0].Id);
  assert.equal(result.username, 'admin@clients.example');
  assert.equal(result.instanceUrl, org.url);
  assert.equal(result.connectedStatus, 'Connected');
  assert.match(result.accessToken, /^00D\w{12}![\w.]+$/);
});

test('sf org list limits shows what the org says', async () => {
  const { status, result } = await sf(['org', 'list', 'limits', '--target-org', 'jwt']);
  assert.equal(status, 0);
  const limits = await ask('limits');
  const shown = new Map(result.map(({ name, max, remaining }) => [name, { Max: max, Remaining: remaining }]));
  assert.deepEqual([...shown.keys()].sort(), Object.keys(limits).sort());
  // The calls of this very test count.
  for (const [name, { Max, Remaining }] of Object.entries(limits)) {
    assert.equal(shown.get(name).Max, Max, name);
    if (name !== 'DailyApiRequests') assert.equal(shown.get(name).Remaining, Remaining, name);
  }
  assert.ok(shown.get('DailyApiRequests').Remaining > limits.DailyApiRequests.Remaining);
});

test('sf data query is refused with the words of Salesforce', async () => {
  const refused = await sf(['data', 'query', '--target-org', 'jwt', '--query', 'SELECT Nope FROM Account']);
  assert.equal(refused.status, 1);
  assert.equal(refused.name, 'INVALID_FIELD');
  assert.match(refused.message, /No such column 'Nope' on entity 'Account'/);
});

test('sf org login jwt is refused for a key that is not the one of the app', async () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const file = join(org.folder, 'other.key');
  await writeFile(file, other, { mode: 0o600 });
  const form = ['--client-id', keys.jwt, '--jwt-key-file', file, '--username', 'admin@clients.example'];
  // It then tries login.salesforce.com, which only-loopback.js keeps it from.
  const refused = await sf(['org', 'login', 'jwt', ...form, '--instance-url', org.url], { triesElsewhere: true });
  assert.equal(refused.status, 1);
  assert.match(JSON.stringify(refused), /invalid assertion/);
});
