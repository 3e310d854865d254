/** Settings and policies of an app as they are kept: one JSON text, in which what has its usual value may be missing. */
import type { AppKind, AppPolicies, AppSettings } from './app.ts';

export type AppDetails = AppSettings & AppPolicies;

/** What a new app has where nothing was said. External client apps ask for PKCE, and have a second switch that is off. */
export function defaultDetails(kind: AppKind): AppDetails {
  return {
    contactEmail: '',
    contactPhone: null,
    description: null,
    infoUrl: null,
    distributionState: 'Local',
    callbackUrls: [],
    scopes: [],
    clientCredentialsEnabled: false,
    requireSecretForWebServerFlow: true,
    requireSecretForRefreshToken: true,
    requirePkce: kind === 'externalClientApp',
    refreshTokenRotation: false,
    issueJwtAccessTokens: false,
    introspectAllTokens: false,
    certificate: null,
    installed: true,
    clientCredentialsAllowed: kind === 'connectedApp',
    runAsUserId: null,
    permittedUsers: 'AllSelfAuthorized',
    profiles: [],
    permissionSets: [],
    ipRelaxation: 'Enforce',
    trustedIpRanges: [],
    sessionTimeoutMinutes: null,
    jwtTimeoutMinutes: null,
    refreshTokenPolicy: 'infinite',
  };
}

export function readDetails(text: string, kind: AppKind): AppDetails {
  return { ...defaultDetails(kind), ...(JSON.parse(text) as Partial<AppDetails>) };
}

/** `API Name` as Setup fills it in from the name. */
export function apiNameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .replace(/_+$/, '');
  return /^[A-Za-z]/.test(plain) ? plain.slice(0, 40).replace(/_$/, '') : `App_${plain}`.slice(0, 40).replace(/_$/, '');
}

/** The same, or with a number behind it when it is taken (names in small letters). */
export function freeApiName(name: string, taken: ReadonlySet<string>): string {
  const first = apiNameOf(name);
  let number = 1;
  let free = first;
  while (taken.has(free.toLowerCase())) {
    number += 1;
    free = `${first}_${number}`;
  }
  return free;
}
