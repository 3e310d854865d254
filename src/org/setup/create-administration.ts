/** All that one administrator can do, put together. */
import { administerApps } from './administer-apps.ts';
import { administerCredentials } from './administer-credentials.ts';
import { administerRights } from './administer-rights.ts';
import { administerUsers } from './administer-users.ts';
import type { Administration } from './administration.ts';
import type { Office } from './setup-change.ts';

export function createAdministration(office: Office): Administration {
  return {
    ...administerApps(office),
    ...administerCredentials(office),
    ...administerUsers(office),
    ...administerRights(office),
  };
}
