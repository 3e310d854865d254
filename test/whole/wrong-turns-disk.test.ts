import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Ended, expectEnd, startSluice } from './sluice-program.ts';
import { insertBody, numbered, openStage, type Scene, type Stage } from './wrong-turns-stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const count = 4_000;
const noteLetters = 800;
const nothing = { read: 0, sent: 0, succeeded: 0, rejected: 0, unknown: 0 };

/** Inserts, since those would show a row that was sent twice. */
function place(t: TestContext, name: string): Scene {
  const scene = stage.place(t, { name, body: `${insertBody}mode: bulk\nchunk: { maxBytes: 1000000 }\n` });
  const rows = Array.from({ length: count }, (_, row) => `${scene.prefix}${row},Name,${'n'.repeat(noteLetters)}\n`);
  writeFileSync(join(scene.folder, 'accounts.csv'), `id,name,note\n${rows.join('')}`);
  return scene;
}

async function expectNothingThere(scene: Scene): Promise<void> {
  assert.deepEqual(await stage.idsOf(scene.prefix), []);
  assert.deepEqual(await stage.openJobs(), []);
}

async function expectAllAfterwards(scene: Scene): Promise<void> {
  await scene.run({ code: 0, rows: { read: count, sent: count, succeeded: count, created: count } });
  assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, count));
}

describe('a disk that is full', () => {
  test('at the spool: the file and the reason are said, nothing is processed, and with room again the run goes through', async (t) => {
    const scene = place(t, 'spool');
    const says = [
      /The spool file .*spool.1.1\.csv cannot be written: .*EFBIG/,
      'Make room',
      'run the interface again',
      '(SPOOL_FULL)',
    ];
    await scene.run({ code: 1, says, rows: nothing }, { maxFileKiB: 400 });
    await expectNothingThere(scene);
    await scene.resume({ code: 0, rows: nothing });
    await expectAllAfterwards(scene);
  });

  test('at the ledger, before anything could be done: one sentence says so', async (t) => {
    const scene = place(t, 'ledger');
    const says = [/The ledger .*ledger\.sqlite cannot be written: /, 'Make room on that disk', '(LEDGER_FULL)'];
    await scene.run({ code: 1, says }, { maxFileKiB: 16 });
    await expectNothingThere(scene);
    await expectAllAfterwards(scene);
  });

  test('where the data folder is a disk of its own, as root can make one: it holds ledger and spool, and is not left full', async (t) => {
    const scene = place(t, 'small');
    const disk = mountSmallDisk(t, '2m');
    if (disk === undefined) return;
    const says = [/cannot be written: (ENOSPC|database or disk is full)/, 'Make room', /\bagain\b/];
    await expectEnd(runOn(disk, scene, 'run', scene.file), { code: 1, says, rows: nothing }, stage.org.consumerSecret);
    await expectNothingThere(scene);
    assert.deepEqual(readdirSync(join(disk, 'data', 'spool')), [], 'the half that was read is gone');
    execFileSync('mount', ['-o', 'remount,size=20m', disk]);
    await expectEnd(runOn(disk, scene, 'resume'), { code: 0, rows: nothing }, stage.org.consumerSecret);
    const rows = { read: count, sent: count, succeeded: count, created: count };
    await expectEnd(runOn(disk, scene, 'run', scene.file), { code: 0, rows }, stage.org.consumerSecret);
    assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, count));
  });
});

/** By itself: it waits for the first job that ends, and that must be its own. */
test('a disk that is filled by somebody else after all was read: what was recorded counts, and resume brings all rows in', async (t) => {
  const scene = place(t, 'filled');
  const disk = mountSmallDisk(t, '8m');
  if (disk === undefined) return;
  await stage.setFaults([{ path: '/services/data/**/jobs/ingest/*', method: 'GET', kind: 'unavailable' }]);
  const jobs = await stage.watchJobs();
  const running = runOn(disk, scene, 'run', scene.file);
  await jobs.waitFor(({ state }) => state === 'JobComplete');
  fill(join(disk, 'ballast'));
  await stage.setFaults([]);
  const ended: Ended = await expectEnd(
    running,
    { code: 1, says: [/\((SPOOL|LEDGER)_FULL\)/, 'sluice resume'] },
    stage.org.consumerSecret,
  );
  assert.equal(ended.finished?.rows.succeeded ?? 0, 0);
  rmSync(join(disk, 'ballast'));
  const rows = { read: count, sent: count, succeeded: count, created: count };
  await expectEnd(runOn(disk, scene, 'resume'), { code: 0, rows }, stage.org.consumerSecret);
  assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, count));
});

const runOn = (disk: string, { folder }: Scene, ...act: string[]) =>
  startSluice({ args: [...act, '--json', '--data', join(disk, 'data')], folder, secret: stage.org.consumerSecret });

/** Nothing, and a word of it, where this user may not mount. */
function mountSmallDisk(t: TestContext, size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    t.diagnostic('no disk can be mounted here: the tests with a limit on the size of a file stand for it');
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function fill(file: string): void {
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' });
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}
