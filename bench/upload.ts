/**
 * Bytes out of the database: `sluice run` with spool and ledger on, against `psql COPY | curl -T -`, from PostgreSQL to the same sink.
 * Both are timed from the start of the program to the last byte at the sink; rounds are interleaved; what counts is the ratio in a round.
 * Needs psql and curl. BENCH_ROWS (1000000), BENCH_ROUNDS (7), BENCH_LARGE_ROWS (3000000, once, for its memory).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningPostgres } from '../test/postgres.ts';
import { columns, copyStatement, openAccounts } from './accounts.ts';
import { type Finished, run, type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { runSluice } from './upload-interface.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const largeRows = Number(process.env.BENCH_LARGE_ROWS ?? 3_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const mostMiB = 192;
const mostGrowthMiB = 24;
wantPrograms('psql', 'curl');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-upload-'));

try {
  const sink = await start([join(import.meta.dirname, 'sink.ts')], { SINK_FIELDS: Object.keys(columns).join(',') });
  try {
    await measure(sink);
  } finally {
    await stop(sink);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Timed = Finished & { toLastByteSeconds: number };

async function measure(sink: Started): Promise<void> {
  const small = await rounded(sink, rows, rounds);
  const large = await rounded(sink, largeRows, 1, false);
  const lastByte = (runs: readonly Timed[]) => runs.map(({ toLastByteSeconds }) => toLastByteSeconds);
  const ratio = medianRatio(lastByte(small.floor), lastByte(small.ours));
  const peak = Math.max(...small.ours.map(({ peakMiB }) => peakMiB));
  const growth = (large.ours[0]?.peakMiB ?? Number.NaN) - peak;
  say(`rows ${rows}, ${Math.round(small.megabytes)} MB, ${rounds} rounds`);
  const whole = median(small.ours.map(({ seconds }) => seconds)).toFixed(2);
  say(`floor   ${median(lastByte(small.floor)).toFixed(2)} s to the last byte`);
  say(
    `sluice  ${median(lastByte(small.ours)).toFixed(2)} s to the last byte, ${whole} s to the last row in the ledger`,
  );
  judge('speed, of the floor', ratio, { atLeast: 0.8 });
  judge('peak memory, MiB', peak, { atMost: mostMiB });
  judge(`more at ${largeRows} rows, MiB`, growth, { atMost: mostGrowthMiB });
}

async function rounded(sink: Started, tableRows: number, times: number, withFloor = true) {
  const postgres = await openAccounts(tableRows);
  const result = { floor: [] as Timed[], ours: [] as Timed[], megabytes: 0 };
  try {
    for (let round = 0; round < times; round += 1) {
      const turns = [
        async () => withFloor && result.floor.push(await timed(sink, () => floor(postgres, sink))),
        async () =>
          result.ours.push(
            await timed(sink, () => runSluice({ postgres, sink, folder, data: join(folder, `${tableRows}-${round}`) })),
          ),
      ];
      for (const turn of round % 2 ? turns.reverse() : turns) await turn();
      result.megabytes = (await report(sink)).bytes / 1e6;
      process.stderr.write(`round ${round + 1} of ${times}, ${tableRows} rows\n`);
    }
  } finally {
    await postgres.stop();
  }
  return result;
}

async function timed(sink: Started, act: () => Promise<Finished>): Promise<Timed> {
  await fetch(`${sink.ready.url}/sink/forget`);
  const beganMs = Date.now();
  const finished = await act();
  if (finished.code !== 0) throw new Error(`ended with ${finished.code}: ${finished.output}`);
  return { ...finished, toLastByteSeconds: ((await report(sink)).lastByteMs - beganMs) / 1000 };
}

async function report(sink: Started): Promise<{ lastByteMs: number; bytes: number }> {
  return (await fetch(`${sink.ready.url}/sink/report`)).json() as Promise<{ lastByteMs: number; bytes: number }>;
}

function floor(postgres: RunningPostgres, sink: Started): Promise<Finished> {
  const url = `${sink.ready.url}/services/data/v68.0/jobs/ingest/floor/batches`;
  return run('bash', ['-o', 'pipefail', '-c', `psql "$FLOOR_DATABASE" -q -c "$FLOOR_COPY" | curl -sS -T - "${url}"`], {
    FLOOR_DATABASE: postgres.connectionString,
    FLOOR_COPY: copyStatement(),
  });
}
