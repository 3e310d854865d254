/** A link to an agent as the hub uses it: what is asked ends with the hub. */
import type { AgentLink } from './agent-link.ts';

export function watchLink({ ask }: AgentLink, stopping: AbortSignal): AgentLink {
  return {
    async ask(name, input, { signal } = {}) {
      return await ask(name, input, { signal: signal === undefined ? stopping : AbortSignal.any([signal, stopping]) });
    },
  };
}
