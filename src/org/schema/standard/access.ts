/** Profiles, permission sets, their permissions and assignments, and licences. */
import { checkbox, field, number, picklist, readOnly, reference, text } from '../field.ts';
import type { Field, SObject } from '../schema.ts';
import { permissionFields, setupObject } from './setup-object.ts';
import { auditFields, idField } from './system-fields.ts';

const stamp: Field = field('SystemModstamp', 'System Modstamp', 'datetime', { ...readOnly, nillable: false });
const madeAndChanged: readonly Field[] = [
  field('CreatedDate', 'Created Date', 'datetime', { ...readOnly, nillable: false }),
  field('LastModifiedDate', 'Last Modified Date', 'datetime', { ...readOnly, nillable: false }),
  stamp,
];
const count = (name: string, label: string) => number(name, label, 'int', [9, 0], { ...readOnly, nillable: false });

export const userLicense: SObject = setupObject({
  name: 'UserLicense',
  label: 'User License',
  keyPrefix: '100',
  fields: [
    idField('User License ID'),
    text('LicenseDefinitionKey', 'License Def. ID', 40, { ...readOnly, nillable: false }),
    count('TotalLicenses', 'Total Licenses'),
    picklist('Status', 'Status', ['Active', 'Disabled'], { ...readOnly, length: 40 }),
    count('UsedLicenses', 'Used Licenses'),
    text('Name', 'Name', 40, { ...readOnly, nillable: false, nameField: true }),
    text('MasterLabel', 'Master Label', 40, { ...readOnly, nillable: false }),
    ...madeAndChanged,
  ],
});

export const permissionSetLicense: SObject = setupObject({
  name: 'PermissionSetLicense',
  label: 'Permission Set License',
  keyPrefix: '0PL',
  fields: [
    idField('Permission Set License ID'),
    text('DeveloperName', 'Name', 80, { ...readOnly, nillable: false, nameField: true }),
    text('MasterLabel', 'Label', 80, { ...readOnly, nillable: false }),
    text('Language', 'Language', 40, { ...readOnly, nillable: false }),
    text('PermissionSetLicenseKey', 'Permission Set License Key', 40, { ...readOnly, nillable: false }),
    count('TotalLicenses', 'Total Licenses'),
    picklist('Status', 'Status', ['Active', 'Disabled'], { ...readOnly, length: 40 }),
    count('UsedLicenses', 'Used Licenses'),
    ...madeAndChanged,
  ],
});

export const profile: SObject = setupObject({
  name: 'Profile',
  label: 'Profile',
  keyPrefix: '00e',
  fields: [
    idField('Profile ID'),
    text('Name', 'Name', 255, { ...readOnly, nillable: false, nameField: true }),
    reference('UserLicenseId', 'User License ID', { to: 'UserLicense', relationship: 'UserLicense' }, readOnly),
    picklist('UserType', 'User Type', ['Standard'], { ...readOnly, length: 40 }),
    text('Description', 'Description', 255, readOnly),
    ...permissionFields,
    ...auditFields,
  ],
});

export const permissionSet: SObject = setupObject({
  name: 'PermissionSet',
  label: 'Permission Set',
  keyPrefix: '0PS',
  fields: [
    idField('Permission Set ID'),
    text('Name', 'Permission Set Name', 80, { ...readOnly, nillable: false, nameField: true }),
    text('Label', 'Permission Set Label', 80, { ...readOnly, nillable: false }),
    /** Points to either kind of licence. */
    {
      ...reference('LicenseId', 'License ID', { to: 'PermissionSetLicense', relationship: 'License' }, readOnly),
      referenceTo: ['PermissionSetLicense', 'UserLicense'],
    },
    reference('ProfileId', 'Profile ID', { to: 'Profile', relationship: 'Profile', child: 'PermissionSets' }, readOnly),
    checkbox('IsOwnedByProfile', 'Is Owned By Profile', readOnly),
    checkbox('IsCustom', 'Is Custom', readOnly),
    text('Description', 'Description', 255, readOnly),
    picklist('Type', 'Type', ['Profile', 'Regular'], { ...readOnly, length: 40 }),
    ...permissionFields,
    ...auditFields,
  ],
});

export const objectPermissions: SObject = setupObject({
  name: 'ObjectPermissions',
  label: 'Object Permissions',
  labelPlural: 'Object Permissions',
  keyPrefix: '110',
  fields: [
    idField('ObjectPermissions ID'),
    reference('ParentId', 'Parent ID', { to: 'PermissionSet', relationship: 'Parent', child: 'ObjectPerms' }, readOnly),
    text('SobjectType', 'Object Type Name', 40, { ...readOnly, nillable: false, type: 'picklist' }),
    checkbox('PermissionsCreate', 'Create Records', readOnly),
    checkbox('PermissionsRead', 'Read Records', readOnly),
    checkbox('PermissionsEdit', 'Edit Records', readOnly),
    checkbox('PermissionsDelete', 'Delete Records', readOnly),
    checkbox('PermissionsViewAllRecords', 'View All Records', readOnly),
    checkbox('PermissionsModifyAllRecords', 'Modify All Records', readOnly),
    ...auditFields,
  ],
});

export const fieldPermissions: SObject = setupObject({
  name: 'FieldPermissions',
  label: 'Field Permissions',
  labelPlural: 'Field Permissions',
  keyPrefix: '01k',
  fields: [
    idField('FieldPermissions ID'),
    reference('ParentId', 'Parent ID', { to: 'PermissionSet', relationship: 'Parent', child: 'FieldPerms' }, readOnly),
    text('SobjectType', 'Object Type Name', 40, { ...readOnly, nillable: false, type: 'picklist' }),
    text('Field', 'Field', 255, { ...readOnly, nillable: false, type: 'picklist' }),
    checkbox('PermissionsEdit', 'Edit Field', readOnly),
    checkbox('PermissionsRead', 'Read Field', readOnly),
    stamp,
  ],
});

export const permissionSetAssignment: SObject = setupObject({
  name: 'PermissionSetAssignment',
  label: 'Permission Set Assignment',
  keyPrefix: '0Pa',
  fields: [
    idField('PermissionSetAssignment ID'),
    reference(
      'PermissionSetId',
      'Permission Set ID',
      { to: 'PermissionSet', relationship: 'PermissionSet', child: 'Assignments' },
      readOnly,
    ),
    reference(
      'AssigneeId',
      'Assignee ID',
      { to: 'User', relationship: 'Assignee', child: 'PermissionSetAssignments' },
      readOnly,
    ),
    checkbox('IsActive', 'Is Active', readOnly),
    stamp,
  ],
});

export const permissionSetLicenseAssign: SObject = setupObject({
  name: 'PermissionSetLicenseAssign',
  label: 'Permission Set License Assignment',
  keyPrefix: '2LA',
  fields: [
    idField('Permission Set License Assignment ID'),
    reference(
      'PermissionSetLicenseId',
      'Permission Set License ID',
      { to: 'PermissionSetLicense', relationship: 'PermissionSetLicense' },
      readOnly,
    ),
    reference(
      'AssigneeId',
      'Assignee ID',
      { to: 'User', relationship: 'Assignee', child: 'PermissionSetLicenseAssignments' },
      readOnly,
    ),
    ...auditFields,
  ],
});
