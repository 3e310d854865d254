/** What the setup store says of the org to those who serve it: the state of this moment, and where it is changed. */
import type { UserRights } from '../rights/index.ts';
import type { Administration } from './administration.ts';
import type { App } from './app.ts';
import type { OrgSettings } from './org-settings.ts';
import type { License, OrgWideDefault, PermissionSet, Profile } from './profile.ts';
import type { SetupUser } from './user.ts';
import type { UserIdentity } from './user-identity.ts';

/** Times in milliseconds since 1970. */
export type AuditEntry = { id: string; at: number; by: string; action: string; section: string; display: string };

/** One login, as Login History shows it. */
export type LoginEntry = {
  id: string;
  at: number;
  userId: string;
  username: string;
  application: string;
  /** `Success`, or why not. */
  status: string;
  /** E.g. `Oauth2` and `OauthClientCredentials`. */
  loginType: string;
  loginSubType: string | null;
  sourceIp: string;
  loginUrl: string;
};

/** A live token, never the token itself. */
export type TokenEntry = {
  id: string;
  appId: string;
  appName: string;
  userId: string;
  createdAt: number;
  lastUsedAt: number;
  useCount: number;
};

/** `before` is the id of the last entry of the page before; newest first. */
export type PageOf = { limit: number; before?: string };

/** Texts are met in any case; `from` and `until` are milliseconds since 1970, the second left out itself. */
type TimeFilter = { search?: string; from?: number; until?: number };

export type LoginFilter = TimeFilter & {
  userId?: string;
  /** A part of the username. */
  username?: string;
  application?: string;
  status?: string;
};

export type HistoryOffers = {
  applications: readonly string[];
  statuses: readonly string[];
  sections: readonly string[];
};

export type AuditFilter = TimeFilter & {
  /** A part of the username of who did it. */
  by?: string;
  section?: string;
};

export type SetupModel = {
  readonly settings: OrgSettings;
  readonly users: readonly SetupUser[];
  readonly apps: readonly App[];
  readonly profiles: readonly Profile[];
  readonly permissionSets: readonly PermissionSet[];
  readonly licenses: readonly License[];
  /** An entry for every object with records of its own. */
  readonly orgWideDefaults: Readonly<Record<string, OrgWideDefault>>;
  findUser(id: string): SetupUser | undefined;
  findUserByUsername(username: string): SetupUser | undefined;
  /** The same object until something is changed in Setup. */
  findIdentity(userId: string): UserIdentity | undefined;
  findApp(id: string): App | undefined;
  /** As `hashPassword` made it; undefined for a user without a password. */
  findPasswordHash(userId: string): string | undefined;
  /** Throws for a user who is not there. */
  rightsOf(userId: string): UserRights;
  /** Called after each change of rights or org-wide defaults; gives the function that ends it. */
  onRightsChanged(listener: () => void): () => void;
  /** `by` is who the audit trail names: the username of the administrator. */
  administer(by: string): Administration;
  /** Only at the start that made them: a System Administrator and the password, to be shown once. */
  readonly firstAdministrator: { username: string; password: string } | undefined;
  readLoginHistory(page: PageOf & LoginFilter): readonly LoginEntry[];
  readAuditTrail(page: PageOf & AuditFilter): readonly AuditEntry[];
  /** What there is to filter them by. */
  readHistoryOffers(): HistoryOffers;
  readTokens(choice?: { appId?: string; userId?: string }): readonly TokenEntry[];
  /** The state of now as the text of a setup file, without secrets. */
  exportSetup(): string;
};
