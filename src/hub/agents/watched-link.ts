/** A link to an agent as the hub uses it: what is asked ends with the hub, and is counted by what came of it. */
import { type ErrorCode, SluiceError } from '../../base/index.ts';
import type { AgentResult, HubMetrics } from '../hub-metrics.ts';
import type { AgentLink } from './agent-link.ts';

export type Watching = { stopping: AbortSignal; metrics: Pick<HubMetrics, 'agentAsked'> };

export function watchLink({ ask }: AgentLink, { stopping, metrics }: Watching): AgentLink {
  return {
    async ask(name, input, { signal } = {}) {
      const until = signal === undefined ? stopping : AbortSignal.any([signal, stopping]);
      const startedAt = performance.now();
      const tell = (result: AgentResult) => metrics.agentAsked(name, result, (performance.now() - startedAt) / 1000);
      try {
        const answer = await ask(name, input, { signal: until });
        tell('answered');
        return answer;
      } catch (error) {
        tell(until.aborted ? 'stopped' : resultOf(error));
        throw error;
      }
    },
  };
}

const results: Partial<Record<ErrorCode, AgentResult>> = {
  AGENT_REFUSED: 'refused',
  AGENT_LOGIN_REFUSED: 'refused',
  AGENT_AWAY: 'away',
  AGENT_UNREACHABLE: 'away',
  AGENT_TOO_SLOW: 'too slow',
};

function resultOf(error: unknown): AgentResult {
  return (error instanceof SluiceError ? results[error.code] : undefined) ?? 'failed';
}
