import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Chunk } from '../ledger/index.ts';
import { createBacklog } from './backlog.ts';
import { openSpool } from './spool.ts';
import { createSpoolSums } from './spool-sums.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sums-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const spool = openSpool(folder, 1);
const header = ['Ext', 'Name'];
const chunkIn = (file: string) => ({ file }) as Chunk;

async function write(file: string, rows: string): Promise<Chunk> {
  const created = await spool.createCsv(file, header);
  await created.write(Buffer.from(rows));
  await created.finish();
  return chunkIn(file);
}

test('the sum of a chunk is the same, counted ahead or when it is asked for', async () => {
  const chunk = await write('1.csv', 'a,One\nb,"Two, and\na half"\n');
  const sums = createSpoolSums({ spool, header, uploads: createBacklog(), signal: new AbortController().signal });
  sums.begin(chunk);
  sums.begin(chunk);
  const ahead = await sums.take(chunk);
  const now = await sums.take(chunk);
  assert.equal(ahead.rows, 2);
  assert.ok(ahead.equals(now));
});

test('nothing is counted ahead while a chunk waits to go up, nor behind the end of a run', async () => {
  const uploads = createBacklog();
  const stop = new AbortController();
  const sums = createSpoolSums({ spool, header, uploads, signal: stop.signal });
  const uploaded = uploads.add();
  sums.begin(await write('2.csv', 'a,One\n'));
  let counted = false;
  const taken = sums.take(chunkIn('2.csv')).then(
    () => {
      counted = true;
    },
    () => undefined,
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(counted, false);
  stop.abort();
  uploaded();
  await taken;
  assert.equal(counted, false);
});
