/** All operations of the Setup API, page by page of Setup, and what they work on. */

import { Type } from 'typebox';
import { describeApi } from '../../web/index.ts';
import type { OrgParts } from '../routes/call.ts';
import { appOperations } from './app-operations.ts';
import { credentialOperations } from './credential-operations.ts';
import { dataOperations } from './data-operations.ts';
import { historyOperations } from './history-operations.ts';
import { jobOperations } from './job-operations.ts';
import { type Operation, openOperation, type SetupApi } from './operation.ts';
import { orgOperations } from './org-operations.ts';
import { createOutbox } from './outbox.ts';
import { outboxOperations } from './outbox-operations.ts';
import type { PasswordCheck } from './password-check.ts';
import { permissionSetOperations } from './permission-set-operations.ts';
import { profileOperations } from './profile-operations.ts';
import { sessionOperations } from './session-operations.ts';
import { createSetupSessions } from './setup-sessions.ts';
import { createSignIn } from './sign-in.ts';
import { usageOperations } from './usage-operations.ts';
import { userOperations } from './user-operations.ts';
import { createVerification } from './verification.ts';

const descriptionOperation = openOperation({
  method: 'GET',
  path: '/openapi.json',
  id: 'getDescription',
  summary: 'This description, in OpenAPI 3.1.',
  page: 'Log In',
  answer: Type.Object({ openapi: Type.String() }),
  run: () => ({ json: setupApiDescription() as { openapi: string } }),
});

export const setupCookieName = 'sluice_setup';

const operations = [
  ...sessionOperations,
  descriptionOperation,
  ...appOperations,
  ...credentialOperations,
  ...usageOperations,
  ...userOperations,
  ...profileOperations,
  ...permissionSetOperations,
  ...orgOperations,
  ...historyOperations,
  ...outboxOperations,
  ...dataOperations,
  ...jobOperations,
];

/** Each by its own types, for clients that are written in TypeScript. */
export type SetupOperation = (typeof operations)[number];

export const setupOperations: readonly Operation[] = operations;

/** OpenAPI 3.1; published as docs/reference/setup-api.openapi.json. */
export function setupApiDescription(): Readonly<Record<string, unknown>> {
  return describeApi({
    base: '/setup/api',
    title: 'Setup API of the org in a box',
    summary: 'What an administrator does in Setup, as an API.',
    cookieName: setupCookieName,
    operations: setupOperations,
  });
}

export function createSetupApi(org: OrgParts, passwords: PasswordCheck): SetupApi {
  const { clock, setup } = org;
  const outbox = createOutbox({ clock });
  return {
    org,
    sessions: createSetupSessions({ clock }),
    signIn: createSignIn({ setup, passwords }),
    outbox,
    verification: createVerification({ clock, outbox }),
  };
}
