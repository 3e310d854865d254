/**
 * Rows into PostgreSQL: our load (staging, merge, bookmark) against psql's COPY into a temporary staging table plus the same merge, from the
 * same file into tables alike. Both are timed from the start of the program; rounds are interleaved; what counts is the ratio in a round.
 * Needs psql. BENCH_ROWS (1000000), BENCH_ROUNDS (5).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetColumn } from '../src/database/index.ts';
import type { RunningPostgres } from '../test/postgres.ts';
import { openAccounts } from './accounts.ts';
import { run } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const atLeast = 0.7;
const mostMiB = 192;
const text = { kind: 'text' } as const;

const columns: readonly TargetColumn[] = [
  { name: 'ext', kind: 'text', length: 18 },
  ...['name', 'phone', 'website', 'industry'].map((name) => ({ name, ...text })),
  { name: 'employees', kind: 'integer' },
  { name: 'revenue', kind: 'decimal', precision: 12, scale: 2 },
  ...['street', 'city', 'postal_code'].map((name) => ({ name, ...text })),
  { name: 'active', kind: 'boolean' },
  { name: 'notes', ...text },
];
const names = columns.map(({ name }) => name);
const typeOf = (column: TargetColumn) =>
  ({ integer: 'bigint', decimal: 'numeric(12, 2)', boolean: 'boolean' })[column.kind as string] ??
  (column.name === 'ext' ? 'varchar(18)' : 'text');
const definition = columns.map((column) => `${column.name} ${typeOf(column)}`).join(', ');

wantPrograms('psql');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-load-'));
const file = join(folder, 'accounts.csv');
const postgres = await openAccounts(rows);
try {
  await measure();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  sql(`\\copy (select ${names.join(', ')} from accounts) to '${file}' with (format csv, header, force_quote *)`);
  for (const table of ['floor', 'ours']) sql(`create table ${table} (${definition}, primary key (ext))`);
  const found = {
    new: { floor: [] as number[], ours: [] as number[] },
    same: { floor: [] as number[], ours: [] as number[] },
  };
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    sql('truncate floor, ours');
    for (const kind of ['new', 'same'] as const) {
      const turns = [
        async () => void found[kind].floor.push((await timed('psql', floorArguments(postgres))).seconds),
        async () => {
          const { seconds, peakMiB } = await timed(process.execPath, [join(import.meta.dirname, 'load-program.ts')]);
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
    say(
      `${what}: psql ${median(floor).toFixed(2)} s, sluice ${median(ours).toFixed(2)} s, ${Math.round(rows / median(ours))} rows/s`,
    );
    judge(`${what}, of the floor`, medianRatio(floor, ours), { atLeast });
  }
  judge('peak memory, MiB', peak, { atMost: mostMiB });
}

function sql(statement: string): void {
  execFileSync('psql', [postgres.connectionString, '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function timed(command: string, args: readonly string[]) {
  const { host, port, user, password, database } = postgres;
  const settings = { type: 'postgres', host, port, user, password, database, tls: 'off' };
  const work = { settings, into: { table: 'ours', columns, key: ['ext'] }, file };
  const finished = await run(command, args, { BENCH_LOAD: JSON.stringify(work) });
  if (finished.code !== 0) throw new Error(`${command} ended with ${finished.code}: ${finished.output}`);
  return finished;
}

/** The merge as the load does it. */
function floorArguments({ connectionString }: RunningPostgres): string[] {
  const others = names.slice(1);
  const list = names.join(', ');
  const merge = `with merged as (insert into floor as t (${list}) select ${list} from staging on conflict (ext)
    do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
    where (${others.map((name) => `t.${name}`).join(', ')}) is distinct from (${others.map((name) => `excluded.${name}`).join(', ')})
    returning t.xmax = 0 as is_new) select count(*) from merged where is_new`;
  const statements = [
    `create temporary table staging (${definition})`,
    `\\copy staging from '${file}' with (format csv, header, force_null (${list}))`,
    merge,
  ];
  return [connectionString, '-q', '-v', 'ON_ERROR_STOP=1', ...statements.flatMap((statement) => ['-c', statement])];
}
