import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPaces } from './pace.ts';

const none = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };

type Phase = 'checking' | 'reading' | 'sending';

const told = (phase: Phase, { read = 0, processed = 0, succeeded = 0 }) => ({
  run: 'r',
  state: 'confirmed' as const,
  phase,
  rows: { ...none, read, succeeded },
  processed,
});

test('a run goes as fast as it went in the last half minute, not as it went since it began', () => {
  const paces = createPaces();
  assert.equal(paces.note(1, told('sending', { read: 9_000 }), 0), null, 'one look says nothing of how fast it is');
  assert.equal(paces.note(1, told('sending', { read: 9_000, processed: 100 }), 500), null);
  assert.equal(paces.note(1, told('sending', { read: 9_000, processed: 1_000 }), 10_000), 100);
  for (let second = 11; second <= 60; second += 1)
    paces.note(1, told('sending', { read: 9_000, processed: 1_000 + (second - 10) * 20 }), second * 1_000);
  assert.equal(paces.note(1, told('sending', { read: 9_000, processed: 2_020 }), 61_000), 20);
});

test('while a run reads, rows read are what moves, and with each phase it is counted anew', () => {
  const paces = createPaces();
  paces.note(1, told('reading', { read: 0 }), 0);
  assert.equal(paces.note(1, told('reading', { read: 5_000 }), 1_000), 5_000);
  assert.equal(paces.note(1, told('sending', { read: 6_000 }), 2_000), null);
  assert.equal(paces.note(1, told('sending', { read: 6_000, succeeded: 30 }), 4_000), 15);
});

test('a run that stands still has no pace, one that began over never a negative one, and runs do not share theirs', () => {
  const paces = createPaces();
  paces.note(1, told('sending', { processed: 50 }), 0);
  paces.note(2, told('sending', { processed: 0 }), 0);
  assert.equal(paces.note(1, told('sending', { processed: 50 }), 40_000), 0);
  assert.equal(paces.note(2, told('sending', { processed: 80 }), 40_000), 2);
  assert.equal(paces.note(1, told('sending', { processed: 10 }), 80_000), 0);
  paces.forget(1);
  assert.equal(paces.note(1, told('sending', { processed: 90 }), 90_000), null);
});
