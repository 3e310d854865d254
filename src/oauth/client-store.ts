/** Where the endpoints find who may sign in and for whom: the seam that the org (connected apps) and the hub (API clients) fill. */
import type { KeyObject } from 'node:crypto';
import type { AddressRanges } from './address-ranges.ts';
import type { LoginHours } from './login-hours.ts';

/** On whose behalf a token acts. What is left out restricts nothing. */
export type Subject = {
  id: string;
  organizationId: string;
  active: boolean;
  username?: string | undefined;
  frozen?: boolean | undefined;
  /** When the user's profile lets them sign in. */
  loginHours?: LoginHours | undefined;
  /** Where the user's profile lets them sign in from. */
  loginRanges?: AddressRanges | undefined;
};

/** One secret of an app: its SHA-256, and what is signed with it. */
export type ClientSecret = {
  secretDigest: Uint8Array;
  /** HMAC-SHA256 of a text under the secret, in base64. */
  sign(text: string): string;
};

/** A public key under which an app signs assertions (JWT bearer, `private_key_jwt`). */
export type ClientKey = {
  /** Only assertions whose header has this `kid`, or none, are tried with it. */
  keyId?: string | undefined;
  key: KeyObject;
};

/** In the words of the Metadata API. */
export type IpRelaxation = 'Enforce' | 'Enforce_RelaxRefresh' | 'Bypass_2factor' | 'Bypass';

/** What an administrator has set for an app. What is left out restricts nothing. */
export type ClientPolicies = {
  /** False: the app is known, but not installed in this org. */
  installed?: boolean | undefined;
  /** The administrator pressed Block. */
  blocked?: boolean | undefined;
  /** The second switch of an external client app, that of its policies; true when left out. */
  clientCredentialsAllowed?: boolean | undefined;
  /** Set when admin approved users are pre-authorized: whether this user is one of them. */
  isAdminApproved?: ((userId: string) => boolean) | undefined;
  /** `Enforce` when left out. */
  ipRelaxation?: IpRelaxation | undefined;
  /** The app's trusted IP ranges. */
  trustedRanges?: AddressRanges | undefined;
};

/** Flows in which a user is present, or was once. */
export type UserFlows = {
  /** Compared character by character. */
  redirectUris: readonly string[];
  authorizationCode: boolean;
  /** Username-password; off unless it is said. */
  password?: boolean | undefined;
  /** True when left out, as RFC 9700 asks. */
  pkceRequired?: boolean | undefined;
  /** True when left out. False makes the app a public client there: PKCE then is required. */
  secretRequiredForCode?: boolean | undefined;
  /** True when left out. A secret that is sent is always checked. */
  secretRequiredForRefresh?: boolean | undefined;
  /** Each use of a refresh token gives a new one, and a second use of the old one ends the grant. */
  refreshTokenRotation?: boolean | undefined;
  /** How long a refresh token lives: from its making, from its last use, or for one use only ("zero"). Without end when left out. */
  refreshTokenPolicy?: { kind: 'lifetime' | 'inactivity'; ms: number } | { kind: 'zero' } | undefined;
};

/** An app that may sign in. It is looked up anew for each request, so that a change counts at once. */
export type Client = ClientSecret & {
  /** The client id, or consumer key. A staged pair with its own key is a client of its own with the same `appId`. */
  id: string;
  /** Its id in the store; what tokens are bound to. */
  appId: string;
  /** As set up, e.g. `api`, `id`, `refresh_token`. */
  scopes: readonly string[];
  clientCredentialsEnabled: boolean;
  /** The run-as user; undefined when none was set. */
  runAs: Subject | undefined;
  /** Milliseconds without use after which a token of this app ends. */
  sessionTimeoutMs: number;
  /** A second secret that is right as well, while secrets are being changed. */
  secondSecret?: ClientSecret | undefined;
  /** For signed assertions; see `readClientKeys`. */
  publicKeys?: readonly ClientKey[] | undefined;
  policies?: ClientPolicies | undefined;
  userFlows?: UserFlows | undefined;
  /** Set when access tokens are to be JSON Web Tokens. */
  jwtAccessTokens?: { timeoutMs: number } | undefined;
  /** Whether it may look into tokens of other apps. */
  introspectAll?: boolean | undefined;
};

export type ClientStore = {
  /** In one step, for every request: no waiting, no reading from a file. */
  findClient(clientId: string): Client | undefined;
  /** Needed for apps that may introspect tokens of others. */
  findClientByAppId?(appId: string): Client | undefined;
};

/** Users, for the flows that name one. In one step, like `findClient`. */
export type SubjectStore = {
  findSubject(userId: string): Subject | undefined;
  findSubjectByUsername(username: string): Subject | undefined;
  /** The user, when the password is right; asked only for apps that allow the username-password flow. */
  checkPassword?(username: string, password: string): Promise<Subject | undefined>;
};
