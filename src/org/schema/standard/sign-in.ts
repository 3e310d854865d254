/** Connected apps, their tokens, and who signed in when. */
import { checkbox, field, number, picklist, readOnly, reference, text } from '../field.ts';
import type { SObject } from '../schema.ts';
import { setupObject } from './setup-object.ts';
import { auditFields, idField } from './system-fields.ts';

export const connectedApplication: SObject = setupObject({
  name: 'ConnectedApplication',
  label: 'Connected App',
  keyPrefix: '0H4',
  fields: [
    idField('Connected App ID'),
    text('Name', 'Connected App Name', 80, { ...readOnly, nillable: false, nameField: true }),
    checkbox('OptionsAllowAdminApprovedUsersOnly', 'Admin approved users are pre-authorized', readOnly),
    ...auditFields,
  ],
});

export const oauthToken: SObject = setupObject({
  name: 'OauthToken',
  label: 'OAuth Token',
  keyPrefix: '0CQ',
  fields: [
    idField('OAuth Token ID'),
    reference('UserId', 'User ID', { to: 'User', relationship: 'User', child: 'OauthTokens' }, readOnly),
    text('AppName', 'Application Name', 80, { ...readOnly, nameField: true }),
    field('CreatedDate', 'Created Date', 'datetime', { ...readOnly, nillable: false }),
    field('LastUsedDate', 'Last Used Date', 'datetime', readOnly),
    number('UseCount', 'Use Count', 'int', [9, 0], { ...readOnly, nillable: false }),
  ],
});

const loginTypes = [
  { value: 'Oauth', label: 'Remote Access Client' },
  { value: 'Oauth2', label: 'Remote Access 2.0' },
];
const loginSubTypes = [{ value: 'OauthClientCredentials', label: 'OAuth Client Credentials' }];

export const loginHistory: SObject = setupObject({
  name: 'LoginHistory',
  label: 'Login History',
  labelPlural: 'Login History',
  keyPrefix: '0Ya',
  fields: [
    idField('Login History ID'),
    reference('UserId', 'User ID', { to: 'User', relationship: 'User' }, readOnly),
    field('LoginTime', 'Login Time', 'datetime', { ...readOnly, nillable: false }),
    picklist('LoginType', 'Login Type', loginTypes, { ...readOnly, length: 40 }),
    picklist('LoginSubType', 'Login Subtype', loginSubTypes, { ...readOnly, length: 40 }),
    text('SourceIp', 'Source IP', 39, readOnly),
    text('LoginUrl', 'Login URL', 120, { ...readOnly, type: 'url' }),
    text('Status', 'Status', 128, { ...readOnly, nillable: false }),
    text('Application', 'Application', 80, readOnly),
    checkbox('OptionsIsGet', 'Is GET', readOnly),
    checkbox('OptionsIsPost', 'Is POST', readOnly),
  ],
});
