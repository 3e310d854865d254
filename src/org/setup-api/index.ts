/**
 * setup-api: what an administrator does in Setup, as an API under /setup/api.
 * Rule: it decides who may call and how it is said; what is set up, and what is refused, is decided by src/org/setup.
 * Read operations.ts first, then mount.ts.
 */
export { mountSetupApi } from './mount.ts';
export { type SetupOperation, setupApiDescription } from './operations.ts';
export { createPasswordCheck, type PasswordCheck } from './password-check.ts';
