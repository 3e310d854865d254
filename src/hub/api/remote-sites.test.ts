import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';

const site = { name: 'Warehouse_Agent', url: 'https://agent.example:9055/', description: 'beside the warehouse' };

test('a remote site is made, changed, found and deleted', async () => {
  await using hub = await openHubInTest();
  const made = await hub.call('POST', '/remote-sites', site);
  assert.deepEqual([made.status, made.json.url, made.json.active], [201, 'https://agent.example:9055', true]);
  const path = `/remote-sites/${made.json.id}`;
  const changed = await hub.call('PUT', path, { ...site, active: false, version: made.json.version });
  assert.deepEqual([changed.json.active, changed.json.version], [false, 2]);
  assert.equal((await hub.call('PUT', path, { ...site, version: 1 })).status, 409);
  assert.equal((await hub.call('GET', '/remote-sites?search=warehouse')).json.total, 1);
  assert.equal((await hub.call('DELETE', path)).status, 204);
  assert.equal((await hub.call('GET', path)).status, 404);
});

test('each wrong turn is answered at its field, with what to do', async () => {
  await using hub = await openHubInTest();
  await hub.call('POST', '/remote-sites', site);
  const cases: [object, string, RegExp][] = [
    [{ ...site, name: 'warehouse_agent', url: 'https://x.example' }, 'name', /already/],
    [{ ...site, name: 'Other' }, 'url', /allowed already, by Warehouse_Agent/],
    [{ ...site, name: 'not a name' }, 'name', /right form/],
    [{ name: 'A', url: 'agent.example' }, 'url', /no address of a server/],
    [{ name: 'A', url: 'ftp://agent.example' }, 'url', /no address of a server/],
    [{ name: 'A', url: 'https://u:p@agent.example' }, 'url', /a user or a password/],
    [{ name: 'A', url: 'https://agent.example/path' }, 'url', /more than scheme, host and port/],
    [{ name: 'A', url: 'http://agent.example:9055' }, 'url', /plain http/],
    [{ name: 'A' }, 'url', /required/],
  ];
  for (const [body, field, message] of cases) {
    const { status, errors } = await hub.call('POST', '/remote-sites', body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.equal(errors[0]?.field, field);
    assert.match(errors[0]?.message ?? '', message);
    assert.match(errors[0]?.next ?? '', /\.$/);
  }
});

test('of many who make the same thing at once one makes it, and the others are told', async () => {
  await using hub = await openHubInTest();
  const calls = [
    ['/remote-sites', site],
    ['/api-clients', { name: 'Shop', scopes: ['integrate'] }],
    ['/people', { username: 'ann', name: 'Ann', role: 'viewer' }],
  ] as const;
  for (const [path, body] of calls) {
    const answers = await Promise.all(Array.from({ length: 5 }, () => hub.call('POST', path, body)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.equal(statuses[0], 201, path);
    assert.ok(
      statuses.slice(1).every((status) => status === 400 || status === 409),
      `${path}: ${statuses.join(', ')}`,
    );
  }
});
