import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCall } from '../../web/any-call-in-test.ts';
import { openHubInTest } from '../hub-in-test.ts';
import { hubOperations } from './operations.ts';

const ends = new Set(['logIn', 'logOut', 'changeOwnPassword', 'resetPassword']);
const calls = hubOperations.filter(({ id }) => !ends.has(id));

test('whatever is sent to any operation, the answer is as described, and never a failure of the hub', async () => {
  await using hub = await openHubInTest();
  await hub.call('POST', '/remote-sites', { name: 'Agent', url: 'https://127.0.0.1:9055' });
  await hub.call('POST', '/integrations', { name: 'Retail' });
  const ids = ['1', '2', '0', '-1', 'x', '%00', '..%2f', '9007199254740993', '1e3', '1.5'] as const;
  let good = 0;
  let refused = 0;
  const property = fc.asyncProperty(anyCall(calls, ids), async ({ operation, path, body }) => {
    const { status } = await hub.call(operation.method, path, body);
    assert.ok(status < 500 && status !== 401, `${operation.id} answered ${status}`);
    if (status < 300) good += 1;
    else refused += 1;
  });
  await fc.assert(property, { numRuns: 800 });
  assert.ok(good > 50 && refused > 50, `${good} good, ${refused} refused`);
});
