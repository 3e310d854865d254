/** The proxy between this machine and Salesforce, as the environment names it; https alone goes through it. */
import { type Environment, readSettings, SluiceError } from '../base/index.ts';

export type WebProxy = {
  /** Scheme, host and port, without user and password; for sentences. */
  readonly name: string;
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** What `Proxy-Authorization` is to hold; never shown. */
  readonly authorization: string | undefined;
  /** Hosts that are called without it, each as it stands in NO_PROXY, in small letters. */
  readonly except: readonly string[];
};

const settings = {
  'https-proxy': { kind: 'text', environment: 'HTTPS_PROXY', secret: true, help: 'Proxy for https.' },
  'no-proxy': { kind: 'text', environment: 'NO_PROXY', help: 'Hosts that are called without it.' },
} as const;

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The proxy of `HTTPS_PROXY`, with the exceptions of `NO_PROXY`; both also in small letters, which then count, as with curl.
 *
 * @throws SluiceError PROXY_INVALID; user and password in it are not repeated.
 * @example openSalesforce({ myDomainUrl, consumerKey, consumerSecret, proxy: readProxy(process.env) })
 */
export function readProxy({ https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY }: Environment): WebProxy | undefined {
  const environment = { HTTPS_PROXY: https_proxy || HTTPS_PROXY, NO_PROXY: no_proxy || NO_PROXY };
  const { 'https-proxy': text, 'no-proxy': except = '' } = readSettings(settings, { environment });
  if (text === undefined) return undefined;
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const { protocol, hostname } = url;
  const port = Number(url.port) || (defaultPorts[protocol] ?? 0);
  return {
    name: `${protocol}//${hostname}:${port}`,
    isTls: protocol === 'https:',
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    authorization: authorizationOf(url),
    except: except
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((entry) => entry !== ''),
  };
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw new SluiceError('PROXY_INVALID', { reason: 'it is not a URL' });
  const url = new URL(text);
  if (defaultPorts[url.protocol] === undefined)
    throw new SluiceError('PROXY_INVALID', { reason: `it begins with ${url.protocol}//` });
  return url;
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw new SluiceError('PROXY_INVALID', { reason: 'its user or password holds a % that begins no character' });
  }
}

/** The proxy, when calls to this host go through it. */
export function findProxyFor(proxy: WebProxy | undefined, { protocol, hostname, port }: URL): WebProxy | undefined {
  if (proxy === undefined || protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return proxy.except.some((entry) => isNamed(entry, host, port || '443')) ? undefined : proxy;
}

/** `*`, a host with all below it (`acme.com`, `.acme.com`, `*.acme.com`), an address; each also with a port. */
function isNamed(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, bracketed, plain, wantedPort] = /^(?:\[(.+)\]|(.+?))(?::(\d+))?$/.exec(entry) ?? [];
  const isBareIp6 = bracketed === undefined && entry.split(':').length > 2;
  const name = (isBareIp6 ? entry : (bracketed ?? plain ?? '')).replace(/^\*?\./, '');
  if (!isBareIp6 && wantedPort !== undefined && wantedPort !== port) return false;
  return host === name || host.endsWith(`.${name}`);
}
