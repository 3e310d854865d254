/** User: kept in the setup store, read by SOQL and REST, written by Setup alone. */
import { checkbox, field, phone, picklist, readOnly, reference, text } from '../field.ts';
import type { SObject } from '../schema.ts';
import { emailEncodings, languages, locales, timeZones, userTypes } from './picklists.ts';
import { addressFields, auditFields, idField, personNameFields } from './system-fields.ts';

export const user: SObject = {
  name: 'User',
  label: 'User',
  labelPlural: 'Users',
  keyPrefix: '005',
  custom: false,
  createable: false,
  updateable: false,
  deletable: false,
  store: 'setup',
  fields: [
    idField('User ID'),
    text('Username', 'Username', 80, { nillable: false, unique: true, idLookup: true }),
    ...personNameFields({ salutation: false }),
    text('CompanyName', 'Company Name', 80),
    text('Division', 'Division', 80),
    text('Department', 'Department', 80),
    text('Title', 'Title', 80),
    ...addressFields(''),
    text('Email', 'Email', 128, { type: 'email', nillable: false, idLookup: true }),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    phone('MobilePhone', 'Mobile'),
    text('Alias', 'Alias', 8, { nillable: false }),
    text('CommunityNickname', 'Nickname', 40, { nillable: false, unique: true }),
    checkbox('IsActive', 'Active'),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, { length: 40, nillable: false, restrictedPicklist: true }),
    picklist('LocaleSidKey', 'Locale', locales, { length: 40, nillable: false, restrictedPicklist: true }),
    picklist('EmailEncodingKey', 'Email Encoding', emailEncodings, {
      length: 40,
      nillable: false,
      restrictedPicklist: true,
    }),
    picklist('LanguageLocaleKey', 'Language', languages, { length: 40, nillable: false, restrictedPicklist: true }),
    picklist('UserType', 'User Type', userTypes, { length: 40, ...readOnly, restrictedPicklist: true }),
    text('EmployeeNumber', 'Employee Number', 20),
    reference(
      'ProfileId',
      'Profile ID',
      { to: 'Profile', relationship: 'Profile', child: 'Users' },
      { nillable: false },
    ),
    reference('ManagerId', 'Manager ID', { to: 'User', relationship: 'Manager', child: 'ManagedUsers' }),
    field('LastLoginDate', 'Last Login', 'datetime', readOnly),
    ...auditFields,
    text('FederationIdentifier', 'SAML Federation ID', 512, { unique: true, idLookup: true }),
  ],
};
