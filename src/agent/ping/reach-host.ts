/** The first steps of every ping over a network: the name, the port, TLS; each by itself, so that the cross tells which it was. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { Found, Step } from '../../protocol/index.ts';

export type Host = { host: string; port: number };

export function nameStep({ host }: Host): Step {
  return {
    name: 'name',
    label: 'Name resolved',
    async run() {
      if (isIP(host) !== 0) return `${host} is an address in digits.`;
      const found = await lookup(host, { all: true }).catch((cause: unknown) => {
        throw new SluiceError('HOST_UNKNOWN', { host, reason: reasonOf(cause) }, { cause });
      });
      return `${host} is ${found.map(({ address }) => address).join(', ')}.`;
    },
  };
}

export function portStep({ host, port }: Host): Step {
  return {
    name: 'port',
    label: 'Port open',
    async run(signal) {
      const socket = connect({ host, port });
      await established(socket, 'connect', { host, port, signal });
      socket.destroy();
      return `${host} takes connections at port ${port}.`;
    },
  };
}

/** `plain` is told where there is no TLS to try. */
export function tlsStep({ host, port, plain }: Host & { plain: boolean }): Step {
  return {
    name: 'tls',
    label: 'TLS',
    async run(signal): Promise<Found> {
      if (plain) return { skipped: 'Not used: plain http on this machine.' };
      const socket = connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
      await established(socket, 'secureConnect', { host, port, signal });
      const told = describeCertificate(socket, host);
      socket.destroy();
      return told;
    },
  };
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
