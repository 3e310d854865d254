/** What the hub counts; everything else it counts one day joins here, and is reached as `parts.metrics`. */
import type { AgentRequestName } from '../protocol/index.ts';
import type { Metrics } from '../web/index.ts';

export type AgentResult = 'answered' | 'refused' | 'away' | 'too slow' | 'stopped' | 'failed';

export type HubMetrics = {
  agentAsked(request: AgentRequestName, result: AgentResult, seconds: number): void;
  tokenIssued(): void;
  /** `reason` is a word of the authorization server's own, never one of the caller's. */
  tokenRefused(reason: string): void;
  reportsReceived(count: number): void;
  /** So many works of different callers were written in one transaction. */
  committed(works: number): void;
  /** `count` is asked each time the metrics are. */
  watchAgents(count: () => number): void;
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
  const commits = metrics.histogram({
    name: 'sluice_store_commit_works',
    help: 'How many works of different callers shared one transaction of the store.',
    buckets: worksBuckets,
  });
  return {
    agentAsked: (request, result, seconds) => asked.observe({ request, result }, seconds),
    tokenIssued: () => issued.inc(),
    tokenRefused: (reason) => refused.inc({ reason }),
    reportsReceived: (count) => reports.inc(count),
    committed: (works) => commits.observe(works),
    watchAgents(read) {
      const help = 'Agents that have dialled in, and were heard of within the last minute.';
      metrics.gauge({ name: 'sluice_agents_connected', help, read });
    },
  };
}
