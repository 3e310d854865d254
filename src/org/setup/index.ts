/**
 * setup: what an administrator sets up: organization, users, connected apps, objects; and the tokens of those apps.
 * Rule: it alone writes setup.sqlite; the workers of the records read it.
 * Read setup-store.ts first, then setup-file.ts.
 */
export { parseSetupFile, readSetupFile, type Setup } from './setup-file.ts';
export { setupFileSchema } from './setup-schema.ts';
export { openSetupStore, type SetupStore } from './setup-store.ts';
