/** What operations of the Setup API are given: the org and what Setup keeps besides, and the administrator who calls. */
import { defineOperations, type Operation as WebOperation } from '../../web/index.ts';
import type { OrgParts } from '../routes/call.ts';
import type { Administrator } from './administrator.ts';
import type { Outbox } from './outbox.ts';
import type { SetupSession, SetupSessions } from './setup-sessions.ts';
import type { SignIn } from './sign-in.ts';
import type { Verification } from './verification.ts';

/** All that operations work on. */
export type SetupApi = {
  org: OrgParts;
  sessions: SetupSessions;
  signIn: SignIn;
  outbox: Outbox;
  verification: Verification;
};

export type SetupCaller = { session: SetupSession; administrator: Administrator };

export type Operation = WebOperation<SetupApi>;

export const { operation, openOperation } = defineOperations<SetupApi, SetupCaller>();
