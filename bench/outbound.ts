/**
 * Out of Salesforce into PostgreSQL: `sluice run` of an outbound interface (query job, pages, staging, merge, bookmark, ledger), against
 * psql whose COPYs read the same pages from curl into a temporary staging table, plus the same merge. Both are timed from the start of the
 * program; rounds are interleaved; what counts is the ratio in a round. Needs psql and curl. BENCH_ROWS (1000000), BENCH_ROUNDS (5).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '../test/postgres.ts';
import { type Finished, run, type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const atLeast = 0.7;
const mostMiB = 192;
const types = {
  Id: 'varchar(18)',
  Ext__c: 'varchar(40)',
  Name: 'varchar(255)',
  Phone: 'varchar(40)',
  Website: 'varchar(255)',
  Industry: 'varchar(255)',
  NumberOfEmployees: 'bigint',
  SystemModstamp: 'timestamptz',
  Description: 'text',
};
const names = Object.keys(types).map((name) => `"${name}"`);
const definition = Object.entries(types)
  .map(([name, type]) => `"${name}" ${type}`)
  .join(', ');

wantPrograms('psql', 'curl');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-outbound-'));
const postgres = await startPostgres();
try {
  const server = await start([join(import.meta.dirname, 'page-server.ts')], {
    PAGES_ROWS: String(rows),
    PAGES_SIZE: '50000',
  });
  try {
    await measure(server);
  } finally {
    await stop(server);
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(server: Started): Promise<void> {
  const file = writeFiles(postgres, server);
  for (const table of ['floor', 'ours']) sql(`create table ${table} (${definition}, primary key ("Id"))`);
  const found = {
    new: { floor: [] as number[], ours: [] as number[] },
    same: { floor: [] as number[], ours: [] as number[] },
  };
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    sql('truncate floor, ours');
    for (const kind of ['new', 'same'] as const) {
      const turns = [
        async () => void found[kind].floor.push((await good(run('psql', floorArguments(postgres, server)))).seconds),
        async () => {
          const { seconds, peakMiB } = await good(runSluice(file));
          found[kind].ours.push(seconds);
          peak = Math.max(peak, peakMiB);
        },
      ];
      for (const turn of round % 2 ? turns.reverse() : turns) await turn();
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  for (const [kind, what] of [
    ['new', 'all rows new'],
    ['same', 'nothing changed'],
  ] as const) {
    const { floor, ours } = found[kind];
    say(`${what}: curl and psql ${median(floor).toFixed(2)} s, sluice ${median(ours).toFixed(2)} s`);
    judge(`${what}, of the floor`, medianRatio(floor, ours), { atLeast });
  }
  judge('peak memory, MiB', peak, { atMost: mostMiB });
}

function writeFiles({ host, port, user, database }: RunningPostgres, { ready: { url } }: Started): string {
  writeFileSync(
    join(folder, 'connection.yaml'),
    `name: bench
database: { type: postgres, host: ${host}, port: ${port}, user: ${user}, database: ${database}, password: env:SLUICE_SECRET_DATABASE }
salesforce: { myDomainUrl: '${url}', consumerKey: bench, consumerSecret: env:SLUICE_SECRET_CONSUMER }
`,
  );
  const file = join(folder, 'accounts.yaml');
  writeFileSync(
    file,
    `name: accounts
type: outbound
connection: ./connection.yaml
object: Account
mode: bulk
fields: [${Object.keys(types).join(', ')}]
target: { table: ours, deleted: ignore }
`,
  );
  return file;
}

function runSluice(file: string): Promise<Finished> {
  const program = join(import.meta.dirname, '..', 'bin', 'sluice.js');
  const environment = { SLUICE_SECRET_DATABASE: postgres.password, SLUICE_SECRET_CONSUMER: 'bench' };
  return run(process.execPath, [program, 'run', file, '--json', '--data', join(folder, 'data')], environment);
}

async function good(running: Promise<Finished>): Promise<Finished> {
  const finished = await running;
  if (finished.code !== 0) throw new Error(`ended with ${finished.code}: ${finished.output}`);
  return finished;
}

function sql(statement: string): void {
  execFileSync('psql', [postgres.connectionString, '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** One COPY a page, since each page has a header of its own; the merge as the load does it. */
function floorArguments({ connectionString }: RunningPostgres, { ready: { url, pages } }: Started): string[] {
  const list = names.join(', ');
  const others = names.slice(1);
  const copies = Array.from({ length: Number(pages) }, (_, page) => {
    const curl = `curl -sS "${url}/services/data/v68.0/jobs/query/750/results?locator=${page}"`;
    return `\\copy staging from program '${curl}' with (format csv, header, force_null (${list}))`;
  });
  const merge = `with merged as (insert into floor as t (${list}) select ${list} from staging on conflict ("Id")
    do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
    where (${others.map((name) => `t.${name}`).join(', ')}) is distinct from (${others.map((name) => `excluded.${name}`).join(', ')})
    returning t.xmax = 0 as is_new) select count(*) from merged where is_new`;
  const statements = [`create temporary table staging (${definition})`, ...copies, merge];
  return [connectionString, '-q', '-v', 'ON_ERROR_STOP=1', ...statements.flatMap((statement) => ['-c', statement])];
}
