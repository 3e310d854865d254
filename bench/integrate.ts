/**
 * The integrate API, asynchronous, one record a call, 64 connections: the hub as a program with its store on disk, against a bare
 * server that appends the body to a file, both with group commit; then what the hub held in memory. Both take turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/index.ts';
import { openIntegrateInTest } from '../src/hub/integrate/integrate-in-test.ts';
import { residentMiB, type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { peersFolder } from './peers.ts';
import { type Load, requestsPerSecond } from './wrk.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');
const path = '/V4/integrate?integration=Shop&interface=orders&mode=Asynchronous';

/** Each record has a key of its own. */
const script = [
  `wrk.headers['Content-Type'] = 'application/json'`,
  'local n = 0',
  'request = function()',
  '  n = n + 1',
  `  return wrk.format(nil, nil, nil, '{"number":' .. n .. ',"total":1234.50,"note":"to be left at the door of the neighbour"}')`,
  'end',
];

wantPrograms('wrk');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-integrate-'));
try {
  await measure(await setUp());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A hub with an interface and a client of it; its agent is away, as agents may be. Gives the token. */
async function setUp(): Promise<string> {
  await using stage = await openIntegrateInTest({ folder: join(folder, 'hub'), clock: systemClock });
  return stage.client.token;
}

async function measure(token: string): Promise<void> {
  const rates: Record<'hub' | 'floor', number[]> = { hub: [], floor: [] };
  const memory: number[] = [];
  const headers = { Authorization: `Bearer ${token}` };
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    await withProgram(
      [sluice, 'hub', 'start', '--json', '--port', '0', '--data', join(folder, 'hub')],
      {},
      async (hub) => {
        bytes = await answerBytes(hub, headers);
        rates.hub.push(await load({ url: `${hub.ready.url}${path}`, headers }));
        memory.push(residentMiB(hub.child.pid));
      },
    );
    const environment = { FLOOR_BYTES: String(bytes), FLOOR_FILE: join(folder, 'floor') };
    await withProgram([join(peersFolder, 'append-server.js')], environment, async (floor) => {
      rates.floor.push(await load({ url: floor.ready.url ?? '', headers }));
    });
    process.stderr.write(`round ${round + 1} of ${rounds}: ${rates.hub.at(-1)} of ${rates.floor.at(-1)} calls/s\n`);
  }
  for (const name of ['hub', 'floor'] as const) say(`${name.padEnd(8)} ${Math.round(median(rates[name]))} calls/s`);
  say(`memory of the hub after a round ${Math.round(median(memory))} MiB`);
  judge('calls, of the floor', medianRatio(rates.hub, rates.floor), { atLeast: 0.3 });
}

/** Stopped whatever becomes of the work. */
async function withProgram(
  args: readonly string[],
  environment: Record<string, string>,
  work: (started: Started) => Promise<void>,
): Promise<void> {
  const started = await start(args, environment);
  try {
    await work(started);
  } finally {
    await stop(started);
  }
}

async function answerBytes({ ready }: Started, headers: Readonly<Record<string, string>>): Promise<number> {
  const body = '{"number":0}';
  const sent = { method: 'POST', body, headers: { ...headers, 'Content-Type': 'application/json' } };
  const answer = await fetch(`${ready.url}${path}`, sent);
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.text()).length;
}

function load(to: Pick<Load, 'url'> & { headers: Readonly<Record<string, string>> }): Promise<number> {
  return requestsPerSecond({ ...to, method: 'POST', script }, { folder, seconds });
}
