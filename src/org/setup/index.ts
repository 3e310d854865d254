/**
 * setup: what an administrator sets up: organization, users, connected apps, objects; and the tokens of those apps.
 * Rule: it alone writes setup.sqlite; the workers of the records read it.
 * Read setup-store.ts first, then setup-file.ts.
 */
export { defaultSetup, parseSetupFile, readSetupFile, type Setup } from './setup-file.ts';
export { type ConnectedAppSetup, type FaultSetup, setupFileSchema, type UserSetup } from './setup-schema.ts';
export {
  type BearerToken,
  type ConnectedApp,
  openSetupStore,
  type SetupStore,
  type SetupStoreOptions,
  type SetupUser,
} from './setup-store.ts';
