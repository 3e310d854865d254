/** The fields that (almost) every object has: id, owner, audit fields, and the parts of addresses and of names of persons. */
import { checkbox, field, number, phone, picklist, readOnly, reference, text } from '../field.ts';
import type { Field } from '../schema.ts';
import { geocodeAccuracies, salutations } from './picklists.ts';

const filledByOrg = { ...readOnly, nillable: false, defaultedOnCreate: true } as const;

export function idField(label: string): Field {
  return field('Id', label, 'id', { ...filledByOrg, length: 18, idLookup: true });
}

export const isDeletedField: Field = checkbox('IsDeleted', 'Deleted', readOnly);

/** A queue may own a Lead or a custom object in Salesforce; this org has no queues, so that an owner is a user. */
export function ownerField(label = 'Owner ID'): Field {
  return reference(
    'OwnerId',
    label,
    { to: 'User', relationship: 'Owner' },
    { nillable: false, defaultedOnCreate: true },
  );
}

export const auditFields: readonly Field[] = [
  field('CreatedDate', 'Created Date', 'datetime', filledByOrg),
  reference('CreatedById', 'Created By ID', { to: 'User', relationship: 'CreatedBy' }, filledByOrg),
  field('LastModifiedDate', 'Last Modified Date', 'datetime', filledByOrg),
  reference('LastModifiedById', 'Last Modified By ID', { to: 'User', relationship: 'LastModifiedBy' }, filledByOrg),
  field('SystemModstamp', 'System Modstamp', 'datetime', filledByOrg),
];

export const activityFields: readonly Field[] = [
  field('LastActivityDate', 'Last Activity', 'date', readOnly),
  field('LastViewedDate', 'Last Viewed Date', 'datetime', readOnly),
  field('LastReferencedDate', 'Last Referenced Date', 'datetime', readOnly),
];

/** Street to geocode accuracy, and the compound field over them. `prefix` is `Billing`, `Mailing`, or empty. */
export function addressFields(prefix: string, label = prefix): Field[] {
  const compound = { compoundFieldName: `${prefix}Address` };
  const named = (part: string) => (label === '' ? part : `${label} ${part}`);
  const postalCode = named('Zip/Postal Code');
  return [
    text(`${prefix}Street`, label === '' ? 'Street' : `${label} Street`, 255, { type: 'textarea', ...compound }),
    text(`${prefix}City`, named('City'), 40, compound),
    text(`${prefix}State`, named('State/Province'), 80, compound),
    text(`${prefix}PostalCode`, postalCode, 20, compound),
    text(`${prefix}Country`, named('Country'), 80, compound),
    number(`${prefix}Latitude`, named('Latitude'), 'double', [18, 15], compound),
    number(`${prefix}Longitude`, named('Longitude'), 'double', [18, 15], compound),
    picklist(`${prefix}GeocodeAccuracy`, named('Geocode Accuracy'), geocodeAccuracies, {
      length: 40,
      restrictedPicklist: true,
      ...compound,
    }),
    field(`${prefix}Address`, named('Address'), 'address', { ...readOnly, calculated: true }),
  ];
}

/** The name of a person: its parts can be written, the whole is made of them by the org. */
export function personNameFields({ salutation }: { salutation: boolean }): Field[] {
  const compound = { compoundFieldName: 'Name' };
  return [
    text('LastName', 'Last Name', 80, { nillable: false, ...compound }),
    text('FirstName', 'First Name', 40, compound),
    ...(salutation ? [picklist('Salutation', 'Salutation', salutations, { length: 40, ...compound })] : []),
    text('Name', 'Full Name', 121, { ...readOnly, nillable: false, nameField: true, calculated: true }),
  ];
}

export const emailBounceFields: readonly Field[] = [
  text('EmailBouncedReason', 'Email Bounced Reason', 255),
  field('EmailBouncedDate', 'Email Bounced Date', 'datetime'),
];

export const photoField: Field = text('PhotoUrl', 'Photo URL', 255, { type: 'url', ...readOnly });

export const phoneAndFax: readonly Field[] = [phone('Phone', 'Business Phone'), phone('Fax', 'Business Fax')];
