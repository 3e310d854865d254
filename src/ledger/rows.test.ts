import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openLedger } from './ledger.ts';
import type { RowEntry } from './rows.ts';

test('rows stand in the ledger in the order they were settled, however many succeed in a row', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rows-'));
  const ledger = openLedger(folder);
  t.after(async () => {
    await ledger[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }), async (lengths) => {
      const entries = entriesOf(lengths);
      const run = await ledger.startRun({ interface: 'test', object: 'Account', operation: 'upsert', definition: {} });
      const chunk = await ledger.chunkPlanned(run, { file: (number) => `${number}.csv` });
      await ledger.chunkSpooled(chunk, { bytes: 1, rows: entries.length });
      await ledger.chunkReconciled(chunk, async (add) => {
        for (const entry of entries) add(entry);
        return { counts: { succeeded: 0, created: 0, rejected: 0, retried: 0, unknown: 0 } };
      });
      const found = [...ledger.readRows(run)].map(({ key, outcome, salesforceId, created }) => [
        key,
        outcome,
        salesforceId,
        created,
      ]);
      const wanted = entries.map((entry) =>
        entry.outcome === 'succeeded'
          ? [entry.key, 'succeeded', entry.salesforceId, entry.created]
          : [entry.key, 'unknown', null, null],
      );
      assert.deepEqual(found, wanted);
    }),
    { numRuns: 30 },
  );
});

/** So many that succeeded, then one that did not, and so on. */
function entriesOf(lengths: readonly number[]): RowEntry[] {
  return lengths.flatMap((length, turn): RowEntry[] => [
    ...Array.from({ length }, (_, index) => {
      return {
        outcome: 'succeeded' as const,
        key: `${turn}-${index}`,
        salesforceId: `001${index}`,
        created: index % 2 === 0,
      };
    }),
    { outcome: 'unknown', key: `${turn}`, code: 'NO_RESULT', message: '', cells: {} },
  ]);
}
