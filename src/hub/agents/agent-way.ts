/** The way to an agent, as it was entered or is kept, and the link at its end. */
import { type Seal, SluiceError } from '../../base/index.ts';
import type { DialledAgent, HubAgent, HubStore } from '../store/index.ts';
import type { AgentLink } from './agent-link.ts';
import { createDialledLink, type DialledMeans, linkToDialled } from './dialled-link.ts';
import { createEndpointLink } from './endpoint-link.ts';
import { type Watching, watchLink } from './watched-link.ts';

/** `fingerprint`: the only certificate that is taken at a first contact, when it is given. */
export type EndpointWay = {
  kind: 'endpoint';
  url: string;
  username: string;
  password: string;
  certificate: string | undefined;
  fingerprint?: string | undefined;
};

export type AgentWay = EndpointWay | { kind: 'dialled'; agent: HubAgent };

export type AgentWays = {
  /** How this agent is reached. Throws KEY_FILE_INVALID. */
  wayTo(agent: HubAgent): AgentWay;
  /** Throws AGENT_NOT_PINNED for an endpoint whose certificate is not known. */
  linkAt(way: AgentWay): AgentLink;
  /** The link to an agent that calls the hub. */
  linkToDialled(agent: DialledAgent): AgentLink;
  sealPassword(url: string, password: string): Uint8Array;
};

type Means = {
  store: Pick<HubStore, 'remoteSites'>;
  seal: Seal;
  /** For agents that call the hub. */
  dialled: DialledMeans;
  watching: Watching;
};

export function createAgentWays({ store, seal, dialled, watching }: Means): AgentWays {
  return {
    wayTo(agent) {
      if (agent.kind === 'dialled') return { kind: 'dialled', agent };
      const { url, username, password, certificate } = agent;
      return {
        kind: 'endpoint',
        url: url ?? '',
        username: username ?? '',
        password: password === null || url === null ? '' : seal.open(password, purposeOf(url)),
        certificate: certificate ?? undefined,
      };
    },
    linkAt(way) {
      if (way.kind === 'dialled') return watchLink(linkToDialled(dialled, way.agent), watching);
      if (way.certificate === undefined && !way.url.startsWith('http:'))
        throw new SluiceError('AGENT_NOT_PINNED', { url: way.url });
      return watchLink(createEndpointLink(store, way), watching);
    },
    linkToDialled: (agent) => watchLink(createDialledLink(dialled, agent), watching),
    sealPassword: (url, password) => seal.seal(password, purposeOf(url)),
  };
}

const purposeOf = (url: string) => `agent password for ${url}`;
