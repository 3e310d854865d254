/** What an administrator can do: each function is one transaction, with its entry in the Setup Audit Trail inside it. */
import type { App, AppChange, AppInput } from './app.ts';
import type { OrgSettings } from './org-settings.ts';
import type {
  OrgWideDefault,
  PermissionSet,
  PermissionSetChange,
  PermissionSetInput,
  Profile,
  ProfileChange,
  ProfileInput,
} from './profile.ts';
import type { SetupUser, UserChange, UserInput } from './user.ts';

/** A pair in plain, for somebody who has proved to be the administrator. */
export type ConsumerDetails = { id: string; consumerKey: string; consumerSecret: string };

/** Which live tokens; what is left out does not matter. */
export type TokenChoice = { appId?: string; userId?: string; tokenId?: string };

/**
 * Every function throws SetupRefused for what Setup would refuse and SetupNotFound for an id that names nothing; nothing is
 * changed then. A change counts for the next request; functions that end tokens give a promise for the disk.
 */
export type Administration = {
  createConnectedApp(input: AppInput): App;
  createExternalClientApp(input: AppInput): App;
  /** Settings and policies alike. */
  changeApp(appId: string, change: AppChange): App;
  deleteApp(appId: string): Promise<void>;
  /** Reads the pairs in plain and notes it in the audit trail; the active one first. */
  viewConsumerDetails(appId: string): readonly ConsumerDetails[];
  /** A new key and secret beside the active pair, for 30 days. */
  stageCredentials(appId: string): ConsumerDetails & { createdAt: number; expiresAt: number };
  /** The staged pair becomes the active one; the old one is refused from then on. Gives how many tokens were revoked. */
  applyCredentials(appId: string, options?: { revokeTokens?: boolean }): Promise<number>;
  discardCredentials(appId: string): void;
  /** Refuses every login of the app and revokes its tokens; gives how many. */
  blockApp(appId: string): Promise<number>;
  unblockApp(appId: string): void;
  /** Gives how many. */
  revokeTokens(choice: TokenChoice): Promise<number>;

  createUser(input: UserInput): SetupUser;
  changeUser(userId: string, change: UserChange): SetupUser;
  /** For the web login and the username-password flow; null takes it away. */
  setPassword(userId: string, password: string | null): Promise<void>;
  assignPermissionSetLicense(userId: string, license: string): SetupUser;
  unassignPermissionSetLicense(userId: string, license: string): SetupUser;
  assignPermissionSet(userId: string, permissionSet: string): SetupUser;
  unassignPermissionSet(userId: string, permissionSet: string): SetupUser;

  createProfile(input: ProfileInput): Profile;
  changeProfile(profileId: string, change: ProfileChange): Profile;
  deleteProfile(profileId: string): void;
  createPermissionSet(input: PermissionSetInput): PermissionSet;
  changePermissionSet(permissionSetId: string, change: PermissionSetChange): PermissionSet;
  deletePermissionSet(permissionSetId: string): void;
  setOrgWideDefault(object: string, value: OrgWideDefault): void;
  changeSettings(change: Partial<OrgSettings>): OrgSettings;
};
