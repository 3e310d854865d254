import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Clock, createLog, SluiceError } from '../../base/index.ts';
import { openReportJournal, type ReportJournal } from '../report-journal/report-journal.ts';
import { createUsageTeller } from './tell-usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-usage-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const log = createLog({ level: 'silent' });

/** Whoever sleeps is woken by hand. */
function createHandClock() {
  let now = 1_000;
  const sleepers: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const wake = () => {
          now += milliseconds;
          resolve();
        };
        sleepers.push(wake);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (signal?.aborted) reject(signal.reason);
      }),
  };
  return { clock, wake: () => sleepers.shift()?.(), sleeping: () => sleepers.length };
}

const told = (journal: Pick<ReportJournal, 'nextBatch'>) =>
  (journal.nextBatch()?.reports ?? []).flatMap(({ kind, body }) =>
    kind === 'apiUsage' ? [[body.myDomainUrl, body.used, body.readAt]] : [],
  );

/** So many orgs have been told of, each of which now has its pause. */
const untilResting = async ({ sleeping }: ReturnType<typeof createHandClock>, orgs: number) => {
  while (sleeping() !== orgs) await setTimeout(2);
};

test('of many answers of an org the first is told at once, and the last when there was a pause', async () => {
  await using journal = openReportJournal(join(folder, 'pace'));
  const hand = createHandClock();
  const { clock, wake } = hand;
  await using teller = createUsageTeller({ journal, clock, log });
  for (const used of [1, 2, 3, 4]) teller.seen('https://acme.my.salesforce.com', { used, max: 100 });
  teller.seen('https://other.my.salesforce.com', { used: 9, max: 100 });
  await untilResting(hand, 2);
  // What was said in one turn of the event loop is one figure.
  assert.deepEqual(
    told(journal)
      .map(([url]) => url)
      .toSorted(),
    ['https://acme.my.salesforce.com', 'https://other.my.salesforce.com'],
  );
  for (const used of [5, 6]) teller.seen('https://acme.my.salesforce.com', { used, max: 100 });
  await setTimeout(100);
  assert.equal(told(journal).length, 2, 'not before the pause is over');
  wake();
  await untilResting(hand, 2);
  assert.deepEqual(told(journal).at(-1), ['https://acme.my.salesforce.com', 6, 1_000]);
});

test('what is not told yet when an agent stops is told before it has stopped', async () => {
  await using journal = openReportJournal(join(folder, 'stop'));
  const hand = createHandClock();
  const teller = createUsageTeller({ journal, clock: hand.clock, log });
  teller.seen('https://acme.my.salesforce.com', { used: 1, max: 100 });
  await untilResting(hand, 1);
  teller.seen('https://acme.my.salesforce.com', { used: 2, max: 100 });
  await teller[Symbol.asyncDispose]();
  assert.deepEqual(
    told(journal).map(([, used]) => used),
    [1, 2],
  );
});

test('a figure that cannot be written stops nothing, and the next one is told', async () => {
  await using journal = openReportJournal(join(folder, 'full'));
  const hand = createHandClock();
  const { clock, wake } = hand;
  let isFull = true;
  const append: ReportJournal['append'] = async (report) => {
    if (isFull) throw new SluiceError('STORE_FULL', { file: 'reports.sqlite', reason: 'no room' });
    await journal.append(report);
  };
  await using teller = createUsageTeller({ journal: { append }, clock, log });
  teller.seen('https://acme.my.salesforce.com', { used: 1, max: 100 });
  await untilResting(hand, 1);
  isFull = false;
  teller.seen('https://acme.my.salesforce.com', { used: 2, max: 100 });
  wake();
  await untilResting(hand, 1);
  assert.deepEqual(
    told(journal).map(([, used]) => used),
    [2],
  );
});
