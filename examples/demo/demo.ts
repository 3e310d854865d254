/**
 * The demo: `sluice up --demo`, its interfaces run by the real command line, and an account that must come out exactly as planted.
 * `--keep` leaves it running until Ctrl-C (`--keep=DIR` with its data in DIR), `--twice` runs everything again.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openStopSignal, reasonOf } from '../../src/base/index.ts';
import { type DemoTable, demoTables } from '../../src/cli/demo/demo-tables.ts';
import { countRecords, getToken, sendRecord } from './calls.ts';
import { differences, differencesBack, type Found, type Messages, type Reject, type Report } from './judgement.ts';
import { type Environment, type ReadyDemo, runSluice, startDemo } from './programs.ts';
import { messageTable, rejectTable, reportTable, whatNext } from './tables.ts';

/** In the order in which they must run: parents first. */
const steps = [
  { interface: 'countries', table: 'country', object: 'Country__c' },
  { interface: 'cities', table: 'city', object: 'City__c' },
  { interface: 'accounts', table: 'account', object: 'Account' },
  { interface: 'contacts', table: 'contact', object: 'Contact' },
] as const;

const { keep, twice, folder } = readWords(process.argv.slice(2));
process.exitCode = await demo().catch((error: unknown) => {
  process.stderr.write(`${reasonOf(error)}.\n`);
  return 1;
});

function readWords(words: readonly string[]) {
  const args = words.map((word) => word.replace(/^--keep=/, '--keep-in='));
  const options = { keep: { type: 'boolean' }, 'keep-in': { type: 'string' }, twice: { type: 'boolean' } } as const;
  const { keep = false, twice = false, 'keep-in': folder } = parseArgs({ args, options }).values;
  return { keep: keep || folder !== undefined, twice, folder };
}

async function demo(): Promise<number> {
  using stop = openStopSignal();
  await using parts = new AsyncDisposableStack();
  const startedAt = performance.now();
  say('Starting hub, agent and an org in a box, and filling a database with the places of GeoNames …');
  const place = folder === undefined ? [] : ['--data', folder];
  const ready = await startDemo(['--port', '0', ...place], parts);
  const environment = await readEnvironment(ready);
  say(`${ready.demo.database} holds ${ready.demo.rows.toLocaleString('en-US')} rows.`);
  say(`Everything is ready after ${secondsSince(startedAt)} s.\n`);
  const stage = { tables: demoTables(), ready, environment, signal: stop.signal };
  let wrong = await runAndJudge(stage, { again: false });
  if (wrong.length === 0) wrong = await sendRecords(stage);
  if (twice && wrong.length === 0) {
    say('\nThe same again: no record may be created now.');
    wrong = await runAndJudge(stage, { again: true });
  }
  say(verdict(wrong, secondsSince(startedAt)));
  say(whatNext({ ready, environment }, { keep }));
  if (keep && !stop.signal.aborted) await untilStopped(stop.signal);
  return wrong.length === 0 ? 0 : 1;
}

/** The file that a shell reads, with what the command line asks for. */
async function readEnvironment({ demo: { environmentFile } }: ReadyDemo): Promise<Environment> {
  const text = await readFile(environmentFile, 'utf8');
  const values = [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]);
  return { ...process.env, ...Object.fromEntries(values) };
}

type Stage = { tables: readonly DemoTable[]; ready: ReadyDemo; environment: Environment; signal: AbortSignal };
type Round = { again: boolean };

/** Runs the four interfaces and the way back, prints what the hub knows of them, and gives what differs from what was planted. */
async function runAndJudge(stage: Stage, { again }: Round): Promise<string[]> {
  const startedAt = performance.now();
  const names = steps.map((step) => step.interface);
  const reports = await runThroughHub(names, stage);
  const seconds = secondsSince(startedAt);
  const token = await orgToken(stage);
  const wrong: string[] = [];
  const found: Found[] = [];
  for (const [index, step] of steps.entries()) {
    const report = reports[index];
    const table = stage.tables.find(({ name }) => name === step.table);
    if (!report || !table) {
      wrong.push(`${step.interface}: did not run`);
      continue;
    }
    const messages = await readMessages(report.run, stage);
    const recordsInOrg = await countRecords(stage.ready.demo.org.url, step.object, { token, signal: stage.signal });
    found.push({ report, messages, recordsInOrg });
    wrong.push(...differences(table, { report, messages, recordsInOrg }, { again }));
  }
  say(reportTable(found.map(({ report }) => report)));
  say(`\nThe main job took ${seconds} s, from the first call to the last row accounted for at the hub.`);
  say(`\n${messageTable(found)}`);
  if (!again) say(`\n${rejectTable(found)}`);
  return wrong.length > 0 ? wrong : await bringBack(stage, { again });
}

/** Manual Process, followed to its end. */
async function runThroughHub(names: readonly string[], { environment, signal }: Stage): Promise<Report[]> {
  const { lines } = await runSluice(['process', ...names, '--follow', '--json'], { environment, signal });
  const reports = JSON.parse(lines.at(-1) ?? '{}').runs as Report[] | undefined;
  if (!reports) throw new Error('The runs ended without a report; what was said stands above.');
  return reports;
}

/** Every row of a run, as the hub has it. */
async function readMessages(run: string, { environment, signal }: Stage): Promise<Messages> {
  const { lines } = await runSluice(['messages', 'export', '--run', run, '--json'], { environment, signal });
  const messages = lines.map((line) => JSON.parse(line) as Reject & { status: string });
  const failed = messages.filter(({ status }) => status === 'Failed');
  const completed = messages.filter(({ status }) => status === 'Completed').length;
  return { completed, failed: failed.reverse(), others: messages.length - completed - failed.length };
}

async function orgToken({ ready, environment, signal }: Stage): Promise<string> {
  const { url, consumerKey: id } = ready.demo.org;
  const secret = environment.SLUICE_SECRET_DEMO_CONSUMER ?? '';
  return await getToken(`${url}/services/oauth2/token`, { id, secret }, signal);
}

async function bringBack(stage: Stage, { again }: Round): Promise<string[]> {
  const [report] = await runThroughHub(['cities-back'], stage);
  if (report?.loaded === undefined) return ['cities-back: did not run'];
  const { inserted, updated, unchanged } = report.loaded;
  const [brought, changed, same] = [inserted, updated, unchanged].map((count) => count.toLocaleString('en-US'));
  say(
    `\nBack out of the org, into the table city_back: ${brought} inserted, ${changed} updated, ${same} as they were.`,
  );
  const cities = stage.tables.find(({ name }) => name === 'city')?.rowCount ?? 0;
  return differencesBack({ ...report.loaded, cities }, { again });
}

/** The first account once more, by two ways in. */
async function sendRecords(stage: Stage): Promise<string[]> {
  const { ready, environment, signal } = stage;
  const { url } = ready.demo.org;
  const caller = { id: environment.SLUICE_DEMO_CLIENT ?? '', secret: environment.SLUICE_SECRET_DEMO_CLIENT ?? '' };
  const ways = [
    ['a token of the hub', `${ready.url}/V4`, await getToken(`${ready.url}/oauth2/token`, caller, signal)],
    ['a token of the org', `${url}/services/apexrest/sluice/V4`, await orgToken(stage)],
  ] as const;
  const wrong: string[] = [];
  for (const [what, base, token] of ways) {
    const name = `Sent in with ${what}`;
    const { status } = await sendRecord(base, { ext: 'A-000000', name }, { token, signal });
    const call = { token: await orgToken(stage), signal };
    const there = await countRecords(url, `Account WHERE Ext__c = 'A-000000' AND Name = '${name}'`, call);
    if (status !== 'Completed' || there !== 1) wrong.push(`${base}: the record is ${status}, and ${there} in the org`);
    else say(`One record ${name.toLowerCase()}, ${base}/integrate: ${status}, and in the org.`);
  }
  return wrong;
}

function verdict(wrong: readonly string[], seconds: string): string {
  if (wrong.length === 0) return `\nEvery row is accounted for, exactly as planted, in ${seconds} s.`;
  return `\nThe account is not as planted:\n${wrong.map((line) => `  ${line}`).join('\n')}`;
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
