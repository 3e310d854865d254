/** What a browser sends to the web login: its form, its cookie, and the page the form stood on. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { collect } from './body.ts';
import { authorizePath } from './login-page.ts';
import { mediaTypeUnsupported } from './refusals.ts';

const cookieName = 'sluice_login';
const formType = 'application/x-www-form-urlencoded';
const maxFormBytes = 8_192;
const formDeadlineMs = 10_000;

/** @throws OrgRefused 408, 413 or 415 for what no form of ours is. */
export async function readForm(body: Readable, headers: IncomingHttpHeaders): Promise<URLSearchParams> {
  if (headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== formType)
    throw mediaTypeUnsupported(formType);
  return new URLSearchParams((await collect(body, maxFormBytes, formDeadlineMs)).toString('utf8'));
}

export function readCookie({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  const pairs = cookie.split(';').map((pair) => pair.trim().split('=', 2));
  const value = pairs.find(([name]) => name === cookieName)?.[1];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** `Lax`: a browser that comes from an app may be logged in already; a form from elsewhere brings no cookie. */
export function writeCookie(value: string, { secure }: { secure: boolean }): string {
  return `${cookieName}=${value}; HttpOnly; SameSite=Lax; Path=${authorizePath}${secure ? '; Secure' : ''}`;
}

/** Browsers name the origin of the page that a form stands on. A proxy may have put another Host in the place of the org's. */
export function isForeign({ origin, host }: IncomingHttpHeaders, instanceUrl: string): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || ![host, new URL(instanceUrl).host].includes(new URL(origin).host);
}
