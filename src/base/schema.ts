/** Writes JSON Schemas in TypeBox's words and with its types, without loading it: that alone would be a third of the start of `sluice run`. */
import type * as typebox from 'typebox';

type Words =
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Tuple'
  | 'Union';
type Schema = object;

/** What `Optional` was said of: in JSON Schema this stands in the object around it. */
const optionals = new WeakSet<Schema>();

const words: Readonly<Record<Words, (...parts: never[]) => Schema>> = {
  Array: (items: Schema, options?: object) => ({ type: 'array', items, ...options }),
  Boolean: (options?: object) => ({ type: 'boolean', ...options }),
  Enum: (values: readonly unknown[], options?: object) => ({ enum: values, ...options }),
  Integer: (options?: object) => ({ type: 'integer', ...options }),
  Literal: (value: unknown, options?: object) => ({ type: typeof value, const: value, ...options }),
  Null: (options?: object) => ({ type: 'null', ...options }),
  Number: (options?: object) => ({ type: 'number', ...options }),
  Object: (properties: Readonly<Record<string, Schema>>, options?: object) => {
    const required = Object.keys(properties).filter((name) => !optionals.has(properties[name] as Schema));
    return { type: 'object', ...(required.length > 0 ? { required } : {}), properties, ...options };
  },
  Optional: (schema: Schema) => {
    const optional = { ...schema };
    optionals.add(optional);
    return optional;
  },
  Record: (key: { pattern?: string }, value: Schema, options?: object) => ({
    type: 'object',
    patternProperties: { [key.pattern ?? '^.*$']: value },
    ...options,
  }),
  String: (options?: object) => ({ type: 'string', ...options }),
  Tuple: (items: readonly Schema[], options?: object) => ({
    type: 'array',
    additionalItems: false,
    items,
    minItems: items.length,
    ...options,
  }),
  Union: (anyOf: readonly Schema[], options?: object) => ({ anyOf, ...options }),
};

/** `Record` takes keys that are a String, with a pattern or without. A schema test holds each word against TypeBox's own. */
export const Type = words as unknown as Pick<typeof typebox.Type, Words>;
