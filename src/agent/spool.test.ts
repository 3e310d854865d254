import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openSpool } from './spool.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-spool-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a spool file holds every byte it was given, in order, though the givers reuse their memory at once', async (t) => {
  const spool = openSpool(temporaryFolder(t), 1);
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 8 }), async (sizes) => {
      const name = `${++number}.csv`;
      const file = await spool.create(name);
      const given: Buffer[] = [];
      for (const [turn, size] of sizes.entries()) {
        const bytes = Buffer.alloc(size, `${number}-${turn};`);
        given.push(Buffer.from(bytes));
        await file.write(bytes);
        bytes.fill(0);
      }
      await file.finish();
      assert.equal(
        file.bytes,
        given.reduce((sum, { length }) => sum + length, 0),
      );
      assert.ok(readFileSync(spool.path(name)).equals(Buffer.concat(given)), 'other bytes on disk');
      await spool.remove(name);
    }),
    { numRuns: 20 },
  );
});

test('files that are written side by side do not share bytes', async (t) => {
  const spool = openSpool(temporaryFolder(t), 1);
  const names = ['a', 'b', 'c'];
  const files = await Promise.all(names.map((name) => spool.create(name)));
  for (let turn = 0; turn < 40; turn++) {
    await Promise.all(files.map((file, index) => file.write(Buffer.alloc(100_000, names[index]))));
  }
  await Promise.all(files.map((file) => file.finish()));
  for (const name of names) assert.ok(readFileSync(spool.path(name)).equals(Buffer.alloc(4_000_000, name)));
});

test('only their owner may read spool files', async (t) => {
  const spool = openSpool(temporaryFolder(t), 1);
  const file = await spool.create('a.csv');
  await file.finish();
  assert.equal(statSync(spool.path('a.csv')).mode & 0o777, 0o600);
  assert.equal(statSync(join(spool.path('a.csv'), '..')).mode & 0o777, 0o700);
});
