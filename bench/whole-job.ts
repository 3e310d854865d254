/**
 * A whole job: rows out of the database, up, and their results accounted for, by `sluice run` and by jsforce's bulk2, fed from records
 * and from a CSV stream; same table, same sink, two jobs of the same size each, rounds interleaved.
 *
 * What counts is the client's part: from the first row read to the last job closed, and from the first job that has ended to the
 * last result accounted for (in the ledger, or in an array). For jsforce a clock in its program leaves out the polling; for Sluice
 * the events of its ledger are enough: its jobs run side by side, so the time left out is that between the last job closed and the
 * first one seen to have ended, if there is any. The whole time, of the whole program, stands beside it.
 * Needs psql. BENCH_ROWS (1000000), BENCH_ROUNDS (3).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../src/ledger/index.ts';
import type { RunningPostgres } from '../test/postgres.ts';
import { columns, copyStatement, openAccounts } from './accounts.ts';
import { type Finished, run, type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { peersFolder, wantPeers } from './peers.ts';
import { runSluice } from './upload-interface.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const jobs = 2;
const names = ['sluice', 'jsforce, CSV stream', 'jsforce, records'] as const;

type Name = (typeof names)[number];
type Whole = Finished & { clientSeconds: number };
type Stage = { postgres: RunningPostgres; sink: Started; folder: string };

wantPrograms('psql');
wantPeers();
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-job-'));
try {
  const sink = await start([join(import.meta.dirname, 'sink.ts')], {
    SINK_FIELDS: Object.keys(columns).join(','),
    SINK_RESULTS: 'prepared',
  });
  const postgres = await openAccounts(rows);
  try {
    print(await measure({ postgres, sink, folder }));
  } finally {
    await postgres.stop();
    await stop(sink);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(stage: Stage): Promise<Record<Name, Whole[]>> {
  const measured: Record<Name, Whole[]> = { sluice: [], 'jsforce, CSV stream': [], 'jsforce, records': [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 ? [...names].reverse() : names) {
      await fetch(`${stage.sink.ready.url}/sink/forget`);
      measured[name].push(name === 'sluice' ? await sluice(stage, round) : await jsforce(stage, name));
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return measured;
}

async function sluice(stage: Stage, round: number): Promise<Whole> {
  const data = join(stage.folder, `data-${round}`);
  const chunk = { maxRows: Math.ceil(rows / jobs), maxBytes: 100_000_000 };
  const finished = checked(await runSluice({ ...stage, data, chunk }));
  const clientSeconds = await readClientSeconds(data);
  rmSync(data, { recursive: true, force: true });
  return { ...finished, clientSeconds };
}

/** The first chunk is planned when its first rows are there. */
async function readClientSeconds(data: string): Promise<number> {
  await using ledger = openLedger(data);
  const events = ledger.listEvents(1);
  const timesOf = (wanted: string) => events.filter(({ what }) => what === wanted).map(({ at }) => at);
  const reconciled = timesOf('reconciled').length;
  if (reconciled !== jobs) throw new Error(`${reconciled} jobs instead of ${jobs}`);
  const lastClosed = Math.max(...timesOf('closed'));
  const firstEnded = Math.max(lastClosed, Math.min(...timesOf('polled')));
  return (lastClosed - Math.min(...timesOf('planned')) + Math.max(...timesOf('ended')) - firstEnded) / 1000;
}

async function jsforce({ postgres, sink }: Stage, name: Name): Promise<Whole> {
  const csv = name === 'jsforce, CSV stream';
  const size = Math.ceil(rows / jobs);
  const ranges = Array.from({ length: jobs }, (_, job) => ({ from: job * size, to: (job + 1) * size }));
  const statements = ranges.map((range) => (csv ? copyStatement(range) : selectStatement(range)));
  const program = join(peersFolder, 'jsforce-job.js');
  const mode = csv ? 'csv' : 'records';
  const args = [program, mode, sink.ready.url ?? '', postgres.connectionString, ...statements];
  const finished = checked(await run(process.execPath, args));
  const { clientMs, results } = JSON.parse(finished.output) as { clientMs: number; results: number };
  if (results !== rows) throw new Error(`jsforce has ${results} results of ${rows}`);
  return { ...finished, clientSeconds: clientMs / 1000 };
}

function checked(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`ended with ${finished.code}: ${finished.output}`);
  return finished;
}

function selectStatement(range: { from: number; to: number }): string {
  return copyStatement(range)
    .replace(/^copy \(/, '')
    .replace(/\) to stdout with .*$/, '');
}

function print(measured: Record<Name, Whole[]>): void {
  const client = (name: Name) => measured[name].map(({ clientSeconds }) => clientSeconds);
  const peak = (name: Name) => Math.max(...measured[name].map(({ peakMiB }) => peakMiB));
  say(`${rows} rows in ${jobs} jobs, ${rounds} rounds`);
  for (const name of names) {
    const whole = median(measured[name].map(({ seconds }) => seconds)).toFixed(2);
    say(
      `${name.padEnd(20)} client ${median(client(name)).toFixed(2)} s, whole ${whole} s, ${Math.round(peak(name))} MiB`,
    );
  }
  judge('faster than jsforce from records, times', medianRatio(client('jsforce, records'), client('sluice')), {
    atLeast: 5,
  });
  judge('faster than jsforce from CSV, times', medianRatio(client('jsforce, CSV stream'), client('sluice')), {
    atLeast: 1,
  });
  judge('memory, of jsforce from records', peak('sluice') / peak('jsforce, records'), { atMost: 0.25 });
}
