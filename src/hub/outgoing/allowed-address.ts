/** Where a call of the hub may go: to a remote site that is active, at an address that was looked up once and is the one dialled. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { HubStore, RemoteSite } from '../store/index.ts';

/** The address to dial for a remote site, in digits. */
export type AllowedAddress = { host: string; port: number; address: string; family: 4 | 6 };

export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

/** Nobody's agent: networks of machines' own metadata, multicast, and "any". Written as RFC 6890 lists them. */
const never = new BlockList();
never.addSubnet('0.0.0.0', 8, 'ipv4');
never.addSubnet('169.254.0.0', 16, 'ipv4');
never.addSubnet('224.0.0.0', 3, 'ipv4');
never.addAddress('::', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
never.addSubnet('fec0::', 10, 'ipv6');
// Metadata at addresses of their own, as the clouds document them.
for (const address of ['100.100.100.200', '168.63.129.16', '192.0.0.192']) never.addAddress(address, 'ipv4');
for (const address of ['fd00:ec2::254', 'fd20:ce::254']) never.addAddress(address, 'ipv6');
// An address of IPv4 behind a tunnel: IPv4-compatible, Teredo, 6to4, NAT64 of a local prefix.
never.addSubnet('::', 96, 'ipv6');
never.addSubnet('2001::', 32, 'ipv6');
never.addSubnet('2002::', 16, 'ipv6');
never.addSubnet('64:ff9b:1::', 48, 'ipv6');

/** RFC 6052: where there is no IPv4, name servers put the address of an agent behind this prefix. */
const translated = new BlockList();
translated.addSubnet('64:ff9b::', 96, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * The address behind the origin of `url`, when the hub may call it.
 *
 * @throws SluiceError REMOTE_SITE_MISSING, REMOTE_SITE_INACTIVE, HOST_UNKNOWN, REMOTE_ADDRESS_FORBIDDEN; the reason of the signal.
 */
export async function findAllowedAddress(
  store: Pick<HubStore, 'remoteSites'>,
  url: URL,
  { look = lookUp, signal }: { look?: Lookup; signal?: AbortSignal } = {},
): Promise<AllowedAddress> {
  requireRemoteSite(store, url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const { address, family } = await unlessAborted(resolve(host, look), signal);
  refuseForbidden(host, address, family);
  return { host, port, address, family };
}

/**
 * The remote site that allows the origin of `url`.
 *
 * @throws SluiceError REMOTE_SITE_MISSING, REMOTE_SITE_INACTIVE.
 */
export function requireRemoteSite({ remoteSites }: Pick<HubStore, 'remoteSites'>, url: URL): RemoteSite {
  const site = remoteSites.findByUrl(url.origin);
  if (site === undefined) throw new SluiceError('REMOTE_SITE_MISSING', { url: url.origin });
  if (!site.active) throw new SluiceError('REMOTE_SITE_INACTIVE', { url: url.origin, name: site.name });
  return site;
}

async function resolve(host: string, look: Lookup): Promise<{ address: string; family: 4 | 6 }> {
  const digits = isIP(host);
  if (digits !== 0) return { address: host, family: digits as 4 | 6 };
  const found = await look(host).catch((cause: unknown) => {
    throw new SluiceError('HOST_UNKNOWN', { host, reason: reasonOf(cause) }, { cause });
  });
  const [first] = found;
  if (first === undefined) throw new SluiceError('HOST_UNKNOWN', { host, reason: 'it has no address' });
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** A name that others may point anywhere must not lead to this machine; `localhost` and digits say that they do. */
function refuseForbidden(host: string, address: string, family: 4 | 6): void {
  const inside = family === 6 ? findTranslated(address) : undefined;
  if (inside !== undefined) refuseForbidden(host, inside, 4);
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  const meansThisMachine = isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost');
  if (never.check(address, kind) && address !== '::1') throw forbidden(host, address, 'that is nobody’s agent');
  if (loopback.check(address, kind) && !meansThisMachine)
    throw forbidden(host, address, 'that is this machine, which is listed as 127.0.0.1 or localhost');
}

function forbidden(host: string, address: string, reason: string): SluiceError {
  return new SluiceError('REMOTE_ADDRESS_FORBIDDEN', { host, address, reason });
}

/** The address of IPv4 in the last 32 bits, when it is one behind the prefix. */
function findTranslated(address: string): string | undefined {
  if (!translated.check(address, 'ipv6')) return undefined;
  const written = new URL(`http://[${address.split('%', 1).join('')}]`).hostname.slice(1, -1);
  const groups = written.split('::').at(-1)?.split(':') ?? [];
  const [high = 0, low = 0] = ['0', '0', ...groups].slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** A name server that is silent does not hold up whoever waits for it. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return await work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}

function lookUp(host: string): Promise<readonly LookupAddress[]> {
  const { promise, resolve: found, reject } = Promise.withResolvers<readonly LookupAddress[]>();
  lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : found(addresses)));
  return promise;
}
