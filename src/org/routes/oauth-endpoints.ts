/** The OAuth endpoints of the org: the core in Salesforce's dialect, over what is set up. */
import {
  type ClientStore,
  completeParts,
  createIntrospectionEndpoint,
  createKeySet,
  createMetadata,
  createRevocationEndpoint,
  createSalesforceDialect,
  createSigningKeys,
  createTokenEndpoint,
  salesforceKeyId,
  type TokenEndpoint,
} from '../../oauth/index.ts';
import type { SetupStore } from '../setup/index.ts';
import type { OrgParts } from './call.ts';

/** By their paths; see `oauthPaths`. */
export type OAuthEndpoints = ReadonlyMap<string, TokenEndpoint>;

export type OAuthParts = ReturnType<typeof completeParts>;

/** What the endpoints and the login page share. */
export function createOAuthParts({ setup, instanceUrl, clock }: OrgParts): OAuthParts {
  const { tokens, loginRate, subjects, replayStore: replays, keyStore: store, organizationId } = setup;
  const keyIdAt = (createdAt: number) => salesforceKeyId(organizationId, createdAt);
  return completeParts({
    clients: clientsOf(setup),
    tokens,
    subjects,
    grants: setup.grantStore,
    loginRate,
    replays,
    clock,
    dialect: createSalesforceDialect({ baseUrl: instanceUrl }),
    signingKeys: createSigningKeys({ store, clock, keyIdAt }),
    isMyDomain: (host) => isMyDomain(host, instanceUrl),
    onLogin: setup.createOnLogin(instanceUrl),
  });
}

export function createOAuthEndpoints(parts: OAuthParts): OAuthEndpoints {
  return new Map([
    ['/services/oauth2/token', createTokenEndpoint(parts)],
    ['/services/oauth2/introspect', createIntrospectionEndpoint(parts)],
    ['/services/oauth2/revoke', createRevocationEndpoint(parts)],
    ['/id/keys', createKeySet(parts)],
    ['/.well-known/openid-configuration', createMetadata(parts)],
  ]);
}

function clientsOf({ clients, findApp }: SetupStore): ClientStore {
  return {
    findClient: clients.findClient,
    findClientByAppId(appId) {
      const app = findApp(appId);
      return app && clients.findClient(app.consumerKey);
    },
  };
}

/** Names that stand for login.salesforce.com and test.salesforce.com, such as login.localhost, unless the org is called so itself. */
const loginHost = /^(login|test)\./i;

function isMyDomain(host: string, instanceUrl: () => string): boolean {
  return !loginHost.test(host) || host.toLowerCase() === new URL(instanceUrl()).host;
}
