/**
 * Rows that go by row: `sluice run` with three formulas and the check before sending on, against `psql COPY | curl -T -` of the same
 * table to the same sink. Both are timed from the start of the program to the last byte at the sink; rounds are interleaved; what
 * counts is the ratio in a round. Needs psql and curl. BENCH_ROWS (1000000), BENCH_ROUNDS (5).
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
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

const mapping = {
  ...columns,
  Name: { formula: 'TRIM(name) & " (" & city & ")"' },
  Industry: { formula: 'IF(employees > 4000, "Banking", industry)' },
  AnnualRevenue: { formula: 'ROUND(revenue * 1.19, 2)' },
};

const industries = ['Banking', 'Energy', 'Retail', 'Media'];

/** What an org says of these fields, so that there is something to check in every cell. */
const details = {
  Ext__c: { length: 40 },
  Name: { length: 255, nillable: false },
  Phone: { type: 'phone', length: 40 },
  Website: { type: 'url', length: 255 },
  Industry: {
    type: 'picklist',
    restrictedPicklist: true,
    picklistValues: industries.map((value) => ({ value, label: value, active: true })),
  },
  NumberOfEmployees: { type: 'int' },
  AnnualRevenue: { type: 'currency', precision: 18, scale: 2 },
  BillingStreet: { type: 'textarea', length: 255 },
  BillingCity: { length: 40 },
  BillingPostalCode: { length: 20 },
  Active__c: { type: 'boolean', nillable: false, defaultedOnCreate: true },
  Description: { type: 'textarea' },
};

wantPrograms('psql', 'curl');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-rows-'));
const postgres = await openAccounts(rows);
try {
  const sink = await start([join(import.meta.dirname, 'sink.ts')], {
    SINK_FIELDS: Object.keys(columns).join(','),
    SINK_DETAILS: JSON.stringify(details),
  });
  try {
    await measure(sink);
  } finally {
    await stop(sink);
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(sink: Started): Promise<void> {
  const floors: number[] = [];
  const ours: number[] = [];
  let peak = 0;
  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => floors.push((await timed(sink, () => floor(postgres, sink))).toLastByteSeconds),
      async () => {
        const finished = await timed(sink, () => byRow(sink, round));
        ours.push(finished.toLastByteSeconds);
        peak = Math.max(peak, finished.peakMiB);
      },
    ];
    for (const turn of round % 2 ? turns.reverse() : turns) await turn();
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  say(`rows ${rows}, ${rounds} rounds, three formulas, every cell checked`);
  say(`floor   ${median(floors).toFixed(2)} s to the last byte`);
  say(`sluice  ${median(ours).toFixed(2)} s to the last byte, ${Math.round(peak)} MiB at most`);
  judge('speed by row, of the floor', medianRatio(floors, ours), { atLeast: 0.3 });
}

function byRow(sink: Started, round: number): Promise<Finished> {
  const data = join(folder, `data-${round}`);
  return runSluice({ postgres, sink, folder, data, other: { mapping, check: 'on' } });
}

async function timed(sink: Started, act: () => Promise<Finished>): Promise<Finished & { toLastByteSeconds: number }> {
  await fetch(`${sink.ready.url}/sink/forget`);
  const beganMs = Date.now();
  const finished = await act();
  if (finished.code !== 0) throw new Error(`ended with ${finished.code}: ${finished.output}`);
  const { lastByteMs } = (await (await fetch(`${sink.ready.url}/sink/report`)).json()) as { lastByteMs: number };
  return { ...finished, toLastByteSeconds: (lastByteMs - beganMs) / 1000 };
}

function floor({ connectionString }: RunningPostgres, sink: Started): Promise<Finished> {
  const url = `${sink.ready.url}/services/data/v68.0/jobs/ingest/floor/batches`;
  return run('bash', ['-o', 'pipefail', '-c', `psql "$FLOOR_DATABASE" -q -c "$FLOOR_COPY" | curl -sS -T - "${url}"`], {
    FLOOR_DATABASE: connectionString,
    FLOOR_COPY: copyStatement(),
  });
}
