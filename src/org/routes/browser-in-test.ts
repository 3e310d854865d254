/** For tests: a browser without a screen that logs in on the page of an org, one cookie and one form at a time. */
import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { authorizePath } from './login-page.ts';

export const verifier = 'v'.repeat(64);
export const challenge = hash('sha256', verifier, 'base64url');

export type Visited = {
  status: number;
  body: string;
  headers: Readonly<Record<string, unknown>>;
  /** Where a redirect leads. */
  location: URL | undefined;
};

export function openBrowserInTest(app: Pick<FastifyInstance, 'inject'>) {
  let cookie = '';
  let last = '';
  const visit = async (method: 'GET' | 'POST' | 'PUT', url: string, given: Given = {}): Promise<Visited> => {
    const type = given.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { ...(cookie === '' ? {} : { cookie }), ...type, ...given.headers };
    const payload = given.form && new URLSearchParams(given.form).toString();
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') cookie = set.split(';', 1)[0] ?? '';
    const { location } = answer.headers;
    const found = typeof location === 'string' ? new URL(location) : undefined;
    if (found === undefined) last = answer.body;
    return { status: answer.statusCode, body: answer.body, headers: answer.headers, location: found };
  };
  /** The hidden token of the page that was shown last. */
  const formToken = () => /name="token" value="([^"]+)"/.exec(last)?.[1] ?? '';
  const address = (parameters: Record<string, string>) => `${authorizePath}?${new URLSearchParams(parameters)}`;
  return {
    visit,
    formToken,
    open: (parameters: Record<string, string>) => visit('GET', address(parameters)),
    logIn: (parameters: Record<string, string>, username: string, password: string) =>
      visit('POST', address(parameters), { form: { token: formToken(), username, password } }),
    decide: (parameters: Record<string, string>, approval: 'allow' | 'deny') =>
      visit('POST', address(parameters), { form: { token: formToken(), approval } }),
    get cookie() {
      return cookie;
    },
  };
}

type Given = { form?: Record<string, string>; headers?: Record<string, string> };
