/** The addresses of an org as they are entered: its My Domain, and a Token URL on the same host. */
import { refuseField } from '../../web/index.ts';

const sharedHosts = new Set(['login.salesforce.com', 'test.salesforce.com']);

/** Its origin. Throws ApiRefused 400 at the field. */
export function readMyDomain(text: string): string {
  const wrong = (what: string, next: string) => refuseField('salesforce.myDomainUrl', `My Domain URL ${what}.`, next);
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const example = 'Enter one such as https://acme.my.salesforce.com; Setup, My Domain shows it.';
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw wrong('is no address', example);
  if (url.username !== '' || url.password !== '') throw wrong('holds a user or a password', 'Leave them out.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw wrong('holds more than the host', `Enter ${url.origin}.`);
  if (sharedHosts.has(url.hostname)) throw wrong('is no My Domain: that host refuses this flow', example);
  if (url.protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname))
    throw wrong('is plain http to another machine', 'Use https; plain http is for the machine of the agent alone.');
  return url.origin;
}

/** `myDomain` as given by readMyDomain. */
export function readTokenUrl(text: string | undefined, myDomain: string): string {
  if (text === undefined || text === '') return `${myDomain}/services/oauth2/token`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const next = `Enter one on ${myDomain}, such as ${myDomain}/services/oauth2/token.`;
  const wrong = (what: string) => refuseField('salesforce.tokenUrl', `Token URL ${what}.`, next);
  if (url === undefined) throw wrong('is no address');
  if (url.origin !== myDomain) throw wrong('is not on the host of the My Domain');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong('holds more than host and path');
  return url.href;
}
