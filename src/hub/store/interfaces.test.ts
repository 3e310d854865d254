import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import type { ApiRefused } from '../../web/index.ts';
import { openHubStore } from './index.ts';

test('a name or place that was free when it was looked at, and is taken when it is written, is told to the second', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-hub-store-'));
  try {
    await using store = openHubStore(folder, { clock: createClockInTest() });
    const integration = { name: 'Retail', description: null, sequence: 1, state: 'active' } as const;
    const made = await store.integrations.add('admin', integration);
    const definition = {
      name: 'shops',
      integration: 'Retail',
      sequence: 1,
      status: 'deployed',
      connection: 'warehouse',
      source: { table: 'shop' },
      object: 'Account',
      operation: 'insert',
      mapping: { Name: 'name' },
    } as const;
    const add = (change: object) =>
      store.interfaces.add('admin', { integrationId: made.id, definition: { ...definition, ...change } });
    const outcomes = await Promise.allSettled([
      add({}),
      add({ name: 'SHOPS', sequence: 2 }),
      add({ name: 'goods' }),
      store.integrations.add('admin', { ...integration, name: 'RETAIL' }),
      store.integrations.remove('admin', made),
    ]);
    const refusals = outcomes.map((one) =>
      one.status === 'rejected' ? (one.reason as ApiRefused).refusal.status : null,
    );
    assert.deepEqual(refusals, [null, 409, 409, 409, 409]);
    assert.deepEqual(
      store.audit.list({}).rows.map(({ action }) => action),
      ['createdInterface', 'createdIntegration'],
      'nothing stays of what was refused',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
