import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenFor } from '../agent-api/agent-in-test.ts';
import { type IntegrateInTest, openIntegrateInTest } from '../integrate/integrate-in-test.ts';
import { hubOperations } from './operations.ts';

const words = (text: string) => text.trim().split(/\s+/);

/** Who may do what, by the least role that may; written here a second time, so that no operation gets its role by accident. */
const least = {
  anybody: words(`
    logIn getDescription
  `),
  viewer: words(`
    listMatters getThroughput getSession changeOwnPassword logOut listRemoteSites getRemoteSite listConnections getConnection listAgents
    getAgent listIntegrations getIntegration listInterfaces getInterface getInterfaceUse showNextRuns testMapping
    listInterfaceVersions getInterfaceVersion compareInterfaceVersions listRuns getRun listAgentsOnBoard
    listInterfacesOnBoard listReportsOnBoard listFormulaFunctions checkFormula listMessages countMessages exportMessages getMessage previewMessages getMessageTask
    getRetention previewRetention listApiClients getApiClient listPeople getPerson listAuditTrail
  `),
  operator: words(`
    pingAgent pingSalesforce pingSecondKeyPair listTables listColumns sampleRows sampleRecords listObjects
    describeObject pingDialledAgent testMappingOnRecords testMappingOnRows startRuns cancelRun reprocessMessages cancelMessages
    editMessage resolveMessage
  `),
  administrator: words(`
    createRemoteSite changeRemoteSite deleteRemoteSite createConnection changeConnection deleteConnection
    pingAgentDraft pingSalesforceDraft forgetAgentCertificate enterSecondKeyPair forgetSecondKeyPair switchKeyPair
    createRegistrationCode renameAgent revokeAgent createIntegration changeIntegration orderInterfaces
    deleteIntegration createInterface changeInterface deleteInterface keepTestCase restoreInterfaceVersion giveUpRun
    changeRetention createApiClient changeApiClient rotateApiClientSecret deleteApiClient createPerson changePerson
    resetPassword
  `),
} as const;

const ranks = ['viewer', 'operator', 'administrator'] as const;
const leastOf = new Map(Object.entries(least).flatMap(([role, ids]) => ids.map((id) => [id, role] as const)));

/** What would end the session of whoever tries it. */
const ends = new Set(['logOut', 'changeOwnPassword']);

test('each operation is in the table of roles, under a name of its own', () => {
  const ids = hubOperations.map(({ id }) => id).toSorted();
  assert.deepEqual(ids, [...leastOf.keys()].toSorted());
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, signed, role } of hubOperations)
    assert.equal(signed ? (role ?? 'viewer') : 'anybody', leastOf.get(id), id);
});

test('each role is let into its own operations, and refused at those of the roles above it', async () => {
  await using stage = await openIntegrateInTest();
  const trail = async () => (await stage.call('GET', '/audit-trail?search=Created')).json.total;
  for (const [rank, role] of ranks.entries()) {
    const person = await stage.logInAs(role);
    const before = await trail();
    for (const { id, method, path, body } of hubOperations) {
      if (ends.has(id)) continue;
      const wanted = ranks.indexOf(leastOf.get(id) as 'viewer');
      // What is not there, with a body that says nothing: it is told apart only behind the role.
      const { status } = await person.call(
        method,
        path.replaceAll(/:\w+/g, '999'),
        body === undefined ? undefined : {},
      );
      if (wanted > rank) assert.equal(status, 403, `${role} at ${id}`);
      else assert.ok(![401, 403].includes(status) || id === 'logIn', `${role} at ${id}: ${status}`);
    }
    if (role !== 'administrator') assert.equal(await trail(), before, `${role} created nothing`);
  }
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('a token is good for its own API alone, a session for the Console alone', async () => {
  await using stage = await openIntegrateInTest();
  const messages = await stage.addClient({ name: 'Reader', scopes: ['messages'] });
  const tokens = [stage.client.token, messages.token, stage.agent.token];
  for (const { id, method, path, signed } of hubOperations.filter((one) => one.signed))
    for (const token of tokens) {
      const { status } = await stage.inject(method, path.replaceAll(/:\w+/g, '1'), { headers: bearer(token) });
      assert.equal(status, signed ? 401 : status, id);
    }
  for (const token of [messages.token, stage.agent.token]) {
    assert.equal((await stage.send({ body: '{"number":1}', token })).status, 403);
    assert.equal((await stage.ask('/V4/calls/x', token)).status, 403);
  }
  const withSession = await callAs(stage, '/V4/integrate?integration=Shop&interface=orders', stage.headers);
  assert.equal(withSession.statusCode, 401);
  assert.equal((await callAs(stage, '/agent/v1/requests', stage.headers)).statusCode, 401);
});

test('tokens end with their client: made inactive, given a new secret, bound elsewhere, or deleted', async () => {
  await using stage = await openIntegrateInTest();
  await stage.addInterface({ name: 'other', object: 'Other__c' });
  const client = await stage.addClient({ name: 'Second' });
  const { id } = client;
  const put = async (change: object) => {
    const { name, scopes, interfaces, tokenMinutes, active, version } = (await stage.call('GET', `/api-clients/${id}`))
      .json;
    const given = { name, scopes, interfaces, tokenMinutes, active, version, ...change };
    const { status, errors } = await stage.call('PUT', `/api-clients/${id}`, given);
    assert.equal(status, 200, JSON.stringify(errors));
  };
  const status = async () => (await stage.send({ body: '{"number":7}', token: client.token })).status;
  assert.equal(await status(), 202);
  await put({ scopes: ['messages'] });
  assert.equal(await status(), 403, 'the scope was taken away');
  await put({ scopes: ['integrate'], interfaces: ['Shop/other'] });
  assert.equal(await status(), 403, 'it is bound to another interface');
  await put({ active: false });
  assert.equal(await status(), 401);
  assert.equal((await tokenFor(stage, client.clientId, client.clientSecret)).json.error, 'invalid_client');
  await put({ active: true });
  await stage.call('DELETE', `/api-clients/${id}`);
  assert.equal(await status(), 401);
});

test('what one client sent is not there for another, by its id or by its key for repeating', async () => {
  await using stage = await openIntegrateInTest();
  await stage.addInterface({ name: 'secret', object: 'Secret__c' });
  const bound = await stage.addClient({ name: 'Bound', interfaces: ['Shop/orders'] });
  const once = { headers: { 'idempotency-key': 'the same for both' } };
  const first = await stage.send({ body: '{"number":1,"note":"of the first"}', ...once });
  const second = await stage.send({ body: '{"number":2}', ...once, token: bound.token });
  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.notEqual(first.json.call, second.json.call, 'an answer to one is not repeated to the other');
  for (const query of ['', '?response-format=CSV', '?after=0&limit=1000']) {
    const stolen = await stage.ask(`/V4/calls/${first.json.call}${query}`, bound.token);
    const unknown = await stage.ask(`/V4/calls/00000000-0000-4000-8000-000000000000${query}`, bound.token);
    assert.deepEqual([stolen.status, stolen.text], [404, unknown.text], 'it is as if there were none');
  }
  for (const query of ['integration=Shop&interface=secret', 'integration=shop&interface=SECRET'])
    assert.equal((await stage.send({ body: '{"number":3}', query, token: bound.token })).status, 403);
  const nested = await stage.send({ body: '{"number":4,"secret":[{"number":5}]}', token: bound.token });
  assert.equal(nested.status, 403, nested.text);
  assert.deepEqual(
    stage.sql(`SELECT message.id FROM message JOIN known_interface k ON k.id = interface_id WHERE k.name = 'secret'`),
    [],
  );
});

function callAs({ hub }: IntegrateInTest, url: string, headers: Record<string, string>) {
  const typed = { 'content-type': 'application/json', ...headers };
  return hub.app.inject({ method: 'POST', url, headers: typed, payload: '{}' });
}
