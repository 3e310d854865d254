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

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * The address behind the origin of `url`, when the hub may call it.
 *
 * @throws SluiceError REMOTE_SITE_MISSING, REMOTE_SITE_INACTIVE, HOST_UNKNOWN, REMOTE_ADDRESS_FORBIDDEN.
 */
export async function findAllowedAddress(
  store: Pick<HubStore, 'remoteSites'>,
  url: URL,
  look: Lookup = lookUp,
): Promise<AllowedAddress> {
  requireRemoteSite(store, url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const { address, family } = await resolve(host, look);
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
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  const meansThisMachine = isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost');
  if (never.check(address, kind)) throw forbidden(host, address, 'that is nobody’s agent');
  if (loopback.check(address, kind) && !meansThisMachine)
    throw forbidden(host, address, 'that is this machine, which is listed as 127.0.0.1 or localhost');
}

function forbidden(host: string, address: string, reason: string): SluiceError {
  return new SluiceError('REMOTE_ADDRESS_FORBIDDEN', { host, address, reason });
}

function lookUp(host: string): Promise<readonly LookupAddress[]> {
  const { promise, resolve: found, reject } = Promise.withResolvers<readonly LookupAddress[]>();
  lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : found(addresses)));
  return promise;
}
