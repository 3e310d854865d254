/** Who the token acts for: `/services/oauth2/userinfo` and `/id/<org>/<user>`. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { EndpointResponse } from '../../oauth/index.ts';
import { jsonDatetime } from '../records/index.ts';
import { toId18 } from '../schema/index.ts';
import type { UserIdentity } from '../setup/index.ts';
import type { Answer, OrgParts, Session } from './call.ts';
import { pathOf } from './connection.ts';
import { readyAnswer, wantsPretty } from './send.ts';
import { findSession, readToken } from './session.ts';
import { identityUrl } from './versions.ts';

/** Bare words, not JSON: clients compare the whole body. */
const refusedWith = (text: string): Answer => ({ status: 403, text, contentType: 'text/html;charset=UTF-8' });

/** Userinfo, served round the router. */
export function answerUserinfo(
  { url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  org: OrgParts,
): EndpointResponse {
  const caller = findCaller({ url, headers }, org);
  if ('status' in caller) return readyAnswer(headers, caller);
  const { json, text } = userinfoOf(org, identityOf(org, caller));
  return readyAnswer(headers, wantsPretty(headers) ? { status: 200, json } : { status: 200, text });
}

/** The identity of the caller; that of another user is not shown here. */
export function identity(call: { url: string; headers: IncomingHttpHeaders }, org: OrgParts): Answer {
  const caller = findCaller(call, org);
  if ('status' in caller) return caller;
  const [organizationId, userId] = pathOf(call.url)
    .split('/')
    .slice(-2)
    .map((id) => toId18(id));
  if (organizationId !== org.setup.organizationId) return refusedWith('Wrong_Org');
  if (userId !== caller.userId) return refusedWith('Bad_Id');
  return { status: 200, json: identityDocument(org, identityOf(org, caller)) };
}

function findCaller({ url, headers }: { url: string; headers: IncomingHttpHeaders }, org: OrgParts): Session | Answer {
  let token: string | undefined;
  try {
    token = readToken(headers) ?? tokenInQuery(url);
  } catch {
    return refusedWith('Bad_OAuth_Token');
  }
  if (token === undefined) return refusedWith('Missing_OAuth_Token');
  return findSession(token, org) ?? refusedWith('Bad_OAuth_Token');
}

function tokenInQuery(url: string): string | undefined {
  const mark = url.indexOf('?');
  if (mark < 0) return undefined;
  const query = new URLSearchParams(url.slice(mark + 1));
  return query.get('oauth_token') ?? query.get('access_token') ?? undefined;
}

function identityOf({ setup }: OrgParts, { userId }: Session): UserIdentity {
  const user = setup.findIdentity(userId);
  if (user === undefined) throw new Error(`There is no user ${userId}`);
  return user;
}

type Userinfo = { home: string; json: object; text: string };

/** Written once for each state of a user. */
const written = new WeakMap<UserIdentity, Userinfo>();

function userinfoOf(org: OrgParts, user: UserIdentity): Userinfo {
  const home = org.instanceUrl();
  const known = written.get(user);
  if (known?.home === home) return known;
  const json = userinfoDocument(org, user);
  const made = { home, json, text: JSON.stringify(json) };
  written.set(user, made);
  return made;
}

function userinfoDocument(org: OrgParts, user: UserIdentity): object {
  return {
    sub: identityUrl(org, user.id),
    user_id: user.id,
    organization_id: org.setup.organizationId,
    preferred_username: user.username,
    nickname: user.nickname,
    name: user.name,
    email: user.email,
    email_verified: true,
    given_name: user.firstName,
    family_name: user.lastName,
    zoneinfo: user.timeZone,
    profile: `${org.instanceUrl()}/${user.id}`,
    urls: urlsOf(org, user.id),
    active: user.active,
    user_type: 'STANDARD',
    language: user.language,
    locale: user.locale,
    utcOffset: 0,
    updated_at: jsonDatetime(user.lastModifiedAt),
    is_app_installed: true,
  };
}

function identityDocument(org: OrgParts, user: UserIdentity): object {
  return {
    id: identityUrl(org, user.id),
    asserted_user: true,
    user_id: user.id,
    organization_id: org.setup.organizationId,
    username: user.username,
    nick_name: user.nickname,
    display_name: user.name,
    email: user.email,
    email_verified: true,
    first_name: user.firstName,
    last_name: user.lastName,
    timezone: user.timeZone,
    mobile_phone: user.mobilePhone,
    is_lightning_login_user: false,
    urls: urlsOf(org, user.id),
    active: user.active,
    user_type: 'STANDARD',
    language: user.language,
    locale: user.locale,
    utcOffset: 0,
    last_modified_date: jsonDatetime(user.lastModifiedAt),
    is_app_installed: true,
  };
}

/** With the literal `{version}`, which clients replace. */
function urlsOf(org: OrgParts, userId: string): Record<string, string> {
  const home = org.instanceUrl();
  const rest = `${home}/services/data/v{version}/`;
  return {
    rest,
    sobjects: `${rest}sobjects/`,
    query: `${rest}query/`,
    profile: `${home}/${userId}`,
    custom_domain: home,
  };
}
