/** Who the token acts for: `/services/oauth2/userinfo` and `/id/<org>/<user>`. */
import type { IncomingHttpHeaders } from 'node:http';
import type { OutputRecord } from '../records/index.ts';
import { toId18 } from '../schema/index.ts';
import type { Answer, OrgParts, Session } from './call.ts';
import { findSession, readToken } from './session.ts';
import { currentVersion, identityUrl } from './versions.ts';

export type OAuthCall = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
};

/** Bare words, not JSON: clients compare the whole body. */
const refusedWith = (text: string): Answer => ({ status: 403, text, contentType: 'text/html;charset=UTF-8' });

export async function userinfo(call: OAuthCall, org: OrgParts): Promise<Answer> {
  const session = findCaller(call, org);
  return 'status' in session ? session : { status: 200, json: userinfoOf(org, await readUser(org, session)) };
}

/** The identity of the caller; that of another user is not shown here. */
export async function identity(call: OAuthCall, org: OrgParts): Promise<Answer> {
  const session = findCaller(call, org);
  if ('status' in session) return session;
  const [organizationId, userId] = call.path
    .split('/')
    .slice(-2)
    .map((id) => toId18(id));
  if (organizationId !== org.setup.organizationId) return refusedWith('Wrong_Org');
  if (userId !== session.userId) return refusedWith('Bad_Id');
  return { status: 200, json: identityOf(org, await readUser(org, session)) };
}

function findCaller(call: OAuthCall, org: OrgParts): Session | Answer {
  let token: string | undefined;
  try {
    token = readToken(call.headers) ?? call.query.get('oauth_token') ?? call.query.get('access_token') ?? undefined;
  } catch {
    return refusedWith('Bad_OAuth_Token');
  }
  if (token === undefined) return refusedWith('Missing_OAuth_Token');
  return findSession(token, org) ?? refusedWith('Bad_OAuth_Token');
}

async function readUser(org: OrgParts, { userId }: Session): Promise<OutputRecord> {
  const user = await org.records.read({ userId, object: 'User', id: userId, apiVersion: currentVersion });
  if (user === undefined) throw new Error(`There is no user ${userId}`);
  return user;
}

function userinfoOf(org: OrgParts, user: OutputRecord): object {
  const id = String(user.Id);
  return {
    sub: identityUrl(org, id),
    user_id: id,
    organization_id: org.setup.organizationId,
    preferred_username: user.Username,
    nickname: user.CommunityNickname,
    name: user.Name,
    email: user.Email,
    email_verified: true,
    given_name: user.FirstName,
    family_name: user.LastName,
    zoneinfo: user.TimeZoneSidKey,
    profile: `${org.instanceUrl()}/${id}`,
    urls: urlsOf(org, id),
    active: user.IsActive,
    user_type: 'STANDARD',
    language: user.LanguageLocaleKey,
    locale: user.LocaleSidKey,
    utcOffset: 0,
    updated_at: user.LastModifiedDate,
    is_app_installed: true,
  };
}

function identityOf(org: OrgParts, user: OutputRecord): object {
  const id = String(user.Id);
  return {
    id: identityUrl(org, id),
    asserted_user: true,
    user_id: id,
    organization_id: org.setup.organizationId,
    username: user.Username,
    nick_name: user.CommunityNickname,
    display_name: user.Name,
    email: user.Email,
    email_verified: true,
    first_name: user.FirstName,
    last_name: user.LastName,
    timezone: user.TimeZoneSidKey,
    mobile_phone: user.MobilePhone,
    is_lightning_login_user: false,
    urls: urlsOf(org, id),
    active: user.IsActive,
    user_type: 'STANDARD',
    language: user.LanguageLocaleKey,
    locale: user.LocaleSidKey,
    utcOffset: 0,
    last_modified_date: user.LastModifiedDate,
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
