/** Organization: the one record of the org itself, kept in the setup store. */
import { checkbox, field, number, phone, picklist, readOnly, text } from '../field.ts';
import type { SObject } from '../schema.ts';
import { languages, locales, organizationTypes, timeZones } from './picklists.ts';
import { addressFields, auditFields, idField } from './system-fields.ts';

export const organization: SObject = {
  name: 'Organization',
  label: 'Organization',
  labelPlural: 'Organizations',
  keyPrefix: '00D',
  custom: false,
  createable: false,
  updateable: false,
  deletable: false,
  store: 'setup',
  fields: [
    idField('Organization ID'),
    text('Name', 'Name', 80, { nillable: false, nameField: true }),
    text('Division', 'Division', 80),
    ...addressFields(''),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    text('PrimaryContact', 'Primary Contact', 80),
    picklist('DefaultLocaleSidKey', 'Locale', locales, { length: 40, restrictedPicklist: true }),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, { length: 40, restrictedPicklist: true }),
    picklist('LanguageLocaleKey', 'Language', languages, { length: 40, restrictedPicklist: true }),
    number('FiscalYearStartMonth', 'Fiscal Year Starts In', 'int', [9, 0], readOnly),
    field('TrialExpirationDate', 'Trial Expiration Date', 'datetime', readOnly),
    picklist('OrganizationType', 'Edition', organizationTypes, { length: 40, ...readOnly }),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('InstanceName', 'Instance Name', 5, readOnly),
    checkbox('IsSandbox', 'Is Sandbox', readOnly),
    checkbox('IsReadOnly', 'Is Read Only', readOnly),
    ...auditFields,
  ],
};
