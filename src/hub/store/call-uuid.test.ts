import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCallUuid } from './call-uuid.ts';

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('the UUID of a call is of version 7, begins with the time, and is the only one of its kind', () => {
  const now = Date.UTC(2026, 0, 1);
  const made = Array.from({ length: 1_000 }, () => createCallUuid(now));
  for (const uuid of made) assert.match(uuid, form);
  assert.equal(new Set(made).size, made.length);
  assert.equal(Number.parseInt((made[0] ?? '').replace('-', '').slice(0, 12), 16), now);
});

test('what came later sorts behind what came before it', () => {
  const times = [1, 255, 256, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, Date.UTC(9999, 0, 1)];
  const made = times.map(createCallUuid);
  assert.deepEqual(made.toSorted(), made);
});
