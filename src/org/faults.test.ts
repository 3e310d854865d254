import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFaults, globPattern } from './faults.ts';

test('without rules nothing is injected', () => {
  const faults = createFaults();
  assert.equal(faults.active, false);
  assert.deepEqual(faults.decide('GET', '/services/data'), { latencyMs: 0 });
});

test('a rule strikes the share of calls it names, the same calls for the same seed', () => {
  const strikesOf = (seed: number) => {
    const faults = createFaults({ rules: [{ path: '/services/data/**', share: 0.25, kind: 'unavailable' }], seed });
    const struck = Array.from(
      { length: 4000 },
      () => faults.decide('GET', '/services/data/v68.0/limits').kind !== undefined,
    );
    assert.equal(faults.report().injected, struck.filter(Boolean).length);
    return struck;
  };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const count = strikesOf(seed).filter(Boolean).length;
      assert.ok(count > 850 && count < 1150, `struck ${count} of 4000`);
      assert.deepEqual(strikesOf(seed), strikesOf(seed));
    }),
    { numRuns: 20 },
  );
});

test('a rule with a method or a path strikes no other call', () => {
  const faults = createFaults({
    rules: [{ path: '/services/data/*/sobjects/*', method: 'patch', share: 1, kind: 'drop-after' }],
  });
  assert.equal(faults.decide('PATCH', '/services/data/v68.0/sobjects/Account').kind, 'drop-after');
  assert.equal(faults.decide('GET', '/services/data/v68.0/sobjects/Account').kind, undefined);
  assert.equal(faults.decide('PATCH', '/services/data/v68.0/sobjects/Account/001').kind, undefined);
});

test('a rule with a number of times ends after them', () => {
  const faults = createFaults({ rules: [{ path: '**', share: 1, kind: 'unavailable', times: 2 }] });
  const kinds = [1, 2, 3].map(() => faults.decide('GET', '/x').kind);
  assert.deepEqual(kinds, ['unavailable', 'unavailable', undefined]);
});

test('latencies add up, and the first other fault wins', () => {
  const faults = createFaults({
    rules: [
      { path: '**', share: 1, kind: 'latency', latencyMs: 20 },
      { path: '**', share: 1, kind: 'latency', latencyMs: 30 },
      { path: '**', share: 1, kind: 'drop-before' },
      { path: '**', share: 1, kind: 'unavailable' },
    ],
  });
  assert.deepEqual(faults.decide('GET', '/x'), { latencyMs: 50, kind: 'drop-before' });
  assert.deepEqual(
    faults.report().rules.map(({ injected }) => injected),
    [1, 1, 1, 0],
  );
});

test('a pattern takes no character but the star for anything but itself', () => {
  assert.ok(globPattern('/a.b/*').test('/A.b/c'));
  assert.ok(!globPattern('/a.b/*').test('/aXb/c'));
  assert.ok(!globPattern('/a/*').test('/a/b/c'));
  assert.ok(globPattern('/a/**').test('/a/b/c'));
});
