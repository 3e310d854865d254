/** What the hub counts; everything else it counts one day joins here, and is reached as `parts.metrics`. */
import type { AgentRequestName, Report, ReportedRow, ToldRow } from '../protocol/index.ts';
import type { Metrics } from '../web/index.ts';

export type AgentResult = 'answered' | 'refused' | 'away' | 'too slow' | 'stopped' | 'failed';

export type HubMetrics = {
  agentAsked(request: AgentRequestName, result: AgentResult, seconds: number): void;
  tokenIssued(): void;
  /** `reason` is a word of the authorization server's own, never one of the caller's. */
  tokenRefused(reason: string): void;
  /** `count`: that were not had before; `reports`: those of them that belong somewhere. */
  reportsReceived(count: number, reports: readonly Report[]): void;
  /** So many works of different callers were written in one transaction. */
  committed(works: number): void;
  /** `count` is asked each time the metrics are. */
  watchAgents(count: () => number): void;
  /** Asked each time the metrics are. */
  watchWork(work: WorkWatched): void;
};

/** What of runs and messages is not at its end; cheap to ask, however many there are. */
export type WorkWatched = {
  /** By status; no further than a person reads. */
  openMessages(): Readonly<Record<string, number>>;
  /** By state. */
  openRuns(): Readonly<Record<string, number>>;
  oldestWaitingSeconds(): number;
  /** How long ago messages were last brought into runs. */
  dispatchLagSeconds(): number;
};

/** Up to the longest an agent may take. */
const secondsBuckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 180];
const worksBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export function createHubMetrics(metrics: Metrics): HubMetrics {
  const asked = metrics.histogram({
    name: 'sluice_hub_agent_request_duration_seconds',
    help: 'How long agents took to answer the hub, by request and result.',
    labels: ['request', 'result'] as const,
    buckets: secondsBuckets,
  });
  const issued = metrics.counter({
    name: 'sluice_tokens_issued_total',
    help: 'Access tokens given to API clients and agents.',
  });
  const refused = metrics.counter({
    name: 'sluice_token_requests_refused_total',
    help: 'Token requests that were refused, by reason.',
    labels: ['reason'] as const,
  });
  const reports = metrics.counter({
    name: 'sluice_agent_reports_received_total',
    help: 'Reports of agents that the hub has on its disk.',
  });
  const rows = metrics.counter({
    name: 'sluice_rows_settled_total',
    help: 'Rows that agents reported, by outcome; a row that is tried again counts again.',
    labels: ['outcome'] as const,
  });
  const runs = metrics.counter({
    name: 'sluice_runs_ended_total',
    help: 'Runs that ended, by how they did.',
    labels: ['status'] as const,
  });
  const commits = metrics.histogram({
    name: 'sluice_store_commit_works',
    help: 'How many works of different callers shared one transaction of the store.',
    buckets: worksBuckets,
  });
  return {
    agentAsked: (request, result, seconds) => asked.observe({ request, result }, seconds),
    tokenIssued: () => issued.inc(),
    tokenRefused: (reason) => refused.inc({ reason }),
    reportsReceived(count, received) {
      reports.inc(count);
      for (const { kind, body } of received) {
        if (kind === 'runEnded') runs.inc({ status: body.status });
        if (kind === 'rows') for (const [outcome, many] of countOutcomes(body.rows)) rows.inc({ outcome }, many);
      }
    },
    committed: (works) => commits.observe(works),
    watchAgents(read) {
      const help = 'Agents that were heard of within the last 20 seconds, whichever of hub and agent dials.';
      metrics.gauge({ name: 'sluice_agents_connected', help, read });
    },
    watchWork: (work) => watchWork(metrics, work),
  };
}

function countOutcomes(rows: readonly ToldRow[]): Map<ReportedRow['outcome'], number> {
  const counts = new Map<ReportedRow['outcome'], number>();
  for (const row of rows) {
    const outcome = Array.isArray(row) ? 'succeeded' : row.outcome;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

function watchWork(metrics: Metrics, work: WorkWatched): void {
  metrics.gauges({
    name: 'sluice_messages',
    help: 'Messages that are not at their end, by status; counted up to 100,000 of each.',
    label: 'status',
    read: () => work.openMessages(),
  });
  metrics.gauges({
    name: 'sluice_runs',
    help: 'Runs that have not ended, by state.',
    label: 'state',
    read: () => work.openRuns(),
  });
  metrics.gauge({
    name: 'sluice_oldest_waiting_message_age_seconds',
    help: 'How long ago the oldest message arrived that waits to be brought into a run; 0: none waits.',
    read: () => work.oldestWaitingSeconds(),
  });
  metrics.gauge({
    name: 'sluice_dispatch_lag_seconds',
    help: 'How long ago waiting messages were last looked at; below a second while all is well.',
    read: () => work.dispatchLagSeconds(),
  });
}
