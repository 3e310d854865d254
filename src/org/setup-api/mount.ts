/** Puts the Setup API, and the pages of Setup, on the org's server. */
import type { FastifyInstance } from 'fastify';
import { mountApi, mountPages, type Refusal, type SignedCaller } from '../../web/index.ts';
import { OrgRefused } from '../records/index.ts';
import type { OrgParts } from '../routes/call.ts';
import { findAdministrator } from './administrator.ts';
import { refusedByModel } from './model-refusals.ts';
import type { SetupApi, SetupCaller } from './operation.ts';
import { createSetupApi, setupCookieName, setupOperations } from './operations.ts';
import type { PasswordCheck } from './password-check.ts';

export function mountSetupApi(app: FastifyInstance, org: OrgParts, passwords: PasswordCheck): void {
  const parts = createSetupApi(org, passwords);
  mountApi<SetupApi, SetupCaller>(app, {
    base: '/setup/api',
    name: 'Setup',
    operations: setupOperations,
    parts,
    log: org.log,
    cookie: { name: setupCookieName, path: '/setup', isSecure: () => org.instanceUrl().startsWith('https:') },
    findCaller: (token) => findCaller(parts, token),
    refusalOf,
  });
  mountPages(app, { app: 'setup', base: '/setup', name: 'Setup' });
}

function findCaller({ sessions, org }: SetupApi, token: string): SignedCaller<SetupCaller> | undefined {
  const session = sessions.find(token);
  const administrator = session && findAdministrator(org.setup, session.userId);
  if (session === undefined || administrator === undefined) return undefined;
  return { caller: { session, administrator }, csrfToken: session.csrfToken };
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof OrgRefused)) return refusedByModel(error)?.refusal;
  const { status, message } = error.refusal;
  return { status, errors: [{ field: null, message, next: 'Correct the request and send it again.' }] };
}
