/**
 * schema: what an object and its fields are, the standard objects, custom ones, and what describe says of them.
 * Rule: plain data and pure functions; it opens no file and knows no store.
 * Read schema.ts first.
 */
export { createSchema } from './create-schema.ts';
export { checkCharacters, idAt, instancePart, toId18 } from './ids.ts';
export type { ChildRelationship, Field, FieldType, PicklistValue, Schema, SObject } from './schema.ts';
export { standardObjects } from './standard-objects.ts';
