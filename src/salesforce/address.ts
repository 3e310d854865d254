/** Which addresses secrets and tokens may be sent to: My Domain, the token URL and the instance URL, judged before dialling. */
import { isIP } from 'node:net';
import { SluiceError } from '../base/index.ts';

export type HostRules = {
  /** The My Domain, as given. */
  myDomain: URL;
  /** More hosts, as `host` or `host:port`. */
  allowedHosts: readonly string[];
  allowPlainHttp: boolean;
};

/** Hosts that serve every org and refuse this flow (OAuth flows guide: client credentials need the My Domain). */
const sharedHosts = new Set(['login.salesforce.com', 'test.salesforce.com', 'www.salesforce.com', 'salesforce.com']);

/** Hosts of an org that are not its My Domain, and how its My Domain is found from them. */
const siblingHosts: readonly [RegExp, string][] = [
  [/\.my\.salesforce-setup\.com$/, '.my.salesforce.com'],
  [/\.lightning\.force\.com$/, '.my.salesforce.com'],
];

const everyMyDomain = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.my\.salesforce\.com$/;

/**
 * The My Domain URL, judged. A text with no scheme is taken as https.
 *
 * Throws ADDRESS_INVALID, MY_DOMAIN_REQUIRED or PLAIN_HTTP_REFUSED.
 */
export function checkMyDomain(text: string, { allowPlainHttp = false }: { allowPlainHttp?: boolean } = {}): URL {
  const url = parseAddress('My Domain URL', /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url.pathname !== '/') throw invalid('My Domain URL', url.href, 'it has a path');
  refuseWrongHost(url.hostname);
  refusePlainHttp('My Domain URL', url, allowPlainHttp);
  return url;
}

/** The token URL: My Domain's own, or the one given if it is on the same host. */
export function checkTokenUrl(text: string | undefined, myDomain: URL): URL {
  if (text === undefined) return new URL('/services/oauth2/token', myDomain);
  const url = parseAddress('token URL', text);
  if (url.origin !== myDomain.origin) throw notAllowed('token URL', url);
  return url;
}

/** The instance URL of a token answer, judged by the same list as everything else. */
export function checkInstanceUrl(text: string, rules: HostRules): URL {
  const url = parseAddress('instance URL', text);
  if (!isAllowed(url, rules)) throw notAllowed('instance URL', url);
  refusePlainHttp('instance URL', url, rules.allowPlainHttp);
  return url;
}

/** Whether a host name or address means this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  if (isIP(name) === 4) return name.startsWith('127.');
  if (isIP(name) === 6) return name === '::1' || name.startsWith('::ffff:127.');
  return name === 'localhost' || name.endsWith('.localhost');
}

function isAllowed(url: URL, { myDomain, allowedHosts }: HostRules): boolean {
  if (url.origin === myDomain.origin || isSamePortHere(url, myDomain)) return true;
  if (url.protocol === 'https:' && url.port === '' && everyMyDomain.test(url.hostname)) return true;
  return allowedHosts.some((host) => host.toLowerCase() === url.host);
}

/** An org in a box that was called as localhost names itself 127.0.0.1, or the other way round. */
function isSamePortHere(url: URL, myDomain: URL): boolean {
  const bothHere = isLoopback(url.hostname) && isLoopback(myDomain.hostname);
  return bothHere && url.protocol === myDomain.protocol && url.port === myDomain.port;
}

function parseAddress(setting: string, text: string): URL {
  if (!URL.canParse(text)) throw invalid(setting, text, 'it is not a URL');
  const url = new URL(text);
  const shown = `${url.protocol}//${url.host}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid(setting, shown, 'it is neither https nor http');
  if (url.username !== '' || url.password !== '') throw invalid(setting, shown, 'a name or password stands in it');
  if (url.search !== '' || url.hash !== '') throw invalid(setting, shown, 'something stands behind ? or #');
  return url;
}

function refuseWrongHost(host: string): void {
  if (sharedHosts.has(host)) throw wrongHost(host, 'https://acme.my.salesforce.com');
  for (const [pattern, ending] of siblingHosts) {
    if (pattern.test(host)) throw wrongHost(host, `https://${host.replace(pattern, ending)}`);
  }
}

function refusePlainHttp(setting: string, url: URL, allowPlainHttp: boolean): void {
  if (url.protocol === 'https:' || allowPlainHttp || isLoopback(url.hostname)) return;
  throw new SluiceError('PLAIN_HTTP_REFUSED', { setting, host: url.host });
}

function wrongHost(host: string, example: string): SluiceError {
  return new SluiceError('MY_DOMAIN_REQUIRED', { host, example });
}

function notAllowed(setting: string, url: URL): SluiceError {
  return new SluiceError('HOST_NOT_ALLOWED', { setting, host: url.host });
}

function invalid(setting: string, value: string, reason: string): SluiceError {
  return new SluiceError('ADDRESS_INVALID', { setting, value, reason });
}
