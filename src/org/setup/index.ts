/**
 * setup: what an administrator sets up: organization, users, apps, rights, objects; and the tokens of those apps.
 * Rule: it alone writes setup.sqlite; the workers of the records read it.
 * Read setup-store.ts first, then setup-model.ts and administration.ts.
 */
export type { Administration, TokenChoice } from './administration.ts';
export type { ApexMethod } from './apex-class.ts';
export {
  type App,
  type AppChange,
  type Credential,
  distributionStates,
  ipRelaxations,
  jwtTimeoutMinutes,
  permittedUsersPolicies,
} from './app.ts';
export { apiNameOf } from './app-details.ts';
export { schemaOfObjects } from './check-setup.ts';
export { exportSetupOf, setupFileOfFolder } from './export-setup.ts';
export { corsOrigin, maxCorsOrigins } from './org-settings.ts';
export {
  type License,
  type PermissionSet,
  type Profile,
  type UserPermission,
  userPermissionTable,
  weekdays,
} from './profile.ts';
export { refreshTokenPolicyForm } from './refresh-token-policy.ts';
export { scopeTable } from './scope-table.ts';
export {
  checkedSetup,
  defaultApp,
  defaultUser,
  parseSetupFile,
  parseSetupSource,
  type Setup,
  type SetupSource,
} from './setup-file.ts';
export { grantsSetupOf } from './setup-grants.ts';
export type { SetupModel, TokenEntry } from './setup-model.ts';
export { SetupNotFound, SetupRefused } from './setup-refused.ts';
export {
  type ApexClassSetup,
  type ConnectedAppSetup,
  type ExternalClientAppSetup,
  type ObjectSetup,
  type PermissionSetSetup,
  type ProfileSetup,
  type SetupFile,
  setupFileSchema,
} from './setup-schema.ts';
export { openSetupStore, type SetupStore } from './setup-store.ts';
export { stockLicenses, stockProfiles, systemAdministrator } from './stock.ts';
export type { SetupUser, UserChange } from './user.ts';
export type { UserIdentity } from './user-identity.ts';
