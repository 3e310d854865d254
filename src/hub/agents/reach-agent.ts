/** The steps to an agent, from the remote site to its own word on who it is; at the first contact its certificate is looked at. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { Found, PingReport, Step } from '../../protocol/index.ts';
import { type AllowedAddress, findAllowedAddress, requireRemoteSite } from '../outgoing/allowed-address.ts';
import { fetchCertificate } from '../outgoing/post-json.ts';
import type { AgentSeen, HubStore } from '../store/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { AgentWay, AgentWays, EndpointWay } from './agent-way.ts';

/** What the steps share: filled by the first ones, used by those after them. */
export type Reaching = {
  store: Pick<HubStore, 'remoteSites'>;
  ways: AgentWays;
  way: AgentWay;
  /** Of the hub. */
  version: string | undefined;
  about: PingReport['about'];
  address?: AllowedAddress;
  link?: AgentLink;
  seen?: AgentSeen;
};

export function stepsToAgent(look: Reaching): Step[] {
  const { way } = look;
  const dialling = way.kind === 'endpoint' ? stepsToEndpoint(look, way) : [];
  return [
    ...dialling,
    {
      name: 'signedIn',
      label: way.kind === 'endpoint' ? 'Signed in to the agent' : 'Agent connected',
      run: (signal) => signIn(look, signal),
    },
    { name: 'agentVersion', label: 'Agent version', run: async () => compareVersions(look) },
  ];
}

function stepsToEndpoint(look: Reaching, way: EndpointWay): Step[] {
  const url = new URL(way.url);
  return [
    {
      name: 'remoteSite',
      label: 'Remote site allowed',
      run: async () => `${url.origin} is the remote site ${requireRemoteSite(look.store, url).name}.`,
    },
    { name: 'name', label: 'Name resolved', run: (signal) => resolveName(look, url, signal) },
    { name: 'port', label: 'Port open', run: (signal) => openPort(addressOf(look), signal) },
    { name: 'tls', label: 'TLS', run: (signal) => lookAtCertificate(look, way, signal) },
  ];
}

async function resolveName(look: Reaching, url: URL, signal: AbortSignal): Promise<Found> {
  look.address = await findAllowedAddress(look.store, url, { signal });
  const { host, address } = look.address;
  return host === address ? `${host} is an address in digits.` : `${host} is ${address}.`;
}

function addressOf({ address }: Reaching): AllowedAddress {
  if (address === undefined) throw new SluiceError('INTERNAL', { reason: 'a step came before the one that looks up' });
  return address;
}

async function openPort({ host, port, address }: AllowedAddress, signal: AbortSignal): Promise<Found> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, 'connect', { signal });
    return `${host} takes connections at port ${port}.`;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new SluiceError('PORT_CLOSED', { host, port, reason: reasonOf(cause) }, { cause });
  } finally {
    socket.destroy();
  }
}

async function lookAtCertificate(look: Reaching, way: EndpointWay, signal: AbortSignal): Promise<Found> {
  if (way.url.startsWith('http:')) return { skipped: 'Not used: plain http on this machine.' };
  const address = addressOf(look);
  const shown = await fetchCertificate(address, signal).catch((cause: unknown) => {
    throw cause instanceof SluiceError ? tlsFailed(address, cause) : cause;
  });
  const found = fingerprintOf(shown);
  look.about.fingerprint = found;
  if (way.certificate !== undefined && fingerprintOf(way.certificate) !== found)
    throw new SluiceError('AGENT_CERTIFICATE_CHANGED', { host: address.host, port: address.port });
  if (way.fingerprint !== undefined && plain(way.fingerprint) !== plain(found))
    throw new SluiceError('AGENT_FINGERPRINT_DIFFERENT', {
      host: address.host,
      port: address.port,
      found,
      wanted: way.fingerprint,
    });
  look.way = { ...way, certificate: shown };
  if (way.certificate !== undefined) return `The certificate is the pinned one, SHA-256 ${found}.`;
  return `First contact: the certificate that is pinned has the SHA-256 fingerprint ${found}.`;
}

function tlsFailed({ host, port }: AllowedAddress, { cause }: SluiceError): SluiceError {
  const { code } = Object(cause) as NodeJS.ErrnoException;
  const wrongProtocol = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG';
  const reason = wrongProtocol ? 'it does not speak TLS at this port' : reasonOf(cause);
  return new SluiceError('TLS_FAILED', { host, port, reason }, { cause });
}

/** SHA-256, in pairs of hex digits with colons between. */
export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

const plain = (fingerprint: string) => fingerprint.replaceAll(/[\s:]/g, '').toUpperCase();

async function signIn(look: Reaching, signal: AbortSignal): Promise<Found> {
  look.link = look.ways.linkAt(look.way);
  const about = await look.link.ask('about', {}, { signal });
  const certificate = look.way.kind === 'endpoint' ? look.way.certificate : undefined;
  look.seen = { about, certificate: certificate ?? null };
  look.about.agent = about.name;
  look.about.agentVersion = about.version;
  return `The agent ${about.name} let the hub in.`;
}

function compareVersions({ seen, version }: Reaching): Found {
  const detail = `The agent is of version ${seen?.about.version}.`;
  if (version === undefined || version === seen?.about.version) return detail;
  return { detail: `${detail} The hub is of version ${version}.`, next: 'Bring both to the same version.' };
}
