/** What a connected app and an external client app are: settings of its developer, policies of the org, and pairs of key and secret. */
import type { SetupUser } from './user.ts';

export type AppKind = 'connectedApp' | 'externalClientApp';

export type IpRange = { start: string; end: string; description?: string | undefined };

export const permittedUsersPolicies = ['AllSelfAuthorized', 'AdminApprovedPreAuthorized'] as const;
export type PermittedUsers = (typeof permittedUsersPolicies)[number];

export const ipRelaxations = ['Enforce', 'Enforce_RelaxRefresh', 'Bypass_2factor', 'Bypass'] as const;
export type IpRelaxation = (typeof ipRelaxations)[number];

export const distributionStates = ['Local', 'Packaged'] as const;
export type DistributionState = (typeof distributionStates)[number];

/** Minutes that Setup offers for the life of a JSON Web Token; an app without one takes the session timeout. */
export const jwtTimeoutMinutes: readonly number[] = [1, 5, 10, 15, 30, 60, 90, 120, 240, 480, 720];

/** What the developer of the app decides (Edit, or the tab Settings). */
export type AppSettings = {
  contactEmail: string;
  contactPhone: string | null;
  description: string | null;
  infoUrl: string | null;
  /** External client apps only; connected apps are Local. */
  distributionState: DistributionState;
  callbackUrls: readonly string[];
  /** Tokens of the scope table, in the order they were chosen. */
  scopes: readonly string[];
  clientCredentialsEnabled: boolean;
  requireSecretForWebServerFlow: boolean;
  requireSecretForRefreshToken: boolean;
  requirePkce: boolean;
  refreshTokenRotation: boolean;
  issueJwtAccessTokens: boolean;
  introspectAllTokens: boolean;
  /** PEM; with it the JWT bearer flow and private_key_jwt are on. */
  certificate: string | null;
};

/** What the org decides (Manage, Edit Policies, or the tab Policies). */
export type AppPolicies = {
  /** False for an external client app whose key is known, but which belongs to another org and was not installed in this one. */
  installed: boolean;
  /** The second switch of external client apps; always true for connected apps, which have one switch. */
  clientCredentialsAllowed: boolean;
  runAsUserId: string | null;
  permittedUsers: PermittedUsers;
  /** Names of the profiles and permission sets whose users are pre-authorized. */
  profiles: readonly string[];
  permissionSets: readonly string[];
  ipRelaxation: IpRelaxation;
  trustedIpRanges: readonly IpRange[];
  /** Null: the session timeout of the org, two hours. */
  sessionTimeoutMinutes: number | null;
  /** Null: as long as a session. */
  jwtTimeoutMinutes: number | null;
  /** In the form of `refreshTokenPolicyForm`. */
  refreshTokenPolicy: string;
};

/** `staged` until it is applied or discarded. */
export type CredentialState = 'active' | 'staged';

/** A pair of consumer key and secret, without the secret. Times in milliseconds since 1970. */
export type Credential = {
  id: string;
  consumerKey: string;
  state: CredentialState;
  createdAt: number;
  /** Username of the administrator, or `setup file`. */
  createdBy: string;
  /** Staged ones only. */
  expiresAt: number | null;
  /** From then on the token endpoint knows the key. */
  availableAt: number;
  lastUsedAt: number | null;
  /** The user in whose name it was used last. */
  lastUsedById: string | null;
};

export type App = AppSettings &
  AppPolicies & {
    id: string;
    kind: AppKind;
    name: string;
    apiName: string;
    /** Of the active pair. */
    consumerKey: string;
    /** The active pair first; a staged one behind it, unless it has expired. */
    credentials: readonly Credential[];
    /** Whether the flow can be used and in whose name: both switches, and the run-as user. */
    clientCredentials: { enabled: boolean; runAs: SetupUser | undefined };
    sessionTimeoutMs: number;
    blocked: boolean;
    createdAt: number;
    changedAt: number;
  };

/** What an administrator may say of an app; `runAs` is a username. */
export type AppFields = { name: string; apiName: string; runAs: string | null } & AppSettings &
  Omit<AppPolicies, 'runAsUserId'>;

export type AppInput = Pick<AppFields, 'name'> &
  Partial<AppFields> & {
    /** Has to be true wherever `clientCredentialsEnabled` is switched on: the dialog about the risk was answered with OK. */
    clientCredentialsWarningAcknowledged?: boolean;
  };
export type AppChange = Partial<AppInput>;
