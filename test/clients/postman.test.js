/** The Postman collection of the manual, run by newman as a person would run it, against the org in a box. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import newman from 'newman';
import { startOrg } from './start-org.js';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'postman');
const collection = join(folder, 'client-credentials.postman_collection.json');
const environment = join(folder, 'org.postman_environment.json');

let org;

before(async () => {
  org = await startOrg();
});

after(() => org?.stop());

function run(values) {
  const envVar = Object.entries(values).map(([key, value]) => ({ key, value }));
  const { promise, resolve, reject } = Promise.withResolvers();
  newman.run({ collection, environment, envVar, timeoutRequest: 20_000 }, (error, summary) =>
    error ? reject(error) : resolve(summary.run),
  );
  return promise;
}

const failuresOf = ({ failures }) => failures.map(({ source, error }) => `${source?.name}: ${error.message}`);

test('every check of the collection holds against the org', async () => {
  const account = { attributes: { type: 'Account' }, Name: 'Acme' };
  const form = { grant_type: 'client_credentials', client_id: org.consumerKey, client_secret: org.consumerSecret };
  const token = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: accessToken } = await token.json();
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const created = await fetch(`${org.url}/services/data/v68.0/sobjects/Account`, {
    method: 'POST',
    headers,
    body: JSON.stringify(account),
  });
  assert.equal(created.status, 201);
  const { stats, failures, executions } = await run({
    myDomainUrl: org.url,
    consumerKey: org.consumerKey,
    consumerSecret: org.consumerSecret,
  });
  assert.deepEqual(failuresOf({ failures }), []);
  assert.deepEqual([stats.requests.total, stats.assertions.total], [12, 18]);
  const query = executions.find(({ item }) => item.name === 'Query with it');
  assert.equal(query.response.json().records[0].Name, 'Acme');
});

test('the checks can fail: with another secret they do', async () => {
  const result = await run({ myDomainUrl: org.url, consumerKey: org.consumerKey, consumerSecret: 'x'.repeat(40) });
  assert.ok(
    failuresOf(result).some((line) =>
      line.startsWith('Token, secret in the body: expected response to have status code 200'),
    ),
  );
});

test('the environment of the manual holds no secret', async () => {
  const { values } = JSON.parse(await readFile(environment, 'utf8'));
  const found = Object.fromEntries(values.map(({ key, value, type }) => [key, { value, type }]));
  assert.deepEqual(found.consumerSecret, { value: '', type: 'secret' });
  assert.equal(found.consumerKey.value, '');
});
