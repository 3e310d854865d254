/** Puts one report of an agent where it belongs, inside the transaction that marks it as had. */
import { Compile } from 'typebox/schema';
import { type Report, type ReportBody, reportSchema, untoldRow } from '../../protocol/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { keepUsage, leadsTo } from './api-usage.ts';
import { findDeployed } from './deployments.ts';
import { endRun, mayStillEnd } from './end-run.ts';
import { rowsReported } from './message-rows.ts';
import { createRun, findRunInside, type HubRun, runBegan, runInterrupted } from './run-rows.ts';
import { countRun } from './throughput.ts';

/** `agentRow`: null for one that no connection leads to. */
export type Reporter = { agentId: string; agentRow: number | null; journal: string; now: number };

/** `run`: the row of the run it is about. `reason`: why it belongs nowhere. */
export type Outcome = { run: number } | { reason: string } | Record<never, never>;

type Numbered = { report: unknown; number: number };

const check = Compile(reportSchema as never);

/** What is wrong with a report; the others of its batch are not touched by it. */
class Misplaced extends Error {}

/** Never throws for what is in the report; the store's own errors pass through. */
export function applyReport(store: SqliteFile, reporter: Reporter, given: Numbered): Outcome {
  if (!check.Check(given.report)) return keepAside(store, reporter, given, 'it does not have the form of a report');
  store.prepare('SAVEPOINT report').run();
  try {
    const outcome = applyKnown(store, reporter, given as { report: Report; number: number });
    store.prepare('RELEASE report').run();
    return outcome;
  } catch (error) {
    if (!isAboutReport(error)) throw error;
    store.prepare('ROLLBACK TO report').run();
    store.prepare('RELEASE report').run();
    return keepAside(store, reporter, given, error.message);
  }
}

/** SQLITE_CONSTRAINT: what it says cannot be. */
const constraint = 19;

function isAboutReport(error: unknown): error is Error {
  if (error instanceof Misplaced) return true;
  const { errcode } = Object(error) as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === constraint;
}

function keepAside(store: SqliteFile, reporter: Reporter, given: Numbered, reason: string): Outcome {
  keepReport(store, reporter, given);
  return { reason };
}

/** As it came, whatever it is. */
function keepReport(store: SqliteFile, { agentId, journal, now }: Reporter, { report, number }: Numbered): void {
  const { kind, at, body } = Object(report) as { kind?: unknown; at?: unknown; body?: unknown };
  const sql = `INSERT INTO agent_report (agent_id, journal, number, kind, at, body, received_at)
    VALUES (:agentId, :journal, :number, :kind, :at, :body, :now)`;
  const values = {
    kind: typeof kind === 'string' ? kind.slice(0, 80) : '',
    at: Number.isSafeInteger(at) ? Number(at) : now,
    body: JSON.stringify(body ?? report ?? null),
  };
  store.run(sql, { agentId, journal, number, now, ...values });
}

function applyKnown(
  store: SqliteFile,
  reporter: Reporter,
  { report, number }: { report: Report; number: number },
): Outcome {
  switch (report.kind) {
    case 'runStarted':
      return { run: began(store, reporter, report.body) };
    case 'rows': {
      const run = ownRun(store, reporter, report.body.run);
      rowsReported(store, run, { ...report.body, rows: report.body.rows.map(untoldRow), now: reporter.now });
      return { run: run.id };
    }
    case 'runInterrupted': {
      const run = ownRun(store, reporter, report.body.run);
      runInterrupted(store, run, report.body);
      return { run: run.id };
    }
    case 'runEnded': {
      const run = ownRun(store, reporter, report.body.run);
      if (mayStillEnd(store, run)) {
        endRun(store, run, report.body, reporter.now);
        countRun(store, run, { ...report.body, now: reporter.now });
      }
      return { run: run.id };
    }
    case 'apiUsage': {
      const { agentRow, now } = reporter;
      // Of a connection that is not there any more it is no matter.
      if (agentRow !== null && leadsTo(store, agentRow, report.body.myDomainUrl)) keepUsage(store, report.body, now);
      return {};
    }
    default:
      keepReport(store, reporter, { report, number });
      return {};
  }
}

/** Throws for a run that is not this agent's. */
function ownRun(store: SqliteFile, { agentRow }: Reporter, run: string): HubRun {
  const found = findRunInside(store, run);
  if (found === undefined) throw new Misplaced(`there is no run ${run}`);
  if (found.agentRow !== agentRow) throw new Misplaced(`run ${run} is not one of this agent`);
  return found;
}

/** A run that the hub has not heard of began on schedule. */
function began(store: SqliteFile, reporter: Reporter, body: ReportBody<'runStarted'>): number {
  const { run } = body;
  const known = findRunInside(store, run);
  const found = known === undefined ? startedByAgent(store, reporter, body) : ownRun(store, reporter, run);
  runBegan(store, found, body);
  return found.id;
}

function startedByAgent(
  store: SqliteFile,
  { agentRow, now }: Reporter,
  body: ReportBody<'runStarted'>,
): { id: number } {
  const { run, interface: name, direction, dueAt } = body;
  const interfaceId = agentRow === null ? undefined : findDeployed(store, agentRow, name);
  if (agentRow === null || interfaceId === undefined)
    throw new Misplaced(`the interface ${name} of run ${run} was never deployed to this agent`);
  const made = {
    run,
    interfaceId,
    direction,
    agentRow,
    trigger: 'schedule',
    askedBy: 'schedule',
    dueAt,
    at: now,
  } as const;
  return { id: createRun(store, { ...made, at: Math.min(now, body.startedAt) }) };
}
