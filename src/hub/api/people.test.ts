import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';
import { openHubStore } from '../store/index.ts';

test('a person is added with a password that is shown once, logs in, and changes it', async () => {
  await using hub = await openHubInTest();
  const added = await hub.call('POST', '/people', {
    username: 'ann',
    name: 'Ann',
    role: 'operator',
    email: 'ann@x.example',
  });
  assert.equal(added.status, 201);
  const ann = await hub.logIn('ANN', added.json.password);
  assert.equal(ann.answer.json.person.role, 'operator');
  const wrong = { currentPassword: 'not it', newPassword: 'a sentence of mine' };
  assert.equal((await ann.call('POST', '/session/password', wrong)).errors[0]?.field, 'currentPassword');
  const right = { ...wrong, currentPassword: added.json.password };
  assert.equal((await ann.call('POST', '/session/password', right)).status, 204);
  assert.equal((await ann.call('GET', '/session')).status, 401, 'logged out everywhere');
  assert.equal((await hub.logIn('ann', 'a sentence of mine')).answer.status, 201);
});

test('somebody made inactive is out at once and cannot log in', async () => {
  await using hub = await openHubInTest();
  const viewer = await hub.logInAs('viewer');
  const change = { version: 1, active: false };
  assert.equal((await hub.call('PATCH', `/people/${viewer.id}`, change)).json.active, false);
  assert.equal((await viewer.call('GET', '/session')).status, 401);
});

test('of two who edit one person the second is told, and nothing of the first is lost', async () => {
  await using hub = await openHubInTest();
  const { id } = (await hub.call('POST', '/people', { username: 'bob', name: 'Bob', role: 'viewer' })).json;
  assert.equal((await hub.call('PATCH', `/people/${id}`, { version: 1, name: 'Robert' })).status, 200);
  const second = await hub.call('PATCH', `/people/${id}`, { version: 1, role: 'operator' });
  assert.equal(second.status, 409);
  assert.match(second.errors[0]?.message ?? '', /Somebody else changed this/);
  const { name, role } = (await hub.call('GET', `/people/${id}`)).json;
  assert.deepEqual([name, role], ['Robert', 'viewer']);
});

test('the last active administrator stays one', async () => {
  await using hub = await openHubInTest();
  for (const change of [{ role: 'viewer' }, { active: false }]) {
    const refused = await hub.call('PATCH', '/people/1', { version: 1, ...change });
    assert.deepEqual([refused.status, refused.errors[0]?.message], [400, 'This is the last active administrator.']);
  }
});

test('a username is taken once, whatever its case', async () => {
  await using hub = await openHubInTest();
  const refused = await hub.call('POST', '/people', { username: 'ADMIN', name: 'x', role: 'viewer' });
  assert.deepEqual([refused.status, refused.errors[0]?.field], [400, 'username']);
});

test('every change stands in the audit trail, with who made it, and no password', async () => {
  await using hub = await openHubInTest();
  const { json } = await hub.call('POST', '/people', { username: 'eve', name: 'Eve', role: 'viewer' });
  await hub.call('PATCH', `/people/${json.id}`, { version: 1, role: 'operator' });
  const trail = (await hub.call('GET', '/audit-trail?search=eve')).json;
  assert.deepEqual(
    trail.rows.map(({ actor, display }: { actor: string; display: string }) => [actor, display]),
    [
      ['admin', 'Changed person eve: role was viewer, now operator'],
      ['admin', 'Created person eve (viewer)'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(trail), new RegExp(json.password));
});

test('from the seventh wrong password on one has to wait', async () => {
  await using hub = await openHubInTest();
  for (let round = 0; round < 6; round += 1) assert.equal((await hub.logIn('admin', 'wrong')).answer.status, 401);
  const { answer } = await hub.logIn('admin', 'wrong');
  assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '30']);
});

test('of two administrators who take the role from each other at once, one keeps it', async () => {
  await using hub = await openHubInTest();
  const second = await hub.logInAs('administrator');
  const change = { version: 1, role: 'viewer' };
  const calls = [hub.call('PATCH', `/people/${second.id}`, change), second.call('PATCH', '/people/1', change)];
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(', '));
});

test('the last administrator is told so in the transaction too, when two were looked at before', async () => {
  await using started = await openHubInTest();
  const { id } = await started.logInAs('administrator');
  const { hub, folder, clock } = started;
  await hub.close();
  await using store = openHubStore(folder, { clock });
  const demote = (person: number) => store.people.change('test', person, { version: 1, role: 'viewer' });
  const outcomes = await Promise.allSettled([demote(1), demote(id)]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});
