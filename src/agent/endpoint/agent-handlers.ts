/** What an agent does for each request of the protocol. */
import type { AgentHandlers } from '../../protocol/index.ts';
import type { AgentIdentity } from './agent-identity.ts';

export type HandlerMeans = { identity: AgentIdentity; version: string };

export function createAgentHandlers({ identity, version }: HandlerMeans): AgentHandlers {
  const { id, name, publicKey } = identity;
  return {
    about: () => ({ id, name, version, publicKey, deployment: 0 }),
  };
}
