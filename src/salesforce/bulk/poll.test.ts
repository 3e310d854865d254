import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Reply, startScriptedServer } from '../scripted-server.test.ts';

const jobId = '7505fEXAMPLE4C2AAM';

function job(state: string, processed = 0): Reply {
  return { json: { id: jobId, state, numberRecordsProcessed: processed } };
}

/** A clock whose pauses take no time and are written down. */
function quickClock() {
  const pausesMs: number[] = [];
  let nowMs = 0;
  return {
    pausesMs,
    now: () => nowMs,
    async sleep(milliseconds: number) {
      pausesMs.push(milliseconds);
      nowMs += milliseconds;
    },
  };
}

test('a job is asked for often at first and seldom later, and each look is told', async () => {
  const looks = 20;
  await using server = await startScriptedServer({
    rest: ({ before }) => (before < looks ? job('InProgress', before) : job('JobComplete', before)),
  });
  const clock = quickClock();
  await using org = server.open({ clock, random: () => 1 });
  const seen: (number | undefined)[] = [];
  const end = await org.bulk.wait(jobId, {
    onProgress: ({ numberRecordsProcessed }) => seen.push(numberRecordsProcessed),
  });
  assert.equal(end.state, 'JobComplete');
  assert.equal(seen.length, looks + 1);
  assert.equal(clock.pausesMs[0], 250);
  assert.equal(clock.pausesMs.at(-1), 10_000);
  assert.deepEqual(
    clock.pausesMs,
    clock.pausesMs.toSorted((a, b) => a - b),
  );
});

test('an org that is away for minutes while a job runs is waited for', async () => {
  let awayUntilMs = 0;
  const clock = quickClock();
  await using server = await startScriptedServer({
    rest({ before }) {
      if (before === 1) awayUntilMs = clock.now() + 300_000;
      if (clock.now() < awayUntilMs) return before % 2 === 0 ? 'drop' : { status: 503, text: 'maintenance' };
      return before === 0 ? job('InProgress') : job('JobComplete');
    },
  });
  await using org = server.open({ clock });
  assert.equal((await org.bulk.wait(jobId)).state, 'JobComplete');
  assert.ok(clock.now() >= 300_000);
});

test('waiting ends with a job that failed or was aborted, and refuses one that was never closed', async () => {
  for (const state of ['Failed', 'Aborted']) {
    await using server = await startScriptedServer({ rest: () => job(state) });
    await using org = server.open();
    assert.equal((await org.bulk.wait(jobId)).state, state);
  }
  await using server = await startScriptedServer({ rest: () => job('Open') });
  await using org = server.open();
  await assert.rejects(org.bulk.wait(jobId), { code: 'SALESFORCE_REFUSED', message: /closed first/ });
});

test('waiting stops when its caller stops it', async () => {
  await using server = await startScriptedServer({ rest: () => job('InProgress') });
  await using org = server.open();
  await assert.rejects(org.bulk.wait(jobId, { signal: AbortSignal.timeout(400) }), {
    code: 'CANCELLED',
    inDoubt: false,
  });
});
