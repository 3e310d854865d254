/** Connected Apps OAuth Usage: which apps hold tokens of whom, Revoke, Block. */
import { Type } from 'typebox';
import { listOf, listQuery, listQueryWith, notThere, pageOf } from '../../web/index.ts';
import type { SetupModel, TokenEntry } from '../setup/index.ts';
import { getApp } from './app-operations.ts';
import { appKind } from './app-schemas.ts';
import { operation, type SetupApi } from './operation.ts';

const page = 'Connected Apps OAuth Usage';
const closed = { additionalProperties: false } as const;

const usageRow = Type.Object(
  {
    appId: Type.String(),
    app: Type.String(),
    kind: appKind,
    users: Type.Integer({ description: 'Users in whose name it holds live tokens.' }),
    tokens: Type.Integer(),
    lastUsedAt: Type.Union([Type.Integer(), Type.Null()]),
    blocked: Type.Boolean(),
    installed: Type.Boolean({ description: 'False: an external client app of another org, refused here.' }),
  },
  closed,
);

const tokenRow = Type.Object(
  {
    id: Type.String({ description: 'Of the token in this list; never the token itself.' }),
    userId: Type.String(),
    username: Type.String(),
    createdAt: Type.Integer(),
    lastUsedAt: Type.Integer(),
    useCount: Type.Integer(),
  },
  closed,
);

const revoked = Type.Object({ revokedTokens: Type.Integer() }, closed);

export const usageOperations = [
  operation({
    method: 'GET',
    path: '/oauth-usage',
    id: 'listOauthUsage',
    summary: 'Each app with its live tokens.',
    page,
    query: listQuery,
    answer: listOf(usageRow),
    run: ({ query }, { org: { setup } }) => ({ json: pageOf(usageOf(setup), query, 'app') }),
  }),
  operation({
    method: 'GET',
    path: '/apps/:id/tokens',
    id: 'listTokens',
    summary: 'The live tokens of an app.',
    page,
    query: listQueryWith({ userId: Type.Optional(Type.String({ maxLength: 18 })) }),
    answer: listOf(tokenRow),
    run({ params, query }, api) {
      const { setup } = api.org;
      const { userId } = query;
      const tokens = setup.readTokens({ appId: getApp(params, api).id, ...(userId === undefined ? {} : { userId }) });
      return {
        json: pageOf(
          tokens.map((token) => rowOfToken(token, setup)),
          query,
          '-lastUsedAt',
        ),
      };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/apps/:id/tokens',
    id: 'revokeTokens',
    summary: 'Revoke: ends the tokens of an app, or those in the name of one user.',
    page,
    query: Type.Object({ userId: Type.Optional(Type.String({ maxLength: 18 })) }, closed),
    answer: revoked,
    async run({ params, query: { userId }, administrator }, api) {
      const choice = { appId: getApp(params, api).id, ...(userId === undefined ? {} : { userId }) };
      return { json: { revokedTokens: await api.org.setup.administer(administrator.username).revokeTokens(choice) } };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/apps/:id/tokens/:tokenId',
    id: 'revokeToken',
    summary: 'Revoke: ends one token.',
    page,
    answer: revoked,
    async run({ params, administrator }, api) {
      const choice = { appId: getApp(params, api).id, tokenId: params.tokenId ?? '' };
      const revokedTokens = await api.org.setup.administer(administrator.username).revokeTokens(choice);
      if (revokedTokens === 0) throw notThere('token');
      return { json: { revokedTokens } };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps/:id/block',
    id: 'blockApp',
    summary: 'Block: refuses every login of the app, and ends its tokens.',
    page,
    answer: revoked,
    async run({ params, administrator }, api) {
      const { id } = getApp(params, api);
      return { json: { revokedTokens: await api.org.setup.administer(administrator.username).blockApp(id) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps/:id/unblock',
    id: 'unblockApp',
    summary: 'Unblock: the app may sign in again.',
    page,
    run({ params, administrator }, api) {
      unblock(getApp(params, api).id, administrator.username, api);
      return { json: undefined };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps/:id/install',
    id: 'installApp',
    summary: 'Install: an external client app of another org may be used in this one.',
    page,
    run({ params, administrator }, api) {
      const { id } = getApp(params, api);
      api.org.setup.administer(administrator.username).changeApp(id, { installed: true });
      return { json: undefined };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps/:id/uninstall',
    id: 'uninstallApp',
    summary: 'Uninstall: the key of an external client app is refused here, and its tokens end.',
    page,
    answer: revoked,
    async run({ params, administrator }, api) {
      const { id } = getApp(params, api);
      const administration = api.org.setup.administer(administrator.username);
      administration.changeApp(id, { installed: false });
      return { json: { revokedTokens: await administration.revokeTokens({ appId: id }) } };
    },
  }),
];

function unblock(appId: string, by: string, { org }: SetupApi): void {
  org.setup.administer(by).unblockApp(appId);
}

function usageOf(setup: SetupModel) {
  const byApp = Map.groupBy(setup.readTokens(), ({ appId }) => appId);
  return setup.apps.map(({ id, name, kind, blocked, installed }) => {
    const tokens = byApp.get(id) ?? [];
    return {
      appId: id,
      app: name,
      kind,
      users: new Set(tokens.map(({ userId }) => userId)).size,
      tokens: tokens.length,
      lastUsedAt: tokens.reduce<number | null>((last, token) => Math.max(last ?? 0, token.lastUsedAt), null),
      blocked,
      installed,
    };
  });
}

function rowOfToken({ id, userId, createdAt, lastUsedAt, useCount }: TokenEntry, setup: SetupModel) {
  const username = setup.findUser(userId)?.username ?? '';
  return { id, userId, username, createdAt, lastUsedAt, useCount };
}
