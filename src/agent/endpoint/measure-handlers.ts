/** Counts what an agent does for its hub, by request and result, and how long it took. */
import { type AgentHandlers, type AgentRequestName, agentRequests } from '../../protocol/index.ts';
import type { Metrics } from '../../web/index.ts';

/** Up to the longest a request may take. */
const buckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

type Handle = (input: never, means: { signal: AbortSignal }) => unknown;

/** The same handlers, measured. */
export function measureHandlers(handlers: AgentHandlers, metrics: Metrics): AgentHandlers {
  const duration = metrics.histogram({
    name: 'sluice_agent_request_duration_seconds',
    help: 'How long the agent worked on requests of the hub, by request and result.',
    labels: ['request', 'result'] as const,
    buckets,
  });
  function measured(request: AgentRequestName): Handle {
    const handle = handlers[request] as Handle;
    return async (input, means) => {
      const end = duration.startTimer({ request });
      try {
        const answer = await handle(input, means);
        end({ result: 'answered' });
        return answer;
      } catch (error) {
        end({ result: 'failed' });
        throw error;
      }
    };
  }
  const names = Object.keys(agentRequests) as AgentRequestName[];
  return Object.fromEntries(names.map((name) => [name, measured(name)])) as unknown as AgentHandlers;
}
