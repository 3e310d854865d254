/** What every org has from the start: licences, the four standard profiles, and what they grant. */
import { isPermissionable, type SObject, standardObjects } from '../schema/index.ts';
import type { Grants, License } from './profile.ts';

export const systemAdministrator = 'System Administrator';
export const salesforceLicense = 'Salesforce';
export const integrationLicense = 'Salesforce Integration';
export const integrationPermissionSetLicense = 'Salesforce API Integration';

/** More than a box is likely to need; a real org has as many as were bought. */
const totalLicenses = 10_000;

/** The keys of the user licences are as a real org shows them for Salesforce, and made up for the other. */
export const stockLicenses: readonly Omit<License, 'id' | 'used'>[] = [
  { kind: 'user', name: salesforceLicense, key: 'SFDC', total: totalLicenses },
  { kind: 'user', name: integrationLicense, key: 'SALESFORCE_INTEGRATION', total: totalLicenses },
  {
    kind: 'permissionSet',
    name: integrationPermissionSetLicense,
    key: 'SalesforceAPIIntegrationPsl',
    total: totalLicenses,
  },
];

export type StockProfile = Grants & { name: string; license: string };

const apiOnly: Grants = { userPermissions: ['ApiEnabled', 'ApiUserOnly'], objects: {}, fields: {}, apexClasses: [] };
const everything = { read: true, create: true, edit: true, delete: true, viewAll: true, modifyAll: true };

/** Rights of an object and all its fields. */
export function allOfObject({ name, fields }: SObject): Pick<Grants, 'objects' | 'fields'> {
  const rights = fields
    .filter(isPermissionable)
    .map((field) => [field.name, { read: true, edit: field.createable || field.updateable }] as const);
  return { objects: { [name]: everything }, fields: { [name]: Object.fromEntries(rights) } };
}

function standardUserGrants(): Grants {
  const parts = standardObjects.filter(({ store }) => store === 'records').map(allOfObject);
  const own = { ...everything, viewAll: false, modifyAll: false };
  return {
    userPermissions: ['ApiEnabled'],
    objects: Object.fromEntries(parts.flatMap(({ objects }) => Object.keys(objects).map((name) => [name, own]))),
    fields: Object.assign({}, ...parts.map(({ fields }) => fields)) as Grants['fields'],
    apexClasses: [],
  };
}

/** System Administrator has a row for every object as well, kept in step with the schema. */
export const stockProfiles: readonly StockProfile[] = [
  {
    name: systemAdministrator,
    license: salesforceLicense,
    userPermissions: [
      'ApiEnabled',
      'ViewAllData',
      'ModifyAllData',
      'CustomizeApplication',
      'ManageUsers',
      'ViewClientSecret',
    ],
    objects: {},
    fields: {},
    apexClasses: [],
  },
  { name: 'Standard User', license: salesforceLicense, ...standardUserGrants() },
  { name: 'Salesforce API Only System Integrations', license: integrationLicense, ...apiOnly },
  { name: 'Minimum Access - API Only Integrations', license: integrationLicense, ...apiOnly },
];
