/**
 * What it costs that a hub is told of every row: a run through hub and agent, from being asked for until the last row is a message at
 * the hub, against `sluice run` of the same table into the same sink. Both take turns.
 * Needs psql. BENCH_ROWS (1000000), BENCH_ROUNDS (3).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunningPostgres } from '../test/postgres.ts';
import { createHubCalls } from '../test/whole/hub-calls.ts';
import { startHubProgram } from '../test/whole/hub-program.ts';
import { columns, openAccounts } from './accounts.ts';
import { type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { runSluice } from './upload-interface.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');

type Stage = { postgres: RunningPostgres; sink: Started; folder: string };
type Call = ReturnType<typeof createHubCalls>;
/** Seconds since it was asked for: it ended at its agent, the first and the last message were at the hub, the hub says that it has ended. */
type Timed = { ended: number; first: number; last: number; told: number };

wantPrograms('psql');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-hub-run-'));
try {
  await using closing = new AsyncDisposableStack();
  const sink = await start([join(import.meta.dirname, 'sink.ts')], {
    SINK_FIELDS: Object.keys(columns).join(','),
    SINK_RESULTS: 'prepared',
  });
  closing.defer(() => stop(sink));
  const postgres = await openAccounts(rows);
  closing.defer(() => postgres.stop());
  const hub = closing.use(await startHubProgram(join(folder, 'hub')));
  const call = createHubCalls(hub.url);
  await succeeds(call, '/session', { username: 'admin', password: hub.password });
  closing.use(await startAgent(call, { hubUrl: hub.url, sink }));
  await setUp(call, { postgres, sink });
  await measure(call, { postgres, sink, folder });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function startAgent(call: Call, { hubUrl, sink }: { hubUrl: string; sink: Started }): Promise<AsyncDisposable> {
  const { code } = await succeeds(call, '/agents/registration-codes');
  const { host } = new URL(sink.ready.url ?? '');
  const args = [sluice, 'agent', 'start', '--json', '--hub', hubUrl, '--data', join(folder, 'agent')];
  const agent = await start([...args, '--allow-host', host], { SLUICE_AGENT_CODE: code });
  return { [Symbol.asyncDispose]: () => stop(agent) };
}

async function setUp(call: Call, { postgres, sink }: Pick<Stage, 'postgres' | 'sink'>): Promise<void> {
  const { rows: agents } = (await call('GET', '/agents')).json;
  const { host, port, user, password, database: databaseName } = postgres;
  const database = { database: 'postgres', host, port, user, password, databaseName, tls: 'off' };
  const keys = { consumerKey: 'none', consumerSecret: 'none' };
  await succeeds(call, '/connections', {
    name: 'sink',
    type: 'agentDatabase',
    agent: { agentId: agents[0].agentId },
    database,
    salesforce: { environment: 'production', myDomainUrl: sink.ready.url, ...keys },
    withoutPing: true,
  });
  await succeeds(call, '/integrations', { name: 'Bench' });
  const into = { object: 'Account', operation: 'upsert', externalId: 'Ext__c', check: 'off', mapping: columns };
  const named = { name: 'accounts', integration: 'Bench', connection: 'sink', status: 'deployed' };
  await succeeds(call, '/interfaces', { definition: { ...named, source: { table: 'accounts' }, ...into } });
}

async function succeeds(call: Call, path: string, body?: object) {
  const { status, json } = await call('POST', path, body);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

async function measure(call: Call, stage: Stage): Promise<void> {
  const alone: number[] = [];
  const throughHub: Timed[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await fetch(`${stage.sink.ready.url}/sink/forget`);
    throughHub.push(await runThroughHub(call, (round + 1) * rows));
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

async function runAlone(stage: Stage, round: number): Promise<number> {
  const { code, output, seconds } = await runSluice({ ...stage, data: join(stage.folder, `alone-${round}`) });
  if (code !== 0) throw new Error(`sluice run ended with ${code}: ${output}`);
  return seconds;
}

async function runThroughHub(call: Call, messages: number): Promise<Timed> {
  const began = performance.now();
  const { runs } = await succeeds(call, '/runs', { interfaces: ['accounts'] });
  const since = () => (performance.now() - began) / 1000;
  for (;;) {
    const { json } = await call('GET', `/runs/${runs[0].id}?wait=20`);
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
