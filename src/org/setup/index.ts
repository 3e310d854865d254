/**
 * setup: what an administrator sets up: organization, users, apps, rights, objects; and the tokens of those apps.
 * Rule: it alone writes setup.sqlite; the workers of the records read it.
 * Read setup-store.ts first, then setup-model.ts and administration.ts.
 */
export type { Administration, ConsumerDetails, TokenChoice } from './administration.ts';
export {
  type App,
  type AppChange,
  type AppFields,
  type AppInput,
  type AppKind,
  type AppPolicies,
  type AppSettings,
  type Credential,
  distributionStates,
  type IpRange,
  ipRelaxations,
  jwtTimeoutMinutes,
  permittedUsersPolicies,
} from './app.ts';
export { exportSetupOf } from './export-setup.ts';
export type { OrgSettings } from './org-settings.ts';
export { createPassword, hashPassword, verifyPassword } from './password.ts';
export {
  type License,
  type LoginHours,
  type PermissionSet,
  type PermissionSetChange,
  type PermissionSetInput,
  type Profile,
  type ProfileChange,
  type ProfileInput,
  type UserPermission,
  userPermissionTable,
  weekdays,
} from './profile.ts';
export { type Scope, scopeTable } from './scope-table.ts';
export { parseSetupFile, readSetupFile, type Setup } from './setup-file.ts';
export type { AuditEntry, LoginEntry, PageOf, SetupModel, TokenEntry } from './setup-model.ts';
export { SetupNotFound, type SetupProblem, SetupRefused } from './setup-refused.ts';
export { setupFileSchema } from './setup-schema.ts';
export { openSetupStore, type SetupStore } from './setup-store.ts';
export type { SetupUser, UserChange, UserInput } from './user.ts';
