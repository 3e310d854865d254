/** Which fields field-level security applies to, as describe's `permissionable` says. */
import type { Field } from './schema.ts';

/**
 * Not to what every record needs (required fields, names, owners, masters), nor to what the org alone keeps, nor to the parts of
 * a whole: an address is granted as a whole.
 */
export function isPermissionable(field: Field): boolean {
  const { type, nillable, createable, custom, compoundFieldName, nameField } = field;
  if (type === 'address' || field.permissionable === true) return true;
  if (compoundFieldName !== null || nameField) return false;
  return (nillable || type === 'boolean') && (createable || custom);
}
