/** curl, with the lines a person types: the token, and a query with it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { skipUnless } from './skip-aloud.js';
import { startOrg } from './start-org.js';

const run = promisify(execFile);
const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);
const skip = skipUnless(hasCurl, 'curl');
let org;

before(async () => {
  if (!skip) org = await startOrg();
});

after(() => org?.stop());

async function curl(...args) {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '20', ...args]);
  return stdout;
}

/** The secret comes over standard input, so that it stands in no list of processes. */
async function token() {
  const child = run('curl', [
    ...['--silent', '--show-error', '--max-time', '20', `${org.url}/services/oauth2/token`],
    ...[
      '-d',
      'grant_type=client_credentials',
      '-d',
      `client_id=${org.consumerKey}`,
      '--data-urlencode',
      'client_secret@-',
    ],
  ]);
  child.child.stdin.end(org.consumerSecret);
  return JSON.parse((await child).stdout);
}

test('curl gets a token whose signature verifies with the consumer secret', { skip }, async () => {
  const answer = await token();
  assert.deepEqual(Object.keys(answer), [
    'access_token',
    'signature',
    'scope',
    'instance_url',
    'id',
    'token_type',
    'issued_at',
  ]);
  assert.equal(answer.token_type, 'Bearer');
  assert.equal(answer.instance_url, org.url);
  const signature = createHmac('sha256', org.consumerSecret)
    .update(answer.id + answer.issued_at)
    .digest('base64');
  assert.equal(answer.signature, signature);
});

test('curl queries with the token, with one slash before the path or with two', { skip }, async () => {
  const { access_token: accessToken, instance_url: instanceUrl } = await token();
  const header = ['-H', `Authorization: Bearer ${accessToken}`];
  for (const slashes of ['/', '//']) {
    const url = `${instanceUrl}${slashes}services/data/v68.0/query?q=SELECT+Id,Name+FROM+Account`;
    assert.deepEqual(JSON.parse(await curl(...header, url)), { totalSize: 0, done: true, records: [] });
  }
});

test('curl gets compressed answers when it asks, and sends a body of any size', { skip }, async () => {
  const { access_token: accessToken } = await token();
  const header = ['-H', `Authorization: Bearer ${accessToken}`];
  const describe = await curl(...header, '--compressed', `${org.url}/services/data/v68.0/sobjects/Account/describe`);
  assert.equal(JSON.parse(describe).name, 'Account');
  const created = await curl(
    ...header,
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"Name":"curl"}',
    `${org.url}/services/data/v68.0/sobjects/Account/`,
  );
  assert.equal(JSON.parse(created).success, true);
});

test('curl without a token is refused with a list of one error', { skip }, async () => {
  const answer = await curl('-w', ' %{http_code}', `${org.url}/services/data/v68.0/limits`);
  assert.equal(answer, '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}] 401');
});
