/** What the agent does for those who call it: run, resume, and tell of both. */
import { SluiceError } from '../base/index.ts';
import type { Ledger, RowRecord } from '../ledger/index.ts';
import { readConnectionFile } from './connection-file.ts';
import { type AnyLoaded, isOutbound, loadAnyInterface } from './outbound/outbound-file.ts';
import { type OutboundMeans, resumeOutbound, startOutbound } from './outbound/run-outbound.ts';
import { resumeRun, startRun } from './run-interface.ts';
import type { RunMeans } from './run-means.ts';
import { getRun, type RunReport, reportOf } from './run-report.ts';

export type RunInterfaceOptions = OutboundMeans &
  ({ interfaceFile: string; loaded?: undefined } | { loaded: AnyLoaded; interfaceFile?: undefined });

/**
 * Runs one interface: from its source to Salesforce's last word on every row, or out of Salesforce into its table.
 *
 * What goes wrong in the run stands in the report (`status` failed, unknown rows, …) and in the ledger; thrown is only what
 * keeps a run from beginning: FILE_UNREADABLE, FILE_INVALID, RUN_UNFINISHED, INTERFACE_RUNNING, LEDGER_LOCKED.
 *
 * @example const report = await runInterface({ interfaceFile: 'cities.yaml', ledger, environment: process.env });
 */
export async function runInterface(options: RunInterfaceOptions): Promise<RunReport> {
  const loaded = options.loaded ?? loadAnyInterface(options.interfaceFile, options.environment);
  return isOutbound(loaded) ? await startOutbound(loaded, options) : await startRun(loaded, options);
}

export type ResumeOptions = RunMeans & {
  /** Only this run, or runs of this interface; all that have not ended when neither is given. */
  run?: number | undefined;
  interface?: string | undefined;
};

/** Goes on with runs that have not ended, oldest first. One that another process is running is left to it. */
export async function resumeRuns(options: ResumeOptions): Promise<RunReport[]> {
  const { ledger, run: wanted } = options;
  if (wanted !== undefined) getRun(ledger, wanted);
  const filter = { unfinished: true, ...(options.interface === undefined ? {} : { interface: options.interface }) };
  const unfinished = ledger.listRuns(filter).filter(({ id }) => wanted === undefined || id === wanted);
  const reports: RunReport[] = [];
  for (const { id, definition } of unfinished.reverse()) {
    options.signal?.throwIfAborted();
    const report = await resumeUnlessRunning(id, refreshed(definition as AnyLoaded, options), options);
    if (report) reports.push(report);
  }
  return reports;
}

async function resumeUnlessRunning(id: number, loaded: AnyLoaded, options: ResumeOptions): Promise<RunReport | null> {
  try {
    return isOutbound(loaded) ? await resumeOutbound(id, loaded, options) : await resumeRun(id, loaded, options);
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'INTERFACE_RUNNING' && options.run === undefined) return null;
    throw error;
  }
}

/** The run goes on as it was begun; its connection may have been mended since, so that is read anew where it still is. */
function refreshed<Loaded extends AnyLoaded>(loaded: Loaded, { environment }: RunMeans): Loaded {
  try {
    return { ...loaded, connection: readConnectionFile(loaded.connectionFile, environment) };
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'FILE_UNREADABLE') return loaded;
    throw error;
  }
}

/** Newest first. */
export function readRuns(ledger: Ledger, options: { interface?: string; limit?: number } = {}): RunReport[] {
  return ledger.listRuns(options).map((run) => reportOf(run, Date.now()));
}

/** The rejected rows of a run, then its unknown ones, with key, code, message and values. Errors: RUN_MISSING. */
export function readRejects(ledger: Ledger, run: number | string): Iterable<RowRecord> {
  const { id } = getRun(ledger, Number(run));
  return ledger.readRejects(id);
}

/** What became of the row with this key, newest run first. */
export function findRow(
  ledger: Ledger,
  key: string,
  options: { interface?: string; limit?: number } = {},
): RowRecord[] {
  return ledger.findRow(key, options);
}
