import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import type { Deployment, ScheduleDefinition } from '../../protocol/index.ts';
import { openDeployed } from '../deployment/deployment.ts';
import { openReportJournal } from '../report-journal/report-journal.ts';
import { considerSchedules, dropOldSchedules, nextDue } from './due-runs.ts';
import { takenRuns } from './taken-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-due-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1, 0, 30);

const salesforce = {
  myDomainUrl: 'https://a.my.salesforce.com',
  tokenUrl: 'https://a.my.salesforce.com/x',
  consumerKey: 'k',
  consumerSecret: 's',
  environment: 'production',
} as const;
const connections = [{ name: 'box', database: { type: 'csv', folder: '.' }, salesforce }] as const;
type State = Deployment['interfaces'][number]['state'];

const hourly = (schedule: ScheduleDefinition = { every: '1h' }, state: State = 'active') => ({
  version: 1,
  state,
  definition: {
    name: 'people',
    connection: 'box',
    source: { file: 'a.csv' },
    object: 'Account',
    operation: 'insert',
    mapping: { Name: 'name' },
    schedule,
  } as const,
});

async function openStage(name: string) {
  const clock = createClockInTest(start);
  const journal = openReportJournal(join(folder, name));
  const runs = takenRuns(journal, clock);
  const deployed = openDeployed(join(folder, name));
  const means = { clock, journal, runs, deployed };
  let number = 0;
  return {
    ...means,
    /** As the loop does, after so long. */
    async after(milliseconds: number): Promise<void> {
      clock.forward(milliseconds);
      await considerSchedules(means);
    },
    async deploy(...interfaces: ReturnType<typeof hourly>[]): Promise<void> {
      number += 1;
      await deployed.take({ number, connections: [...connections], interfaces } as unknown as Deployment);
      await dropOldSchedules(means);
      await considerSchedules(means);
    },
    due: () => runs.listConfirmed().map(({ dueAt }) => new Date(dueAt ?? 0).toISOString().slice(11, 16)),
    missed: () =>
      (journal.nextBatch()?.reports ?? []).flatMap((report) =>
        report.kind === 'scheduleMissed'
          ? [`${report.body.reason} ${new Date(report.body.dueAt).toISOString().slice(11, 16)}`]
          : [],
      ),
    async end(): Promise<void> {
      for (const { run } of runs.listConfirmed())
        await runs.ended({
          run,
          status: 'completed',
          endedAt: clock.now(),
          rows: { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 },
          loaded: null,
          mode: null,
          modeReason: null,
          error: null,
          nothingProcessed: true,
        });
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}

test('an interface runs when it is due, once, and not at once when it is deployed', async () => {
  await using stage = await openStage('due');
  await stage.deploy(hourly());
  assert.deepEqual(stage.due(), []);
  assert.equal(nextDue(stage, stage.clock.now()), start + hour / 2);
  await stage.after(29 * minute);
  assert.deepEqual(stage.due(), []);
  await stage.after(minute);
  await stage.after(1_000);
  assert.deepEqual(stage.due(), ['01:00']);
  assert.equal(nextDue(stage, stage.clock.now()), start + hour / 2 + hour);
});

test('a run that still goes on, or waits, keeps the next from beginning, and that is told', async () => {
  await using stage = await openStage('overlap');
  await stage.deploy(hourly());
  await stage.after(hour / 2);
  await stage.after(hour);
  assert.deepEqual([stage.due(), stage.missed()], [['01:00'], ['overlap 02:00']]);
  await stage.end();
  await stage.after(hour);
  assert.deepEqual(stage.due(), ['03:00']);
});

test('after an absence one run makes up for all, and where it is to be skipped that is told', async () => {
  await using stage = await openStage('away');
  await stage.deploy(hourly());
  await stage.after(100 * hour);
  assert.deepEqual([stage.due(), stage.missed()], [['04:00'], []]);
  await stage.end();
  await using other = await openStage('away-skip');
  await other.deploy(hourly({ every: '1h', missed: 'skip' }));
  await other.after(100 * hour);
  assert.deepEqual([other.due(), other.missed()], [[], ['away 04:00']]);
  await other.after(hour / 2);
  assert.deepEqual(other.due(), ['05:00']);
});

test('what is due while the integration is inactive waits; while it is stopped it is left out', async () => {
  await using stage = await openStage('states');
  await stage.deploy(hourly(undefined, 'inactive'));
  await stage.after(5 * hour);
  assert.deepEqual([stage.due(), stage.missed()], [[], []]);
  await stage.deploy(hourly(undefined, 'active'));
  assert.deepEqual(stage.due(), ['05:00']);
  await stage.end();
  await stage.deploy(hourly(undefined, 'stopped'));
  await stage.after(hour);
  assert.deepEqual([stage.due(), stage.missed()], [[], ['stopped 06:00']]);
});

test('a schedule that is changed, or comes back, counts from then on', async () => {
  await using stage = await openStage('changed');
  await stage.deploy(hourly());
  stage.clock.forward(3 * hour);
  await stage.deploy(hourly({ every: '2h' }));
  assert.deepEqual([stage.due(), stage.missed()], [[], []]);
  await stage.deploy();
  stage.clock.forward(9 * hour);
  await stage.deploy(hourly({ every: '2h' }));
  assert.deepEqual(stage.due(), []);
  await stage.after(2 * hour);
  assert.equal(stage.due().length, 1);
});

test('a clock that is set back by hours counts anew, and one set back a little decides nothing twice', async () => {
  await using stage = await openStage('clock');
  await stage.deploy(hourly());
  await stage.after(hour / 2);
  await stage.end();
  await stage.after(-5 * minute);
  await stage.after(5 * minute);
  assert.deepEqual(stage.due(), []);
  await stage.after(-50 * hour);
  await stage.after(hour);
  assert.equal(stage.due().length, 1);
});

/** What a clock on the wall shows there. */
function wallClock(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (time) => format.format(time);
}

/** The hours of this year before which the clocks there change. */
function changesOf(timeZone: string): number[] {
  const shown = wallClock(timeZone);
  const offset = (time: number) => Date.parse(`${shown(time)}Z`) - time;
  const hours = Array.from({ length: 365 * 24 }, (_, n) => Date.UTC(2026, 0, 1) + n * hour);
  return hours.filter((time) => offset(time) !== offset(time - hour));
}

const zones = [
  ['Europe/Berlin', '30 2 * * *'],
  ['America/New_York', '30 1 * * *'],
  ['America/Santiago', '30 0 * * *'],
  ['Australia/Lord_Howe', '15 2 * * *'],
  ['Pacific/Auckland', '0 3 * * *'],
] as const;

for (const [timeZone, cron] of zones)
  test(`where clocks go forward and back a daily schedule runs once each day (${timeZone})`, async () => {
    const shown = wallClock(timeZone);
    const changes = changesOf(timeZone);
    assert.equal(changes.length, 2);
    for (const change of changes) {
      await using stage = await openStage(`zone-${timeZone.replace('/', '-')}-${change}`);
      stage.clock.forward(change - 60 * hour - stage.clock.now());
      await stage.deploy(hourly({ cron, timeZone }));
      const days: string[] = [];
      while (stage.clock.now() < change + 60 * hour) {
        const next = nextDue(stage, stage.clock.now()) ?? assert.fail('nothing is due any more');
        await stage.after(next - stage.clock.now());
        days.push(...stage.runs.listConfirmed().map(({ dueAt }) => shown(dueAt ?? 0)));
        await stage.end();
      }
      const dates = days.map((day) => day.slice(0, 10));
      assert.equal(new Set(dates).size, days.length, `once a day: ${days}`);
      assert.equal(
        Date.parse(dates.at(-1) ?? '') - Date.parse(dates[0] ?? ''),
        (days.length - 1) * 24 * hour,
        `${days}`,
      );
      const [minutes, hours] = cron.split(' ');
      const wanted = `${hours?.padStart(2, '0')}:${minutes?.padStart(2, '0')}`;
      const isSkipped = (day: string) => !hoursOfDay(shown, day).includes(wanted);
      for (const day of days) if (!isSkipped(day.slice(0, 10))) assert.equal(day.slice(11), wanted, `${days}`);
    }
  });

/** What the clock shows on this day, quarter by quarter. */
function hoursOfDay(shown: (time: number) => string, day: string): string[] {
  const quarters = Array.from({ length: 4 * 60 }, (_, n) => shown(Date.parse(day) - 24 * hour + n * 15 * minute));
  return quarters.filter((time) => time.startsWith(day)).map((time) => time.slice(11));
}
