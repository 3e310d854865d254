/** The first steps of every ping over a network: the name, the port, TLS; each by itself, so that the cross tells which it was. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { Found, Step } from '../../protocol/index.ts';
import { openTunnel, type WebProxy } from '../../salesforce/index.ts';

/** `proxy`: what the way to the host leads through. */
export type Host = { host: string; port: number; proxy?: WebProxy | undefined };

/** `unused`: why there is none. */
export function proxyStep({ proxy }: Host, unused: string): Step {
  return {
    name: 'proxy',
    label: 'Proxy',
    async run(signal): Promise<Found> {
      if (proxy === undefined) return { skipped: `Not used: ${unused}.` };
      const socket = connect({ host: proxy.host, port: proxy.port });
      await once(socket, 'connect', { signal }).catch((cause: unknown) => {
        socket.destroy();
        if (signal.aborted) throw signal.reason;
        throw new SluiceError('PROXY_UNREACHABLE', { proxy: proxy.name, reason: reasonOf(cause) }, { cause });
      });
      socket.destroy();
      return `Calls go through ${proxy.name}.`;
    },
  };
}

export function nameStep({ host, proxy }: Host): Step {
  return {
    name: 'name',
    label: 'Name resolved',
    async run(): Promise<Found> {
      if (proxy !== undefined) return { skipped: 'Left to the proxy.' };
      if (isIP(host) !== 0) return `${host} is an address in digits.`;
      const found = await lookup(host, { all: true }).catch((cause: unknown) => {
        throw new SluiceError('HOST_UNKNOWN', { host, reason: reasonOf(cause) }, { cause });
      });
      return `${host} is ${found.map(({ address }) => address).join(', ')}.`;
    },
  };
}

export function portStep({ host, port, proxy }: Host): Step {
  return {
    name: 'port',
    label: 'Port open',
    async run(signal) {
      if (proxy !== undefined) {
        (await tunnelTo({ host, port, proxy, signal })).destroy();
        return `The proxy lets calls through to ${host}, port ${port}.`;
      }
      const socket = connect({ host, port });
      await established(socket, 'connect', { host, port, signal });
      socket.destroy();
      return `${host} takes connections at port ${port}.`;
    },
  };
}

/** `plain` is told where there is no TLS to try. */
export function tlsStep({ host, port, proxy, plain }: Host & { plain: boolean }): Step {
  return {
    name: 'tls',
    label: 'TLS',
    async run(signal): Promise<Found> {
      if (plain) return { skipped: 'Not used: plain http on this machine.' };
      const through = proxy === undefined ? {} : { socket: await tunnelTo({ host, port, proxy, signal }) };
      const socket = connectTls({ host, port, ...through, ...(isIP(host) === 0 ? { servername: host } : {}) });
      await established(socket, 'secureConnect', { host, port, signal });
      const told = describeCertificate(socket, host);
      socket.destroy();
      return told;
    },
  };
}

/** A little less than a step may take, so that its own words are said. */
const tunnelWithinMs = 10_000;

function tunnelTo(way: { host: string; port: number; proxy: WebProxy; signal: AbortSignal }): Promise<Socket> {
  return openTunnel({ ...way, withinMs: tunnelWithinMs });
}

type Establishing = Host & { signal: AbortSignal };

async function established(socket: Socket, event: string, { host, port, signal }: Establishing): Promise<void> {
  try {
    await once(socket, event, { signal });
  } catch (cause) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    const code = event === 'connect' ? 'PORT_CLOSED' : 'TLS_FAILED';
    throw new SluiceError(code, { host, port, reason: plainReason(cause) }, { cause });
  }
}

/** OpenSSL's own words name a line of its source. */
function plainReason(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? 'it does not speak TLS at this port' : reasonOf(cause);
}

const daysBeforeExpiry = 14;
const dayMs = 24 * 60 * 60_000;

function describeCertificate(socket: TLSSocket, host: string): Found {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  const by = issuer?.O ?? issuer?.CN ?? 'an unnamed issuer';
  const detail = `${socket.getProtocol()}; the certificate of ${host} is by ${String(by)} and ends on ${validTo}.`;
  if (Date.parse(validTo) - Date.now() > daysBeforeExpiry * dayMs) return detail;
  return { detail, next: 'Have the certificate renewed before it ends.' };
}
