/** `/apps/oauth/usage`: which apps hold tokens of whom, and ending those tokens, from version 64.0 on. */
import { toId18 } from '../schema/index.ts';
import type { App, TokenChoice, TokenEntry } from '../setup/index.ts';
import { type AppUser, pageAddress, requireAppUser } from './apps-user.ts';
import { type Answer, type Call, type OrgParts, param, type Resource } from './call.ts';
import { refuse, resourceNotFound } from './refusals.ts';

const firstVersion = 64;
const base = '/apps/oauth/usage';
const tokenPermissions = ['CustomizeApplication', 'ManageUsers'] as const;
const defaultPageSize = 100;
const maxPageSize = 200;

function listApps(call: Call, org: OrgParts): Answer {
  openUsage(call, org);
  const used = new Set(org.setup.readTokens().map(({ appId }) => appId));
  const apps = org.setup.apps.filter(({ id }) => used.has(id)).map((app) => describeApp(call, app));
  return { status: 200, json: pageOf(call, base, { apps }) };
}

function describeApp(call: Call, app: App): object {
  return {
    accessTokenFormat: app.issueJwtAccessTokens ? 'jwt' : 'opaque',
    availableActions: app.blocked ? 'enable' : 'disable',
    description: app.description,
    developerName: app.apiName,
    identifier: app.id,
    isFromPackage: false,
    usageDetailsUrl: pageAddress(call, `${base}/${app.id}/users`),
  };
}

/** The form of this list and of the next is ours: no answer of Salesforce's is recorded. */
function listUsers(call: Call, org: OrgParts): Answer {
  openUsage(call, org);
  const { id } = getApp(call, org);
  const byUser = Map.groupBy(org.setup.readTokens({ appId: id }), ({ userId }) => userId);
  const users = [...byUser].map(([userId, tokens]) => ({
    identifier: userId,
    username: org.setup.findUser(userId)?.username ?? '',
    tokenCount: tokens.length,
    tokensUrl: pageAddress(call, `${base}/${id}/${userId}/tokens`),
  }));
  return { status: 200, json: pageOf(call, `${base}/${id}/users`, { users }) };
}

function listTokens(call: Call, org: OrgParts): Answer {
  openUsage(call, org);
  const { id } = getApp(call, org);
  const userId = userIdOf(call);
  const tokens = org.setup.readTokens({ appId: id, userId }).map((token) => describeToken(call, token));
  return { status: 200, json: pageOf(call, `${base}/${id}/${userId}/tokens`, { tokens }) };
}

function describeToken(call: Call, { id, createdAt, lastUsedAt, useCount }: TokenEntry): object {
  return {
    createdDate: new Date(createdAt).toISOString(),
    identifier: id,
    lastUsedDate: new Date(lastUsedAt).toISOString(),
    revokeUrl: pageAddress(call, `${base}/tokens/${id}`),
    useCount,
  };
}

async function revokeOfUser(call: Call, org: OrgParts): Promise<Answer> {
  const opened = openUsage(call, org);
  return revoke(opened, { appId: getApp(call, org).id, userId: userIdOf(call) });
}

async function revokeOfApp(call: Call, org: OrgParts): Promise<Answer> {
  const opened = openUsage(call, org);
  return revoke(opened, { appId: getApp(call, org).id });
}

async function revokeOne(call: Call, org: OrgParts): Promise<Answer> {
  const { administration } = openUsage(call, org);
  const revoked = await administration.revokeTokens({ tokenId: param(call, 'token') });
  if (revoked === 0) throw resourceNotFound();
  return { status: 204 };
}

async function revoke({ administration }: AppUser, choice: TokenChoice): Promise<Answer> {
  await administration.revokeTokens(choice);
  return { status: 204 };
}

export const appUsageResources: readonly Resource[] = [
  { path: base, methods: { GET: listApps } },
  { path: `${base}/:app/users`, methods: { GET: listUsers } },
  { path: `${base}/:app/tokens`, methods: { DELETE: revokeOfApp } },
  { path: `${base}/:app/:user/tokens`, methods: { GET: listTokens, DELETE: revokeOfUser } },
  { path: `${base}/tokens/:token`, methods: { DELETE: revokeOne } },
];

function openUsage(call: Call, org: OrgParts): AppUser {
  if (call.apiVersion < firstVersion) throw resourceNotFound();
  return requireAppUser(call, org, tokenPermissions);
}

function getApp(call: Call, org: OrgParts): App {
  const app = org.setup.findApp(toId18(param(call, 'app')) ?? '');
  if (app === undefined) throw resourceNotFound();
  return app;
}

function userIdOf(call: Call): string {
  const id = toId18(param(call, 'user'));
  if (id === undefined) throw resourceNotFound();
  return id;
}

/** `page` from 0, `pageSize`; the lists are cut, and the addresses of this page and the next stand beside them. */
function pageOf(call: Call, path: string, lists: Readonly<Record<string, readonly object[]>>): object {
  const page = wholeNumber(call, 'page', 0);
  const pageSize = Math.min(maxPageSize, wholeNumber(call, 'pageSize', defaultPageSize));
  if (pageSize === 0) throw refuse(400, 'INVALID_REQUEST_PARAM', 'The parameter pageSize must be 1 or more');
  const address = (number: number) => `${pageAddress(call, path)}?page=${number}&pageSize=${pageSize}`;
  const start = page * pageSize;
  const cut = Object.entries(lists).map(([name, all]) => [name, all.slice(start, start + pageSize)] as const);
  const more = Object.values(lists).some((all) => all.length > start + pageSize);
  return { ...Object.fromEntries(cut), currentPageUrl: address(page), nextPageUrl: more ? address(page + 1) : null };
}

function wholeNumber({ query }: Call, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text))
    throw refuse(400, 'INVALID_REQUEST_PARAM', `The parameter ${name} must be a whole number`);
  return Number(text);
}
