/**
 * schema: what an object and its fields are, the standard objects, custom ones, and what describe says of them.
 * Rule: plain data and pure functions; it opens no file and knows no store.
 * Read schema.ts first.
 */
export { createSchema } from './create-schema.ts';
export { type CustomFieldType, customFieldTypes, type FieldDefinition } from './custom-field.ts';
export { addCustomFields, customKeyPrefix, defineCustomObject, type ObjectDefinition } from './custom-object.ts';
export { type DescribeView, describeGlobal, describeObject, objectBasic } from './describe.ts';
export { idAt, instancePart, toId18 } from './ids.ts';
export { isPermissionable } from './permissionable.ts';
export { pluralOf } from './plural-label.ts';
export type { Field, Schema, SObject } from './schema.ts';
export { standardObjects } from './standard-objects.ts';
