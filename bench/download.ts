/**
 * Bytes out of Salesforce: our client reads the result pages of a query job into a file, against `curl -o` of the same pages.
 * Both are timed from the start of the program to its end; rounds are interleaved; what counts is the ratio in a round.
 * Needs curl. BENCH_ROWS (1000000), BENCH_ROUNDS (7).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, run, type Started, start, stop } from './child.ts';
import { median, medianRatio, say, wantPrograms } from './figures.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const pageSize = 50_000;
wantPrograms('curl');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-download-'));
const file = join(folder, 'all.csv');

try {
  const settings = { PAGES_ROWS: String(rows), PAGES_SIZE: String(pageSize) };
  const server = await start([join(import.meta.dirname, 'page-server.ts')], settings);
  try {
    await measure(server);
  } finally {
    await stop(server);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(server: Started): Promise<void> {
  const floor: Finished[] = [];
  const ours: Finished[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => floor.push(await good(readByCurl(server))),
      async () => ours.push(await good(readByClient(server))),
    ];
    for (const turn of round % 2 ? turns.reverse() : turns) await turn();
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  const secondsOf = (runs: readonly Finished[]) => runs.map(({ seconds }) => seconds);
  say(`rows ${rows}, ${Math.round(statSync(file).size / 1e6)} MB, ${rounds} rounds`);
  say(`floor   ${median(secondsOf(floor)).toFixed(2)} s`);
  say(
    `client  ${median(secondsOf(ours)).toFixed(2)} s, peak ${Math.max(...ours.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`,
  );
  say(`speed, of the floor  ${medianRatio(secondsOf(floor), secondsOf(ours)).toFixed(2)}`);
}

async function good(running: Promise<Finished>): Promise<Finished> {
  const finished = await running;
  if (finished.code !== 0) throw new Error(`ended with ${finished.code}: ${finished.output}`);
  return finished;
}

function readByClient({ ready: { url = '' } }: Started): Promise<Finished> {
  const environment = { PAGES_URL: url, PAGES_FILE: file };
  return run(process.execPath, [join(import.meta.dirname, 'download-client.ts')], environment);
}

/** One curl for all pages, one after the other over one connection. */
function readByCurl({ ready: { url, pages } }: Started): Promise<Finished> {
  const results = `${url}/services/data/v68.0/jobs/query/750/results`;
  const wishes = Array.from({ length: Number(pages) }, (_, page) => [
    ...['-o', join(folder, `${page}.csv`)],
    `${results}?locator=${page}`,
  ]);
  return run('curl', ['-sS', ...wishes.flat()]);
}
