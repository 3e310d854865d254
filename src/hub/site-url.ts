/** The address of a remote site: scheme, host and port, and nothing else. */
import { refuseField } from '../web/index.ts';

/** Where it was entered, for sentences. */
type Entered = { field: string; label: string };

const remoteSite: Entered = { field: 'url', label: 'Remote Site URL' };

/**
 * The address as it is kept: `https://agent.example:9055`, the port left out where it is the scheme's own.
 *
 * @throws ApiRefused 400 at the field it was entered in.
 */
export function readSiteUrl(text: string, { field, label } = remoteSite): string {
  const wrong = (what: string, next: string) => refuseField(field, `${label} ${what}.`, next);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw wrong('is no address of a server', 'Enter one such as https://127.0.0.1:9055.');
  if (url.username !== '' || url.password !== '')
    throw wrong('holds a user or a password', 'Leave them out; they belong to the connection.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw wrong('holds more than scheme, host and port', `Enter ${url.origin}.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrong('is plain http to another machine', 'Use https; plain http is for this machine alone.');
  return url.origin;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
