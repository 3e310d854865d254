/** What a command says at the end of one or several runs, and the exit code it ends with. */
import type { RunReport } from '../agent/index.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

type Rows = RunReport['rows'];
type Loaded = NonNullable<RunReport['loaded']>;
type Status = RunReport['status'];

/** From good to bad; the worst of several runs is the status of them all. */
const exitCodes = new Map<Status, number>([
  ['completed', 0],
  ['completed with rejects', 3],
  ['unknown rows', 4],
  ['cancelled', 1],
  ['failed', 1],
]);

const severity = [...exitCodes.keys()];

/** The exit code of these runs: that of the worst. */
export function exitCodeOf(reports: readonly RunReport[]): number {
  return exitCodes.get(worstStatus(reports)) ?? 1;
}

/** False when what follows may stand on rows that are not there: the run failed, was stopped or has unknown rows. */
export function mayGoOn({ status }: RunReport): boolean {
  return status === 'completed' || status === 'completed with rejects';
}

function worstStatus(reports: readonly RunReport[]): Status {
  const worst = Math.max(0, ...reports.map(({ status }) => severity.indexOf(status)));
  return severity[worst] ?? 'failed';
}

export type Ending = {
  reports: readonly RunReport[];
  /** Names of interfaces that were to follow, and did not, because one before them did not go through. */
  notRun: readonly string[];
  /** What lists the rejected rows of a run; "sluice rejects RUN" when left out. */
  findRejects?: (run: string) => string;
};

/** Says how it ended, by a line of JSON or a table, with the errors beside it on standard error. */
export function sayFinished({ json, terminal, ...ending }: Ending & { json: boolean; terminal: Terminal }): void {
  terminal.out(json ? finishedLine(ending) : finishedText(ending));
  terminal.err(errorsText(ending.reports));
}

/**
 * The last line of `--json`: the rows of all runs together, the worst status, and each run by itself under `runs`;
 * `run` is the last one.
 */
export function finishedLine({ reports, notRun }: Ending): string {
  const entry = {
    event: 'finished',
    run: reports.at(-1)?.run ?? null,
    status: worstStatus(reports),
    rows: addRows(reports.map(({ rows }) => rows)),
    ...loadedOfAll(reports),
    seconds: round(reports.reduce((sum, { seconds }) => sum + seconds, 0)),
    runs: reports,
    notRun,
  };
  return `${JSON.stringify(entry)}\n`;
}

function addRows(all: readonly Rows[]): Rows {
  const total: Rows = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };
  for (const rows of all) {
    for (const name of Object.keys(total) as (keyof Rows)[]) total[name] += rows[name];
  }
  return total;
}

/** Only when something came out of Salesforce. */
function loadedOfAll(reports: readonly RunReport[]): { loaded?: Loaded } {
  const all = reports.flatMap(({ loaded }) => loaded ?? []);
  if (all.length === 0) return {};
  const total: Loaded = { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const counts of all) {
    for (const name of Object.keys(total) as (keyof Loaded)[]) total[name] += counts[name];
  }
  return { loaded: total };
}

function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

const headings = [
  'run',
  'interface',
  'status',
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

/** What kept runs from being good. */
export function errorsText(reports: readonly RunReport[]): string {
  return reports.map(({ interface: name, error }) => (error ? `${describeError(name, error)}\n` : '')).join('');
}

function describeError(name: string, { message, next, code }: NonNullable<RunReport['error']>): string {
  return `${name}: ${message}\n${next}\n(${code})`;
}

/** The same for a person: a table, and where to see rows that are not good. */
export function finishedText({ reports, notRun, findRejects = rejectsInLedger }: Ending): string {
  const tables = [inboundTable(reports.filter(({ loaded }) => !loaded)), outboundTable(reports)];
  const left = notRun.length > 0 ? [`Not run, since what comes before did not go through: ${notRun.join(', ')}.`] : [];
  return `${[...tables.flat(), ...reports.flatMap((one) => remarks(one, findRejects)), ...left].join('\n\n')}\n`;
}

/** Nothing for no runs. */
function inboundTable(reports: readonly RunReport[]): string[] {
  const rows = reports.map(({ run, interface: name, status, rows: r, seconds }) => {
    const rate = seconds > 0 ? Math.round(r.read / seconds) : 0;
    return [
      String(run),
      name,
      status,
      r.read,
      r.sent,
      r.succeeded,
      r.created,
      r.updated,
      r.rejected,
      r.unknown,
      seconds.toFixed(1),
      rate,
    ];
  });
  return rows.length > 0 ? [textTable(headings, rows)] : [];
}

const outboundHeadings = [
  'run',
  'interface',
  'status',
  'read',
  'inserted',
  'updated',
  'unchanged',
  'deleted',
  'seconds',
  'rows/s',
];

function outboundTable(reports: readonly RunReport[]): string[] {
  const rows = reports.flatMap(({ run, interface: name, status, loaded, seconds }) => {
    if (!loaded) return [];
    const { read, inserted, updated, unchanged, deleted } = loaded;
    const rate = seconds > 0 ? Math.round(read / seconds) : 0;
    return [[run, name, status, read, inserted, updated, unchanged, deleted, seconds.toFixed(1), rate]];
  });
  return rows.length > 0 ? [textTable(outboundHeadings, rows)] : [];
}

const rejectsInLedger = (run: string) => `sluice rejects ${run}`;

function remarks({ run, interface: name, rows, error }: RunReport, findRejects: (run: string) => string): string[] {
  if (rows.rejected === 0 || error?.code === 'ROWS_REJECTED') return [];
  return [`${name}: ${rows.rejected} rejected. "${findRejects(run)}" shows which and why.`];
}
