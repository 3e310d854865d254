/** Writes connected apps and external client apps, without their secrets. */
import { apiNameOf, type ConnectedAppSetup, type ExternalClientAppSetup, scopeTable } from '../setup/index.ts';
import type { ProjectFile } from './project-file.ts';
import type { XmlParts } from './xml-text.ts';

type App = ConnectedAppSetup | ExternalClientAppSetup;

export function writeConnectedApp(app: ConnectedAppSetup): ProjectFile {
  const apiName = app.apiName ?? apiNameOf(app.name);
  const { clientCredentials, ipRelaxation = 'Enforce', sessionTimeoutMinutes } = app;
  const parts = {
    label: app.name,
    ...contactParts(app),
    ipRanges: app.trustedIpRanges?.map(({ start, end, description }) => ({ start, end, description })),
    oauthConfig: {
      ...consumerParts(app, { requirePkce: false }),
      isAdminApproved: app.permittedUsers === 'AdminApprovedPreAuthorized',
      isClientCredentialEnabled: clientCredentials?.enabled ?? false,
      oauthClientCredentialUser: clientCredentials?.runAs,
      scopes: scopeWords(app),
    },
    oauthPolicy: { ipRelaxation: ipRelaxation.toUpperCase(), refreshTokenPolicy: 'infinite' },
    permissionSetName: app.permissionSets,
    profileName: app.profiles,
    sessionPolicy: sessionTimeoutMinutes == null ? undefined : { sessionTimeout: sessionTimeoutMinutes },
  };
  return { type: 'ConnectedApp', member: apiName, path: `connectedApps/${apiName}.connectedApp-meta.xml`, parts };
}

/** Four files: what it is, its consumer, its settings and its policies. */
export function writeExternalClientApp(app: ExternalClientAppSetup): ProjectFile[] {
  const apiName = app.apiName ?? apiNameOf(app.name);
  const part = (type: string, member: string, path: string, parts: XmlParts) => ({
    type,
    member,
    path: `${path.replace('*', member)}-meta.xml`,
    parts,
  });
  const own = (what: string) => ({ externalClientApplication: apiName, label: `${apiName} ${what}` });
  return [
    part('ExternalClientApplication', apiName, 'externalClientApps/*.eca', headerParts(app)),
    part('ExtlClntAppGlobalOauthSettings', `${apiName}_glbloauth`, 'extlClntAppGlobalOauthSets/*.ecaGlblOauth', {
      ...own('global OAuth settings'),
      // It asks for PKCE where nobody says.
      ...consumerParts(app, { requirePkce: true }),
      isClientCredentialsFlowEnabled: app.clientCredentials?.enabled ?? false,
    }),
    part('ExtlClntAppOauthSettings', `${apiName}_oauth`, 'extlClntAppOauthSettings/*.ecaOauth', {
      ...own('OAuth settings'),
      commaSeparatedOauthScopes: scopeWords(app).join(', ') || undefined,
      trustedIpRanges: app.trustedIpRanges?.map(({ start, end, description }) => ({
        startIpAddress: start,
        endIpAddress: end,
        description,
      })),
    }),
    part('ExtlClntAppOauthConfigurablePolicies', `${apiName}_oauthPlcy`, 'extlClntAppOauthPolicies/*.ecaOauthPlcy', {
      ...own('OAuth policies'),
      ...policyParts(app),
    }),
  ];
}

function headerParts(app: ExternalClientAppSetup): XmlParts {
  return {
    label: app.name,
    ...contactParts(app),
    distributionState: app.distributionState ?? 'Local',
    isProtected: false,
  };
}

function policyParts(app: ExternalClientAppSetup): XmlParts {
  const { clientCredentials, jwtTimeoutMinutes, sessionTimeoutMinutes } = app;
  return {
    clientCredentialsFlowUser: clientCredentials?.runAs,
    commaSeparatedPermissionSet: app.permissionSets?.join(',') || undefined,
    commaSeparatedProfile: app.profiles?.join(',') || undefined,
    ipRelaxationPolicyType: app.ipRelaxation ?? 'Enforce',
    isClientCredentialsFlowEnabled: clientCredentials?.allowed ?? false,
    namedUserJwtSessionTimeoutType: jwtTimeoutMinutes == null ? undefined : 'Custom',
    namedUserJwtTimeout: jwtTimeoutMinutes ?? undefined,
    permittedUsersPolicyType: app.permittedUsers ?? 'AllSelfAuthorized',
    refreshTokenPolicyType: 'Infinite',
    sessionTimeoutInMinutes: sessionTimeoutMinutes ?? undefined,
  };
}

function contactParts({ contactEmail, contactPhone, description, infoUrl }: App): XmlParts {
  return {
    contactEmail: contactEmail || undefined,
    contactPhone: contactPhone ?? undefined,
    description: description ?? undefined,
    infoUrl: infoUrl ?? undefined,
  };
}

function consumerParts(app: App, { requirePkce }: { requirePkce: boolean }): XmlParts {
  return {
    callbackUrl: app.callbackUrls?.join('\n') || undefined,
    certificate: app.certificate ?? undefined,
    consumerKey: app.consumerKey,
    isConsumerSecretOptional: app.requireSecretForWebServerFlow === false,
    isIntrospectAllTokens: app.introspectAllTokens ?? false,
    isNamedUserJwtEnabled: app.issueJwtAccessTokens ?? false,
    isPkceRequired: app.requirePkce ?? requirePkce,
    isRefreshTokenRotationEnabled: app.refreshTokenRotation ?? false,
    isSecretRequiredForRefreshToken: app.requireSecretForRefreshToken ?? true,
  };
}

/** In the words of the Metadata API. */
function scopeWords({ scopes = [] }: App): string[] {
  return scopes.map((token) => scopeTable.find((scope) => scope.token === token)?.metadata ?? token);
}
