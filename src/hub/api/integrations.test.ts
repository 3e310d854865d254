import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';

test('an integration is made, changed, put to a hard stop and deleted; what is left out stays', async () => {
  await using hub = await openHubInTest();
  const made = await hub.call('POST', '/integrations', { name: 'Retail', description: 'shops' });
  assert.deepEqual([made.json.sequence, made.json.state, made.json.interfaces], [1, 'active', 0]);
  assert.equal((await hub.call('POST', '/integrations', { name: 'Finance' })).json.sequence, 2);
  const path = `/integrations/${made.json.id}`;
  const stopped = await hub.call('PUT', path, { name: 'Retail', state: 'stopped', version: 1 });
  assert.deepEqual([stopped.json.state, stopped.json.description, stopped.json.version], ['stopped', 'shops', 2]);
  assert.equal((await hub.call('PUT', path, { name: 'Retail', version: 1 })).status, 409);
  assert.equal((await hub.call('GET', '/integrations?search=shop')).json.total, 1);
  const trail = (await hub.call('GET', '/audit-trail?search=Retail')).json.rows;
  assert.deepEqual(
    trail.map(({ display }: { display: string }) => display),
    ['Changed integration Retail (stopped)', 'Created integration Retail'],
  );
  assert.equal((await hub.call('DELETE', path)).status, 204);
  assert.equal((await hub.call('GET', path)).status, 404);
});

test('a name is there once, whatever its case, and can stand in a file', async () => {
  await using hub = await openHubInTest();
  await hub.call('POST', '/integrations', { name: 'Retail' });
  const finance = (await hub.call('POST', '/integrations', { name: 'Finance' })).json;
  for (const name of ['retail', '../x', '', 'a/b']) {
    const { status, errors } = await hub.call('PUT', `/integrations/${finance.id}`, { name, version: 1 });
    assert.deepEqual([status, errors[0]?.field], [400, 'name'], name);
  }
});
