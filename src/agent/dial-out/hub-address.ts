/** Where the hub is, judged before anything is sent to it. */
import { isIP } from 'node:net';
import { SluiceError } from '../../base/index.ts';

/**
 * Scheme, host and port of the hub.
 *
 * @throws SluiceError HUB_ADDRESS_INVALID.
 */
export function readHubAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid('is no address of a server');
  if (url.username !== '' || url.password !== '') throw invalid('holds a user or a password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw invalid('holds more than scheme, host and port');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw invalid('is plain http to another machine');
  return url.origin;
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '[::1]' || host === 'localhost' || host.endsWith('.localhost');
}

function invalid(reason: string): SluiceError {
  return new SluiceError('HUB_ADDRESS_INVALID', { reason });
}
