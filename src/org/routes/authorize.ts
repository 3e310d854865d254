/** The web login, `/services/oauth2/authorize`: the user logs in on a page, allows the app or not, and the browser goes back with a code. */
import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import {
  type AuthorizationRefusal,
  type AuthorizationRequest,
  authorizationErrors,
  createAuthorization,
  type Refusal,
  type Subject,
} from '../../oauth/index.ts';
import { isSameText } from '../../web/index.ts';
import { scopeTable } from '../setup/index.ts';
import type { PasswordCheck } from '../setup-api/index.ts';
import { isForeign, readCookie, readForm, writeCookie } from './authorize-form.ts';
import type { Answer, OrgParts } from './call.ts';
import { approvalPage, authorizePath, loginErrorPage, loginPage, type PageOf } from './login-page.ts';
import { createCookieName, createLoginSessions, type LoginSessions } from './login-sessions.ts';
import type { OAuthParts } from './oauth-endpoints.ts';
import { methodNotAllowed } from './refusals.ts';

type Parts = { oauth: OAuthParts; passwords: PasswordCheck };

type Web = Parts & {
  org: OrgParts;
  authorization: ReturnType<typeof createAuthorization>;
  sessions: LoginSessions;
  /** Proves that a form is one of ours, for this browser and this request. */
  tokenFor(cookie: string, query: string): string;
};

/** One call: the request for a code, and the browser it comes from. */
type Visit = {
  request: AuthorizationRequest;
  query: string;
  cookie: string;
  isNewCookie: boolean;
  remoteAddress: string | undefined;
};

/** @returns what answers a call of the page. */
export function createAuthorize(org: OrgParts, parts: Parts): (request: FastifyRequest) => Promise<Answer> {
  const key = randomBytes(32);
  const web: Web = {
    ...parts,
    org,
    authorization: createAuthorization(parts.oauth),
    sessions: createLoginSessions({ clock: org.clock, findPasswordHash: org.setup.findPasswordHash }),
    tokenFor: (cookie, query) => createHmac('sha256', key).update(`${cookie}\n${query}`).digest('base64url'),
  };
  return (request) => answerAuthorize(request, web);
}

async function answerAuthorize({ method, headers, raw }: FastifyRequest, web: Web): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    throw methodNotAllowed(method, ['HEAD', 'GET', 'POST']);
  const query = queryOf(raw.url);
  const request = web.authorization.read(query);
  if ('error' in request) return refuse(request, web);
  const known = readCookie(headers);
  const cookie = known ?? createCookieName();
  const visit: Visit = {
    request,
    query,
    cookie,
    isNewCookie: known === undefined,
    remoteAddress: raw.socket?.remoteAddress,
  };
  if (method !== 'POST') return await begin(visit, web);
  if (isForeign(headers, web.org.instanceUrl())) return loginErrorPage(pageOf(web), foreignForm, 403);
  const form = await readForm(raw, headers);
  if (!isSameText(form.get('token') ?? '', web.tokenFor(cookie, query))) return askToLogIn(visit, web, stale);
  return form.has('password') ? await logIn(form, visit, web) : await decide(form, visit, web);
}

const stale = { status: 403, problem: 'This page was open for too long. Log in again.' };

const foreignForm = {
  error: 'invalid_request',
  description: 'the form was sent by a page of another server',
  next: 'Go back to the app and log in from there.',
};

/** Nobody is asked twice who is logged in already, unless the app wants it so. */
async function begin(visit: Visit, web: Web): Promise<Answer> {
  const { prompts } = visit.request;
  const subject = prompts.includes('login') ? undefined : findUser(visit, web);
  if (!prompts.includes('none'))
    return subject === undefined ? askToLogIn(visit, web) : await proceed(subject, visit, web);
  const mayProceed = subject !== undefined && !web.authorization.needsApproval(visit.request, subject);
  return mayProceed ? await proceed(subject, visit, web) : redirect(web.authorization.deny(visit.request, mustAsk));
}

const mustAsk = { error: 'immediate_unsuccessful', description: 'immediate unsuccessful' };

function findUser({ cookie }: Visit, { sessions, org }: Web): Subject | undefined {
  const userId = sessions.find(cookie);
  const subject = userId === undefined ? undefined : org.setup.subjects.findSubject(userId);
  return subject?.active && !subject.frozen ? subject : undefined;
}

/** One sentence for a wrong username, a wrong password and a user who may not: it does not tell which users there are. */
const checkBoth = 'Check your username and password. If you still cannot log in, ask the administrator of this org.';

async function logIn(form: URLSearchParams, visit: Visit, web: Web): Promise<Answer> {
  const { passwords, org, sessions } = web;
  const username = form.get('username') ?? '';
  const password = form.get('password') ?? '';
  const checked = await passwords({ username, password, address: visit.remoteAddress ?? '' });
  const again = (problem: string, status = 200) => askToLogIn(visit, web, { problem, status, username });
  if (checked.outcome === 'wait') return again(tooMany(checked.waitMs), 429);
  if (checked.outcome === 'busy')
    return again('Too many people are logging in at once. Try again in a few seconds.', 503);
  const subject = org.setup.subjects.findSubject(checked.user?.id ?? '');
  if (subject === undefined) return again(checkBoth);
  const refusal = checked.outcome === 'wrong' ? 'wrong password' : stateOf(subject);
  if (refusal !== undefined) {
    await note(refusal, subject, visit, web);
    return again(checkBoth);
  }
  sessions.end(visit.cookie);
  return await proceed(subject, { ...visit, cookie: sessions.start(subject.id), isNewCookie: true }, web);
}

function tooMany(waitMs: number): string {
  return `There were too many wrong passwords in a row. Wait ${Math.ceil(waitMs / 1000)} seconds, then try again.`;
}

function stateOf({ active, frozen }: Subject): Refusal | undefined {
  if (!active) return 'inactive user';
  return frozen ? 'frozen user' : undefined;
}

/** Somebody is logged in: may the app act for this user, must the user be asked, or is the code given at once? */
async function proceed(subject: Subject, visit: Visit, web: Web): Promise<Answer> {
  const { authorization } = web;
  const refusal = await refuseUser(subject, visit, web);
  if (refusal !== undefined) return withCookie(refusal, visit, web);
  if (authorization.needsApproval(visit.request, subject))
    return withCookie(askToApprove(subject, visit, web), visit, web);
  return withCookie(redirect(await authorization.grantCode(visit.request, subject)), visit, web);
}

async function decide(form: URLSearchParams, visit: Visit, web: Web): Promise<Answer> {
  const { authorization } = web;
  const subject = findUser(visit, web);
  if (subject === undefined) return askToLogIn(visit, web, stale);
  if (form.get('approval') !== 'allow') return redirect(authorization.deny(visit.request));
  const refusal = await refuseUser(subject, visit, web);
  return refusal ?? redirect(await authorization.grantCode(visit.request, subject));
}

/** What Salesforce tells the app by way of the browser; the rest is told on a page. */
const toldToApp: Readonly<Partial<Record<Refusal, Pick<AuthorizationRefusal, 'error' | 'description'>>>> = {
  'user not admin approved': authorizationErrors.accessDenied,
  'outside trusted ranges': { error: 'invalid_grant', description: 'ip restricted' },
  'outside login ranges': { error: 'invalid_grant', description: 'ip restricted or invalid login hours' },
  'outside login hours': { error: 'invalid_grant', description: 'ip restricted or invalid login hours' },
};

/** A user of the API alone has no business on a page. */
const apiOnly = {
  error: 'OAUTH_APPROVAL_ERROR_GENERIC',
  description: 'An unexpected error has occurred during authentication. Please try again.',
  next: 'This user may use the API only. Log in as another user, or let the app use the client credentials flow.',
};

async function refuseUser(subject: Subject, visit: Visit, web: Web): Promise<Answer | undefined> {
  const { authorization, org } = web;
  const refusal = authorization.judgeUser(visit.request, subject, visit.remoteAddress);
  if (refusal !== undefined) {
    await note(refusal, subject, visit, web);
    return redirect(authorization.deny(visit.request, toldToApp[refusal]));
  }
  return isApiOnly(subject.id, org) ? loginErrorPage(pageOf(web), apiOnly, 403) : undefined;
}

function isApiOnly(userId: string, { setup }: OrgParts): boolean {
  const user = setup.findUser(userId);
  const profiles = setup.profiles.filter(({ id }) => id === user?.profileId);
  const sets = setup.permissionSets.filter(({ name }) => user?.permissionSets.includes(name));
  return [...profiles, ...sets].some(({ userPermissions }) => userPermissions.includes('ApiUserOnly'));
}

function note(outcome: Refusal, subject: Subject, { request, remoteAddress }: Visit, { oauth, org }: Web) {
  const { id: clientId, appId } = request.client;
  const provedBy = undefined;
  const grantType = 'authorization_code';
  const event = {
    at: org.clock.now(),
    clientId,
    appId,
    userId: subject.id,
    grantType,
    remoteAddress,
    provedBy,
    outcome,
  };
  return oauth.onLogin?.(event);
}

type Retry = { problem?: string; status?: number; username?: string };

function askToLogIn(visit: Visit, web: Web, { problem, status, username }: Retry = {}): Answer {
  const { request } = visit;
  const named = { username: username ?? request.loginHint ?? '', problem };
  return withCookie(loginPage({ ...formOf(visit, web), ...named }, status), visit, web);
}

function askToApprove(subject: Subject, visit: Visit, web: Web): Answer {
  const labels = new Map(scopeTable.map(({ token, label }) => [token, `${label} (${token})`]));
  const scopes = visit.request.scopes.map((scope) => labels.get(scope) ?? scope);
  const otherUser = `${authorizePath}?${withPromptLogin(visit.query)}`;
  return approvalPage({ ...formOf(visit, web), username: subject.username ?? '', scopes, otherUser });
}

function withPromptLogin(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('prompt', 'login');
  parameters.delete('login_hint');
  return parameters.toString();
}

function formOf({ request, query, cookie }: Visit, web: Web) {
  const appName = web.org.setup.findApp(request.client.appId)?.name ?? '';
  const action = `${authorizePath}?${query}`;
  return { ...pageOf(web), action, token: web.tokenFor(cookie, query), appName, redirectUri: request.redirectUri };
}

function pageOf({ org }: Web): PageOf {
  const { name, type } = org.setup.setup.organization;
  return { organization: name, isSandbox: type === 'sandbox' };
}

/** What mends it, for whoever sees the page: mostly who is building the app. */
const mends: Readonly<Record<string, string>> = {
  invalid_client_id: 'Check the consumer key of the app.',
  redirect_uri_missing: 'The app has several callback URLs: it must say which one in redirect_uri.',
  redirect_uri_mismatch: 'Add this redirect_uri to the callback URLs of the app, letter by letter the same.',
};

function refuse({ error, description, redirectTo }: AuthorizationRefusal, web: Web): Answer {
  if (redirectTo !== undefined) return redirect(redirectTo);
  return loginErrorPage(pageOf(web), {
    error,
    description,
    next: mends[error] ?? 'Check how the app asks for a code.',
  });
}

/** A callback URL may hold letters that a header may not. */
function redirect(location: string): Answer {
  const plain = location.replaceAll(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return { status: 302, headers: { Location: plain, 'Referrer-Policy': 'no-referrer' } };
}

function withCookie(answer: Answer, { cookie, isNewCookie }: Visit, { org }: Web): Answer {
  if (!isNewCookie) return answer;
  const secure = org.instanceUrl().startsWith('https:');
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': writeCookie(cookie, { secure }) } };
}

function queryOf(url = ''): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}
