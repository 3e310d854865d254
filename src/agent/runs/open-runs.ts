/** The runs of an agent as one thing with a life: what it was given and what is due goes on, and is stopped in good order. */
import { type Clock, type Log, SluiceError } from '../../base/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { SharedTokens } from '../../salesforce/index.ts';
import type { Deployed } from '../deployment/deployment.ts';
import type { AgentIdentity } from '../endpoint/agent-identity.ts';
import type { AgentReach } from '../endpoint/asked-connection.ts';
import type { KeptRuns } from '../forget-runs.ts';
import type { Observe } from '../observe.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import { dropOldSchedules } from './due-runs.ts';
import { keepTidy } from './keep-tidy.ts';
import { recordsFiles } from './records-files.ts';
import { createRunHandlers, type RunHandlers } from './run-handlers.ts';
import { createRunQueue } from './run-queue.ts';
import { type ScheduleLoop, startScheduleLoop } from './schedule-loop.ts';
import { takenRuns } from './taken-runs.ts';
import { createUsageTeller } from './tell-usage.ts';

export type RunsSettings = {
  folder: string;
  identity: AgentIdentity;
  reach: AgentReach;
  ledger: Ledger;
  journal: ReportJournal;
  deployed: Deployed;
  tokens: SharedTokens;
  givesReports: boolean;
  runsAtOnce: number;
  kept: KeptRuns;
  clock: Clock;
  log: Log;
  random?: () => number;
  observe?: Observe | undefined;
};

export type Runs = {
  handlers: RunHandlers;
  /** Goes on with what is there, and looks at schedules, until it is disposed of. */
  start(): AsyncDisposable;
};

export function openRuns(settings: RunsSettings): Runs {
  const { folder, journal, clock, deployed, tokens, random = Math.random } = settings;
  const stopping = new AbortController();
  const runs = takenRuns(journal, clock);
  const records = recordsFiles(folder);
  const usage = createUsageTeller(settings);
  const queue = createRunQueue({ ...settings, runs, records, random, usage });
  let schedules: ScheduleLoop | undefined;
  let signInsBefore = signInsOf(deployed);
  const handlers = createRunHandlers({
    ...settings,
    runs,
    records,
    queue,
    stopping: stopping.signal,
    async onDeployed() {
      const signIns = signInsOf(deployed);
      if (!signInsBefore.isSubsetOf(signIns)) tokens.forget();
      signInsBefore = signIns;
      await dropOldSchedules(settings);
      schedules?.look();
      queue.lookAgain();
      queue.look();
    },
  });

  return {
    handlers,
    start() {
      const tidying = keepTidy({ ...settings, runs, records });
      queue.look();
      schedules = startScheduleLoop({ ...settings, runs, onDue: queue.look });
      return {
        async [Symbol.asyncDispose]() {
          stopping.abort();
          await schedules?.[Symbol.asyncDispose]();
          await queue.stop(new SluiceError('STOPPED', { signal: 'the stop of the agent' }));
          await usage[Symbol.asyncDispose]();
          await tidying[Symbol.asyncDispose]();
        },
      };
    },
  };
}

/** Addresses, keys and sealed secrets of the connections in use. */
function signInsOf(deployed: Deployed): Set<string> {
  return new Set(deployed.interfaces().map(({ connection }) => JSON.stringify(connection?.salesforce)));
}
