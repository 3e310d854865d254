import assert from 'node:assert/strict';
import { after, afterEach, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from './org-program.ts';
import { untilItSays } from './sluice-program.ts';
import { insertBody, numbered, openStage, type Scene, type Stage, upsertBody } from './wrong-turns-stage.ts';

/** How long the org is out; a minute in the long rounds. */
const outageMs = process.env.SLUICE_LONG === '1' ? 60_000 : 3_000;

/** Holds the run up where it asks how its jobs are, until somebody has stepped in: it never hears, and asks again. */
const noAnswers: FaultRule = { path: '/services/data/**/jobs/ingest/*', method: 'GET', kind: 'drop-before' };
const bulk = 'mode: bulk\nchunk: { maxRows: 200 }\n';

/** The run is past its commit point: a job was closed. */
const isProcessed = ({ state }: { state: string }): boolean => state === 'JobComplete';

type Kind = { name: string; body: string; count: number; created?: boolean };
const kinds: readonly Kind[] = [
  { name: 'upsertbulk', body: upsertBody + bulk, count: 600 },
  { name: 'insertbulk', body: insertBody + bulk, count: 600, created: true },
  { name: 'upsertcalls', body: `${upsertBody}mode: collections\n`, count: 600 },
  { name: 'insertcalls', body: `${insertBody}mode: collections\n`, count: 600, created: true },
];

const place = (stage: Stage, t: TestContext, wrong: string, { name, body, count }: Kind) =>
  stage.place(t, { name: `${wrong}${name}`, body, count });

async function expectAll(stage: Stage, scene: Scene, { count }: Kind): Promise<void> {
  assert.deepEqual(await stage.idsOf(scene.prefix), numbered(scene.prefix, count), 'every row is there once');
  assert.deepEqual(await stage.openJobs(), []);
}

const allRows = ({ count, created }: Kind) => ({
  read: count,
  sent: count,
  succeeded: count,
  rejected: 0,
  unknown: 0,
  ...(created ? { created: count } : {}),
});

/** An org for each of the groups, since faults strike a whole org. */
function useStage(): Stage {
  const holder = {} as { stage: Stage };
  before(async () => {
    holder.stage = await openStage();
  });
  afterEach(() => holder.stage.setFaults([]));
  after(() => holder.stage.close());
  return new Proxy({} as Stage, { get: (_, name) => holder.stage[name as keyof Stage] });
}

describe('an org that is not as it should be', { concurrency: 3 }, () => {
  describe('and what passes by itself', { concurrency: 1 }, () => {
    const stage = useStage();
    for (const kind of kinds) {
      test(`answers lost (${kind.name}): what was done is found out, and every row is there once`, async (t) => {
        await stage.setFaults([{ path: '/services/data/**', kind: 'drop-after', share: 0.2 }]);
        const scene = place(stage, t, 'lost', kind);
        await scene.run({ code: 0, rows: allRows(kind) });
        await stage.setFaults([]);
        await expectAll(stage, scene, kind);
      });
    }

    for (const kind of kinds.slice(1, 3)) {
      test(`a token revoked in mid-run (${kind.name}) is renewed, and nobody has to do anything`, async (t) => {
        const path = kind.name.endsWith('bulk') ? '/services/data/**/jobs/ingest/*' : '/services/data/**/composite/**';
        await stage.setFaults([{ path, kind: 'expired-token', times: 1 }]);
        const scene = place(stage, t, 'token', kind);
        await scene.run({ code: 0, rows: allRows(kind) });
        await expectAll(stage, scene, kind);
      });

      test(`rows locked (${kind.name}) go again until they are in`, async (t) => {
        await stage.setFaults([{ path: '/**', kind: 'row-lock', share: 0.03 }]);
        const scene = place(stage, t, 'lock', kind);
        await scene.run({ code: 0, rows: allRows(kind) });
        await expectAll(stage, scene, kind);
      });
    }
  });

  describe('and what somebody has to see to', { concurrency: 1 }, () => {
    const stage = useStage();

    test('a session that is refused again and again ends the run with a reason; mended, resume brings all rows in', async (t) => {
      const [, kind] = kinds;
      assert.ok(kind);
      const scene = place(stage, t, 'refused', kind);
      await stage.setFaults([noAnswers]);
      const jobs = await stage.watchJobs();
      const running = scene.start();
      await jobs.waitFor(isProcessed);
      await stage.setFaults([{ path: '/services/data/**', kind: 'expired-token' }]);
      const says = [/does not accept the access token .*INVALID_SESSION_ID/, 'sluice resume', '(SESSION_REFUSED)'];
      await scene.expect(running, { code: 1, says });
      await scene.run({
        code: 1,
        says: [/Run 1 of the interface accounts has not ended/, 'Run "sluice resume" first', '(RUN_UNFINISHED)'],
      });
      await stage.setFaults([]);
      await scene.resume({ code: 0, rows: allRows(kind) });
      await expectAll(stage, scene, kind);
    });

    test(`an org that answers 503 for ${outageMs / 1_000} s in mid-run is waited for, and the waiting is told`, async (t) => {
      const [kind] = kinds;
      assert.ok(kind);
      const scene = place(stage, t, 'busy', kind);
      await stage.setFaults([{ ...noAnswers, kind: 'unavailable' }]);
      const jobs = await stage.watchJobs();
      const running = scene.start();
      const told = untilItSays(running, /Waiting, and trying again .*503.*\n/);
      await jobs.waitFor(isProcessed);
      await stage.setFaults([{ path: '/services/**', kind: 'unavailable' }]);
      await Promise.all([told, sleep(outageMs)]);
      await stage.setFaults([]);
      await scene.expect(running, { code: 0, rows: allRows(kind) });
      await expectAll(stage, scene, kind);
    });

    test('an org that is down at the start is waited for; Ctrl-C ends the waiting at once', async (t) => {
      const [kind] = kinds;
      assert.ok(kind);
      const scene = place(stage, t, 'down', kind);
      await stage.setFaults([{ path: '/services/**', kind: 'drop-before' }]);
      const stopped = scene.start();
      await untilItSays(stopped, /Waiting, and trying again/);
      stopped.child.kill('SIGINT');
      const asked = Date.now();
      await scene.expect(stopped, {
        code: 1,
        says: [/it received SIGINT\.\nNothing was processed/],
        rows: { read: 0 },
      });
      assert.ok(Date.now() - asked < 30_000, 'the program does not wait for the org, as it would for minutes');
      const restarted = stage.org.killAndRestart({ pauseMs: 1_000 });
      await stage.setFaults([]).catch(() => undefined);
      await scene.run({ code: 0, rows: allRows(kind) });
      await restarted;
      await expectAll(stage, scene, kind);
    });
  });

  describe('and who else steps in', { concurrency: 1 }, () => {
    const stage = useStage();

    test('Ctrl-C when rows are on their way, then resume: every row is there once', async (t) => {
      const [, kind] = kinds;
      assert.ok(kind);
      const scene = place(stage, t, 'stopped', kind);
      await stage.setFaults([noAnswers]);
      const jobs = await stage.watchJobs();
      const running = scene.start();
      await jobs.waitFor(isProcessed);
      running.child.kill('SIGINT');
      const says = [/was stopped: it received SIGINT\.\nRun "sluice resume" to let it go on\.\n\(RUN_CANCELLED\)/];
      const finished = await scene.expect(running, { code: 1, says });
      assert.equal(finished?.status, 'cancelled');
      await stage.setFaults([]);
      await scene.resume({ code: 0, rows: allRows(kind) });
      await expectAll(stage, scene, kind);
      const after = await scene.resume({ code: 0 });
      assert.deepEqual(after?.runs, [], 'there is nothing left to resume');
    });

    test('a second run of the same interface at the same time is turned away, and does no harm', async (t) => {
      const [, kind] = kinds;
      assert.ok(kind);
      const scene = place(stage, t, 'two', kind);
      await stage.setFaults([noAnswers]);
      const jobs = await stage.watchJobs();
      const first = scene.start();
      await jobs.waitFor(() => true);
      const says = ['accounts is being run by another process', 'Wait for it to end', '(INTERFACE_RUNNING)'];
      await scene.run({ code: 1, says });
      const resumed = await scene.resume({ code: 0 });
      assert.deepEqual(resumed?.runs, [], 'resume leaves it to its process');
      await stage.setFaults([]);
      await scene.expect(first, { code: 0, rows: allRows(kind) });
      await expectAll(stage, scene, kind);
    });

    test('a job that somebody aborts in Setup while its rows are processed: the rest goes again, no row twice', async (t) => {
      const kind = { name: 'big', body: `${insertBody}mode: bulk\n`, count: 30_000, created: true };
      const scene = place(stage, t, 'aborted', kind);
      const jobs = await stage.watchJobs();
      const running = scene.start();
      const job = await jobs.waitFor(({ state }) => state === 'InProgress');
      while (((await stage.salesforce.bulk.get(job.id)).numberRecordsProcessed ?? 0) === 0) await sleep(5);
      await stage.salesforce.bulk.abort(job.id);
      await scene.expect(running, { code: 0, rows: allRows(kind) });
      await expectAll(stage, scene, kind);
      const aborted = await stage.salesforce.bulk.get(job.id);
      assert.equal(aborted.state, 'Aborted');
      const { numberRecordsProcessed: done = 0 } = aborted;
      assert.ok(done > 0 && done < kind.count, `it was aborted in the middle, at row ${done}`);
    });
  });
});
