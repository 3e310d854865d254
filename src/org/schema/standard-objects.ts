/** The standard objects this org has. */
import type { SObject } from './schema.ts';
import {
  fieldPermissions,
  objectPermissions,
  permissionSet,
  permissionSetAssignment,
  permissionSetLicense,
  permissionSetLicenseAssign,
  profile,
  userLicense,
} from './standard/access.ts';
import { account } from './standard/account.ts';
import { apexClass } from './standard/apex-class.ts';
import { contact } from './standard/contact.ts';
import { lead } from './standard/lead.ts';
import { organization } from './standard/organization.ts';
import { connectedApplication, loginHistory, oauthToken } from './standard/sign-in.ts';
import { user } from './standard/user.ts';

/** Account, Contact and Lead are in the records store; the others, which Setup keeps, in the setup store. */
export const standardObjects: readonly SObject[] = [
  account,
  contact,
  lead,
  user,
  organization,
  userLicense,
  profile,
  permissionSet,
  permissionSetLicense,
  permissionSetLicenseAssign,
  permissionSetAssignment,
  objectPermissions,
  fieldPermissions,
  connectedApplication,
  oauthToken,
  loginHistory,
  apexClass,
];
