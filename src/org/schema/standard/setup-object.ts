/** Makes objects that Setup keeps: read by SOQL and REST, written by nobody through the data API. */
import { checkbox, readOnly } from '../field.ts';
import { pluralOf } from '../plural-label.ts';
import type { Field, SObject } from '../schema.ts';

type SetupObject = Pick<SObject, 'name' | 'label' | 'keyPrefix'> & { labelPlural?: string; fields: readonly Field[] };

export function setupObject({ labelPlural, ...given }: SetupObject): SObject {
  return {
    ...given,
    labelPlural: labelPlural ?? pluralOf(given.label),
    custom: false,
    createable: false,
    updateable: false,
    deletable: false,
    store: 'setup',
  };
}

/** System permissions as fields of profiles and permission sets. */
export const permissionFields: readonly Field[] = [
  ['ApiEnabled', 'API Enabled'],
  ['ApiUserOnly', 'API Only User'],
  ['ViewAllData', 'View All Data'],
  ['ModifyAllData', 'Modify All Data'],
  ['CustomizeApplication', 'Customize Application'],
  ['ManageUsers', 'Manage Users'],
  ['ViewClientSecret', 'View Client Secret'],
  ['BulkApiHardDelete', 'Bulk API Hard Delete'],
].map(([name, label]) => checkbox(`Permissions${name}`, label ?? '', readOnly));
