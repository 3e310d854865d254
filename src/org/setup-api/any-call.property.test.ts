import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCall } from '../../web/any-call-in-test.ts';
import { setupOperations } from './operations.ts';
import { openSetupInTest } from './setup-in-test.ts';

const ends = new Set(['logOut', 'logIn']);
const calls = setupOperations.filter(({ id }) => !ends.has(id));

test('whatever is sent to any operation, the answer is as described, and never a failure of the org', async () => {
  await using setup = await openSetupInTest();
  const { user } = (await setup.call('GET', '/session')).json;
  const app = (await setup.call('GET', '/apps')).json.rows[0];
  const profile = (await setup.call('GET', '/profiles')).json.rows[0];
  await setup.verify();
  const ids = [app.id, profile.id, 'Account', 'x', '%00', '..%2f', '005000000000000AAA', user.id.slice(0, 15)] as const;
  let good = 0;
  let refused = 0;
  const property = fc.asyncProperty(anyCall(calls, ids), async ({ operation, path, body }) => {
    const { status } = await setup.call(operation.method, path, body);
    assert.ok(status < 500 && status !== 401, `${operation.id} answered ${status}`);
    if (status < 300) good += 1;
    else refused += 1;
  });
  await fc.assert(property, { numRuns: 1500 });
  assert.ok(good > 100 && refused > 100, `${good} good, ${refused} refused`);
});
