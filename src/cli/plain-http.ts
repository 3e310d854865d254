/** Plain http is for this machine alone, unless somebody says otherwise. */
import { SluiceError } from '../base/index.ts';

/** @throws SluiceError PLAIN_HTTP_LISTEN_REFUSED. */
export function refusePlainHttp(host: string, allowed: boolean): void {
  const isLoopback = host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
  if (!isLoopback && !allowed) throw new SluiceError('PLAIN_HTTP_LISTEN_REFUSED', { host });
}
