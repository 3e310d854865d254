/** Asks an agent at its own endpoint. */
import { SluiceError } from '../../base/index.ts';
import { agentEndpointPath, agentRequests } from '../../protocol/index.ts';
import { findAllowedAddress } from '../outgoing/allowed-address.ts';
import { postJson } from '../outgoing/post-json.ts';
import type { HubStore } from '../store/index.ts';
import { type AgentLink, readAgentAnswer } from './agent-link.ts';

export type EndpointAddress = {
  /** Scheme, host and port. */
  url: string;
  username: string;
  password: string;
  /** The pinned certificate, PEM; undefined for plain http on this machine. */
  certificate: string | undefined;
};

/** A little more than the agent gives itself, so that its own words arrive. */
const graceMs = 5_000;

export function createEndpointLink(store: Pick<HubStore, 'remoteSites'>, address: EndpointAddress): AgentLink {
  const { username, password, certificate } = address;
  const credentials = { username, password };
  return {
    async ask(name, input, { signal } = {}) {
      const url = new URL(`${agentEndpointPath}/${name}`, address.url);
      const { deadlineMs } = agentRequests[name];
      const deadline = AbortSignal.timeout(deadlineMs + graceMs);
      const until = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      try {
        const to = await findAllowedAddress(store, url, { signal: until });
        const said = await postJson({ to, path: url.pathname, certificate, credentials, body: input, signal: until });
        return readAgentAnswer(name, said);
      } catch (error) {
        if (deadline.aborted && !signal?.aborted)
          throw new SluiceError('AGENT_TOO_SLOW', { request: name, seconds: deadlineMs / 1000 }, { cause: error });
        throw error;
      }
    },
  };
}
