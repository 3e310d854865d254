/** Refusals of the setup model on their way out: each sentence gets the next step that belongs to its field. */

import { ApiRefused, notThere } from '../../web/index.ts';
import { SetupNotFound, SetupRefused } from '../setup/index.ts';

const nextByField: Readonly<Record<string, string>> = {
  name: 'Enter a name that no other one has.',
  apiName: 'Enter another API Name: letters, digits and single underscores, beginning with a letter.',
  contactEmail: 'Enter an e-mail address.',
  callbackUrls: 'Enter an https URL, http for localhost, or a scheme of your own, one to a line.',
  scopes: 'Move at least one scope into Selected OAuth Scopes, such as Manage user data via APIs (api).',
  clientCredentialsEnabled:
    'Read the warning, then choose OK (clientCredentialsWarningAcknowledged), or leave the box clear.',
  clientCredentialsAllowed: 'Tick Enable Client Credentials Flow in the policies of the app.',
  runAs: 'Use the magnifying glass, or enter the username of an active user; an e-mail address is no username.',
  permittedUsers: 'Pre-authorize the user: Manage Profiles or Manage Permission Sets on the page of the app.',
  profiles: 'Choose profiles of the list.',
  permissionSets: 'Choose permission sets of the list.',
  trustedIpRanges: 'Enter a start and an end address of the same kind, the start not above the end.',
  loginIpRanges: 'Enter a start and an end address of the same kind, the start not above the end.',
  loginHours: 'Choose an end after the start; hours over midnight stand in part on each of the two days.',
  certificate: 'Paste the certificate as PEM, from BEGIN CERTIFICATE to END CERTIFICATE.',
  username: 'Enter a username in the form of an e-mail address that no other user has.',
  email: 'Enter an e-mail address.',
  profile: 'Choose a profile of the list.',
  existingProfile: 'Choose a profile of the list.',
  license: 'Choose a license that has one left, or take it from another user first.',
  permissionSet: 'Assign the permission set license first, under Permission Set Licenses.',
  objects: 'Choose objects of the list.',
  fields: 'Choose fields of the object that are on the list.',
  apexClasses: 'Choose classes of the list; the setup file of the org declares them.',
};

const seeLicenses = 'See Permission Set Licenses: assign the license to the user, or take one from another user.';
const saveAgain = 'Correct it and save again.';

/** Undefined for any other error. */
export function refusedByModel(error: unknown): ApiRefused | undefined {
  if (error instanceof SetupNotFound) return notThere(error.what);
  if (!(error instanceof SetupRefused)) return undefined;
  const errors = error.problems.map(({ field, message }) => {
    const path = field?.replaceAll(/\[(\d+)\]/g, '.$1') ?? null;
    return { field: path, message, next: nextOf(path, message) };
  });
  return new ApiRefused({ status: 400, errors });
}

/** `callbackUrls.0` has the next step of `callbackUrls`. */
function nextOf(field: string | null, message: string): string {
  if (field === null && /license/i.test(message)) return seeLicenses;
  return nextByField[field?.split('.')[0] ?? ''] ?? saveAgain;
}
