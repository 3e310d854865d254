/**
 * What it costs that a hub is told of every row: a run through hub and agent, from being asked for until the last row is a message at
 * the hub, against `sluice run` of the same table into the same sink. Both take turns.
 * Needs psql. BENCH_ROWS (1000000), BENCH_ROUNDS (3).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { type HubStage, openHubStage } from './hub-stage.ts';
import { runSluice } from './upload-interface.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/** Seconds since it was asked for: it ended at its agent, the first and the last message were at the hub, the hub says that it has ended. */
type Timed = { ended: number; first: number; last: number; told: number };

wantPrograms('psql');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-hub-run-'));
try {
  await using stage = await openHubStage(folder, rows);
  await measure(stage);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(stage: HubStage): Promise<void> {
  const alone: number[] = [];
  const throughHub: Timed[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await fetch(`${stage.sink.ready.url}/sink/forget`);
    throughHub.push(await runThroughHub(stage, (round + 1) * rows));
    await fetch(`${stage.sink.ready.url}/sink/forget`);
    alone.push(await runAlone(stage, round));
    const { ended, last, told } = throughHub.at(-1) as Timed;
    const hub = `${ended.toFixed(1)} s through the hub, last message after ${last.toFixed(1)} s, end told after ${told.toFixed(1)} s`;
    const times = `${hub}, ${alone.at(-1)?.toFixed(1)} s alone`;
    process.stderr.write(`round ${round + 1} of ${rounds}: ${times}\n`);
  }
  const told = throughHub.map((one) => one.told);
  const of = (time: keyof Timed) => median(throughHub.map((one) => one[time])).toFixed(1);
  const pace = median(throughHub.map(({ first, last }) => rows / (last - first)));
  say(`${rows} rows, ${rounds} rounds`);
  say(`sluice run   ${median(alone).toFixed(1)} s`);
  say(
    `through hub  ${of('told')} s: the run ended after ${of('ended')} s, the last message was there after ${of('last')} s`,
  );
  say(`messages     ${Math.round(pace)} a second, from the first to the last`);
  say(
    `the run, of the time until its last message  ${medianRatio(
      throughHub.map((one) => one.ended),
      throughHub.map((one) => one.last),
    ).toFixed(2)}`,
  );
  judge('a run through hub and agent, of sluice run', medianRatio(alone, told), { atLeast: 0.9 });
}

async function runAlone(stage: HubStage, round: number): Promise<number> {
  const { code, output, seconds } = await runSluice({ ...stage, folder, data: join(folder, `alone-${round}`) });
  if (code !== 0) throw new Error(`sluice run ended with ${code}: ${output}`);
  return seconds;
}

async function runThroughHub({ call, startRun }: HubStage, messages: number): Promise<Timed> {
  const began = performance.now();
  const run = await startRun();
  const since = () => (performance.now() - began) / 1000;
  for (;;) {
    const { json } = await call('GET', `/runs/${run}?wait=20`);
    if (json.state !== 'ended') continue;
    if (json.status !== 'completed') throw new Error(JSON.stringify(json));
    const told = since();
    const { count, first, last } = readMessages(messages - rows);
    // The end is reported behind all rows.
    if (count !== rows) throw new Error(`${count} messages instead of ${rows}`);
    const after = (at: number) => (at - json.askedAt) / 1000;
    return { ended: after(json.endedAt), first: after(first), last: after(last), told };
  }
}

/** Of those behind so many of the rounds before: how many there are, and when the first and the last came. */
function readMessages(before: number): Record<'count' | 'first' | 'last', number> {
  using store = new DatabaseSync(join(folder, 'hub', 'hub.sqlite'), { readOnly: true });
  const sql = `SELECT count(*) AS "count", min(arrived_at) AS "first", max(arrived_at) AS "last" FROM message WHERE id > ?`;
  return store.prepare(sql).get(before) as Record<'count' | 'first' | 'last', number>;
}
