import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, errorTable, SluiceError } from './errors.ts';
import { findPaceOfError, findPaceOfRow, paces, passesByItself, pauseMs, withRetry } from './retry.ts';

/** A clock whose pauses take no time of ours. */
function quickClock() {
  const clock = {
    nowMs: 0,
    now: () => clock.nowMs,
    sleep: async (milliseconds: number, { signal }: { signal?: AbortSignal | undefined } = {}) => {
      signal?.throwIfAborted();
      clock.nowMs += milliseconds;
    },
  };
  return clock;
}

function failing(error: unknown, times: number) {
  const act = Object.assign(
    async () => {
      act.calls += 1;
      if (act.calls <= times) throw error;
      return 'done';
    },
    { calls: 0 },
  );
  return act;
}

test('what can pass is tried again until it passes', async () => {
  const act = failing(new SluiceError('SALESFORCE_BUSY'), 5);
  assert.equal(await withRetry(act, { repeatable: false, clock: quickClock() }), 'done');
  assert.equal(act.calls, 6);
});

test('an act in doubt is tried again only where it may be repeated', async () => {
  const lost = new SluiceError('ANSWER_LOST', {}, { inDoubt: true });
  const once = failing(lost, 1);
  await assert.rejects(withRetry(once, { repeatable: false, clock: quickClock() }), lost);
  assert.equal(once.calls, 1);
  assert.equal(await withRetry(failing(lost, 1), { repeatable: true, clock: quickClock() }), 'done');
});

test('only errors of the table that can pass by themselves are tried again', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const pace = findPaceOfError(new SluiceError(code), { repeatable: true });
    if (errorTable[code].retry !== 'later') assert.equal(pace, null, code);
  }
  assert.equal(findPaceOfError(new SluiceError('INTERNAL'), { repeatable: true }), null);
  assert.equal(findPaceOfError(new Error('a mistake of ours'), { repeatable: true }), null);
  assert.equal(findPaceOfError(new SluiceError('SALESFORCE_LIMIT'), { repeatable: true }), 'limit');
});

test('rows that were locked may go again, rows that are wrong may not', () => {
  assert.equal(findPaceOfRow('UNABLE_TO_LOCK_ROW'), 'lock');
  assert.equal(findPaceOfRow('REQUEST_LIMIT_EXCEEDED'), 'limit');
  for (const code of ['REQUIRED_FIELD_MISSING', 'DUPLICATE_VALUE', 'INVALID_FIELD', '', 'toString'])
    assert.equal(findPaceOfRow(code), null);
});

test('trying again ends when its time is up, with the last error as it came', async () => {
  const busy = new SluiceError('SALESFORCE_BUSY');
  for (const forMs of [0, 1_000, paces.fault.forMs]) {
    const clock = quickClock();
    const act = failing(busy, Number.POSITIVE_INFINITY);
    await assert.rejects(withRetry(act, { repeatable: true, forMs, clock }), busy);
    assert.ok(clock.nowMs <= forMs);
    assert.equal(act.calls === 1, forMs === 0);
  }
});

test('whoever stops the work stops the waiting too, and is told whether the act is in doubt', async () => {
  const controller = new AbortController();
  const lost = new SluiceError('ANSWER_LOST', {}, { inDoubt: true });
  const waiting = withRetry(failing(lost, 1), { repeatable: true, what: 'The call', signal: controller.signal });
  setTimeout(() => controller.abort(new SluiceError('STOPPED', { signal: 'SIGINT' })), 10);
  await assert.rejects(waiting, { code: 'STOPPED', inDoubt: true, message: /SIGINT/ });
});

test('a pause is between half and the whole of a doubling that ends at the longest', () => {
  const pace = fc.record({
    firstMs: fc.integer({ min: 1, max: 60_000 }),
    longestMs: fc.integer({ min: 60_000, max: 600_000 }),
  });
  const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(pace, fc.integer({ min: 1, max: 10_000 }), chance, (given, attempt, share) => {
      const whole = Math.min(given.longestMs, given.firstMs * 2 ** Math.min(attempt - 1, 30));
      const pause = pauseMs(given, attempt, share);
      assert.ok(pause >= whole / 2 && pause <= whole);
    }),
  );
});

test('a code says whether what it refused may go through later as it is, whoever gave it', () => {
  for (const code of [
    'UNABLE_TO_LOCK_ROW',
    'SERVER_UNAVAILABLE',
    'SALESFORCE_LIMIT',
    'AGENT_AWAY',
    'InternalServerError',
  ])
    assert.equal(passesByItself(code), true, code);
  for (const code of ['REQUIRED_FIELD_MISSING', 'TARGET_FIELD_MISSING', 'INTERNAL', 'RUN_CANCELLED', 'constructor', ''])
    assert.equal(passesByItself(code), false, code);
});
