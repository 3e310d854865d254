import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Report } from '../../protocol/index.ts';
import { openReportJournal } from './report-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-journal-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string) => openReportJournal(join(folder, name));
const started = (version: string): Report => ({ kind: 'agentStarted', at: 5, body: { version } });
const missed = (count: number): Report => ({
  kind: 'scheduleMissed',
  at: count,
  body: { interface: 'a', dueAt: count, reason: 'away' },
});

test('reports are numbered without a gap, also after all were acknowledged and the agent was started again', async () => {
  let id: string | undefined;
  {
    await using journal = open('numbered');
    assert.equal(journal.nextBatch(), undefined);
    await Promise.all(['a', 'b', 'c'].map((version) => journal.append(started(version))));
    const batch = journal.nextBatch();
    id = batch?.journal;
    assert.deepEqual([batch?.from, batch?.oldest, batch?.reports.length], [1, 1, 3]);
    assert.deepEqual(batch?.reports[2], started('c'));
    await journal.acknowledge(2);
    assert.deepEqual(journal.nextBatch()?.reports, [started('c')]);
    await journal.acknowledge(3);
    assert.equal(journal.nextBatch(), undefined);
  }
  await using again = open('numbered');
  await again.append(started('d'));
  const batch = again.nextBatch();
  assert.deepEqual([batch?.journal, batch?.from], [id, 4]);
  assert.equal(statSync(join(folder, 'numbered', 'reports.sqlite')).mode & 0o077, 0);
});

test('a batch holds at most 1,000 reports and about half a megabyte, and what is longer goes alone', async () => {
  await using journal = open('batches');
  await Promise.all(Array.from({ length: 1_200 }, (_, index) => journal.append(missed(index))));
  assert.equal(journal.nextBatch()?.reports.length, 1_000);
  await journal.acknowledge(1_200);
  for (const length of [200_000, 200_000, 200_000, 3_000_000]) await journal.append(started('x'.repeat(length)));
  const lengths: number[] = [];
  for (let batch = journal.nextBatch(); batch !== undefined; batch = journal.nextBatch()) {
    lengths.push(batch.reports.length);
    await journal.acknowledge(batch.from + batch.reports.length - 1);
  }
  assert.deepEqual(lengths, [2, 1, 1]);
});

test('what is sent is the batch as JSON, and what of it was written is not taken apart', async () => {
  await using journal = open('text');
  for (const version of ['a', '"\\\u2028', 'c']) await journal.append(started(version));
  const { last, text } = journal.nextText() ?? { last: 0, text: '' };
  assert.deepEqual([last, JSON.parse(text)], [3, journal.nextBatch()]);
  assert.deepEqual(journal.nextBatch(1)?.reports, [started('"\\\u2028'), started('c')]);
  assert.equal(journal.nextText(3), undefined);
});

test('a journal that begins anew keeps its reports under another name', async () => {
  await using journal = open('anew');
  await journal.append(started('a'));
  const before = journal.nextBatch();
  await journal.beginAnew();
  const behind = journal.nextBatch();
  assert.notEqual(behind?.journal, before?.journal);
  assert.deepEqual({ ...behind, journal: '' }, { ...before, journal: '' });
});

test('whoever waits for reports is woken by the next one, and by the end', async () => {
  await using journal = open('waiting');
  const stop = new AbortController();
  const woken = journal.untilAppended(stop.signal);
  await journal.append(started('a'));
  await woken;
  const ended = journal.untilAppended(stop.signal);
  stop.abort();
  await ended;
});

/** In a process of its own, whose files may not grow beyond some size until it says otherwise. */
const onFullDisk = `
  const { spawnSync } = await import('node:child_process');
  const { openReportJournal } = await import(process.argv[1]);
  await using journal = openReportJournal(process.argv[2]);
  let written = 0;
  let code;
  const append = () => journal.append({ kind: 'agentStarted', at: 1, body: { version: 'x'.repeat(9000) } });
  while (code === undefined) await append().then(() => { written += 1; }, (error) => { code = error.code; });
  const roomWhenFull = await journal.hasRoom();
  const kept = journal.nextBatch().reports.length;
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
  const roomAfter = await journal.hasRoom();
  await append();
  const { from, reports } = journal.nextBatch();
  console.log(JSON.stringify({ code, roomWhenFull, roomAfter, isAllKept: kept === written, from, more: reports.length - kept }));
`;

test('on a full disk a report is refused aloud, those before it are kept, and work is taken again once there is room', () => {
  const script = [
    '--input-type=module',
    '-e',
    onFullDisk,
    join(import.meta.dirname, 'report-journal.ts'),
    join(folder, 'full'),
  ];
  const limited = ['-c', 'ulimit -S -f 600; exec "$@"', 'bash', process.execPath, ...script];
  const { stdout, stderr } = spawnSync('bash', limited, { encoding: 'utf8' });
  assert.deepEqual(
    JSON.parse(stdout || 'null'),
    { code: 'STORE_FULL', roomWhenFull: false, roomAfter: true, isAllKept: true, from: 1, more: 1 },
    stderr,
  );
});
