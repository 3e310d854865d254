/** What the integrate API takes is said where the hub is started, and holds for whoever calls it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepConnectionInTest } from '../../src/hub/connection-in-test.ts';
import { createHubCalls } from './hub-calls.ts';
import { end, startReady } from './ready-program.ts';
import { createFolder } from './stage.ts';

test('a body above --integrate-max-body-mb is refused with its size, one below it is taken, and then --integrate-max-waiting puts off', async (t) => {
  const folder = createFolder(t, 'integrate-flags');
  const flags = ['--integrate-max-body-mb', '1', '--integrate-max-waiting', '2'];
  const hub = await startReady(folder, ['hub', 'start', '--port', '0', '--data', 'hub', ...flags]);
  t.after(() => hub.child.kill('SIGKILL'));
  keepConnectionInTest(join(folder, 'hub'), 'demo');
  const [username, password] = readFileSync(join(folder, 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(hub.ready.url);
  const made = async (path: string, body: object) => {
    const answer = await call('POST', path, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.json));
    return answer.json;
  };
  await made('/session', { username, password });
  await made('/integrations', { name: 'Shop' });
  const fixed = { object: 'Account', operation: 'upsert', externalId: 'Ext__c', source: { table: 'orders' } };
  const definition = { name: 'orders', integration: 'Shop', connection: 'demo', status: 'deployed', ...fixed };
  await made('/interfaces', { definition: { ...definition, mapping: { Ext__c: 'number', Name: 'note' } } });
  const { clientId, clientSecret } = await made('/api-clients', { name: 'Till', scopes: ['integrate'] });
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const token = await fetch(`${hub.ready.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const send = async (rows: object[]) => {
    const answer = await fetch(`${hub.ready.url}/V4/integrate?integration=Shop&interface=orders&mode=Batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const large = await send([{ number: 1, note: 'x'.repeat(1_000_001) }]);
  assert.equal(large.status, 413, large.text);
  assert.match(large.text, /1.?000.?000|1 MB|megabyte/);
  const taken = await send([{ number: 1 }, { number: 2 }, { number: 3 }]);
  assert.equal(taken.status, 202, taken.text);
  let putOff = await send([{ number: 4 }]);
  // What waits is counted from time to time.
  for (let number = 5; putOff.status === 202 && number < 100; number += 1) {
    await sleep(200);
    putOff = await send([{ number }]);
  }
  assert.equal(putOff.status, 429, putOff.text);
  assert.equal(await end(hub, 'SIGTERM'), 0);
});
