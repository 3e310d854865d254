import assert from 'node:assert/strict';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog, SluiceError } from '../../base/index.ts';
import { openHub } from '../hub.ts';
import { openHubInTest } from '../hub-in-test.ts';

const agent = { hostUrl: 'https://127.0.0.1', portForward: 9, username: 'sluice-agent', password: 'agent-password' };
const salesforce = { environment: 'production', myDomainUrl: 'acme.my.salesforce.com', consumerKey: 'key' };
const database = { database: 'postgres', host: 'db.example', databaseName: 'crm', user: 'reader' };
const unpinged = { name: 'acme', type: 'agentDatabase', agent, database, salesforce, withoutPing: true };

test('each field that is wrong is named, with what to enter instead', async () => {
  await using hub = await openHubInTest();
  const cases: [object, string, RegExp][] = [
    [{ name: 'a b' }, 'name', /right form/],
    [{ type: 'database' }, 'type', /none of the values/],
    [{ agent: { ...agent, hostUrl: undefined } }, 'agent.hostUrl', /Host URL is required/],
    [{ agent: { ...agent, hostUrl: 'http://agent.example' } }, 'agent.hostUrl', /Host URL is plain http/],
    [{ agent: { ...agent, hostUrl: 'https://127.0.0.1:9055' } }, 'agent.hostUrl', /holds a port/],
    [{ agent: { ...agent, password: undefined } }, 'agent.password', /required/],
    [{ agent: { agentId: 'nobody' } }, 'agent.agentId', /knows no agent/],
    [{ agent: { ...agent, agentId: 'nobody' } }, 'agent.agentId', /exclude each other/],
    [{ database: { ...database, host: undefined } }, 'database.host', /Host is required/],
    [{ type: 'agentFile' }, 'database.folder', /Folder is required/],
    [
      { salesforce: { ...salesforce, myDomainUrl: 'https://login.salesforce.com' } },
      'salesforce.myDomainUrl',
      /no My Domain/,
    ],
    [{ salesforce: { ...salesforce, myDomainUrl: 'http://acme.example' } }, 'salesforce.myDomainUrl', /plain http/],
    [
      { salesforce: { ...salesforce, tokenUrl: 'https://evil.example/token' } },
      'salesforce.tokenUrl',
      /not on the host/,
    ],
    [{ withoutPing: false }, 'salesforce.consumerSecret', /required/],
    [{ database: { ...database, password: 'secret' } }, 'database.password', /cannot be sealed/],
  ];
  for (const [change, field, message] of cases) {
    const { status, errors } = await hub.call('POST', '/connections', { ...unpinged, ...change });
    assert.deepEqual([status, errors[0]?.field], [400, field], JSON.stringify([change, errors]));
    assert.match(errors[0]?.message ?? '', message);
  }
  assert.equal((await hub.call('GET', '/connections')).json.total, 0);
});

test('a connection saved without ping is unverified, with what follows from what was left out', async () => {
  await using hub = await openHubInTest();
  const { status, json } = await hub.call('POST', '/connections', unpinged);
  assert.deepEqual([status, json.verified, json.verifiedAt, json.agent.agentId], [201, false, null, null]);
  assert.deepEqual([json.database.port, json.database.tls, json.database.passwordKept], [5432, 'verify', false]);
  assert.equal(json.salesforce.tokenUrl, 'https://acme.my.salesforce.com/services/oauth2/token');
  assert.equal((await hub.call('POST', '/connections', { ...unpinged, name: 'ACME' })).errors[0]?.field, 'name');
  const path = `/connections/${json.id}`;
  const ping = await hub.call('POST', `${path}/ping-agent`);
  assert.match(ping.json.steps[0].next, /Remote Sites/);
  assert.equal((await hub.call('POST', `${path}/ping-salesforce`)).status, 409);
  assert.equal((await hub.call('GET', `${path}/objects`)).status, 409);
  const pair = { consumerKey: 'k', consumerSecret: 's', version: json.version };
  assert.equal((await hub.call('PUT', `${path}/second-key-pair`, pair)).status, 409);
  assert.equal((await hub.call('DELETE', path)).status, 204);
});

test('the key under which passwords of agents are sealed lies beside the store, and the hub does not open without it', async () => {
  await using started = await openHubInTest();
  await started.call('POST', '/connections', unpinged);
  const { hub, folder } = started;
  const file = join(folder, 'hub.key');
  assert.equal((await stat(file)).mode & 0o077, 0);
  await hub.close();
  await rename(file, `${file}.away`);
  await assert.rejects(
    openHub({ folder, log: createLog({ level: 'silent' }) }),
    (error) => error instanceof SluiceError && error.code === 'KEY_FILE_INVALID',
  );
});

test('what an operator may do with a connection is to ping it and to look; what a viewer may, to see that it is there', async () => {
  await using hub = await openHubInTest();
  const { json } = await hub.call('POST', '/connections', unpinged);
  const path = `/connections/${json.id}`;
  const operator = await hub.logInAs('operator');
  assert.equal((await operator.call('POST', `${path}/ping-agent`)).status, 200);
  assert.equal((await operator.call('POST', '/connections', unpinged)).status, 403);
  const viewer = await hub.logInAs('viewer');
  assert.equal((await viewer.call('GET', path)).status, 200);
  assert.equal((await viewer.call('GET', `${path}/tables`)).status, 403);
  assert.equal((await viewer.call('POST', `${path}/ping-agent`)).status, 403);
});
