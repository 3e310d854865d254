/** Apex classes: by name; their code is not in the org. */
import { checkbox, number, picklist, readOnly, text } from '../field.ts';
import type { SObject } from '../schema.ts';
import { setupObject } from './setup-object.ts';
import { auditFields, idField } from './system-fields.ts';

export const apexClass: SObject = setupObject({
  name: 'ApexClass',
  label: 'Apex Class',
  labelPlural: 'Apex Classes',
  keyPrefix: '01p',
  fields: [
    idField('Apex Class ID'),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('Name', 'Name', 255, { ...readOnly, nillable: false, nameField: true }),
    number('ApiVersion', 'Api Version', 'double', [18, 1], { ...readOnly, nillable: false }),
    picklist('Status', 'Status', ['Active', 'Inactive'], { ...readOnly, length: 40 }),
    checkbox('IsValid', 'Is Valid', readOnly),
    ...auditFields,
  ],
});
