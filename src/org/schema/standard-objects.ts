/** The standard objects this org has. */
import type { SObject } from './schema.ts';
import { account } from './standard/account.ts';
import { contact } from './standard/contact.ts';
import { lead } from './standard/lead.ts';
import { organization } from './standard/organization.ts';
import { user } from './standard/user.ts';

/** Account, Contact and Lead are in the records store; User and Organization in the setup store. */
export const standardObjects: readonly SObject[] = [account, contact, lead, user, organization];
