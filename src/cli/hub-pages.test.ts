import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callHubInTest } from '../hub/hub-in-test.ts';
import { openHubClient } from './hub-client.ts';
import { readAllPages } from './hub-pages.ts';
import { hubSettings } from './hub-settings.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

test('a list that is longer than a page is read to its end, each row once, with its filter on every page', async () => {
  await using listening = await openListeningHub();
  const { environment, address } = listening;
  const { call } = await callHubInTest(listening.hub, String(environment.SLUICE_SECRET_HUB));
  const names = Array.from({ length: 405 }, (_, place) => `shop-${place}`);
  for (const name of [...names, 'other']) await call('POST', '/integrations', { name });
  const access = { hub: address, user: 'admin', password: hubSettings.password.default };
  await using hub = await openHubClient(access, { environment, signal: new AbortController().signal });
  const found = await readAllPages<{ name: string }>(hub, '/integrations', { search: 'shop-' });
  assert.deepEqual(
    found.map(({ name }) => name),
    names,
  );
  assert.deepEqual(await readAllPages(hub, '/integrations', { search: 'nothing' }), []);
});
