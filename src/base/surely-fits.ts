/** The quick half of checking a value against a JSON Schema: yes for what fits without a doubt, so that TypeBox is loaded for the rest only. */

type Schema = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, unknown>>;

/** True only for what TypeBox accepts too; false means that it has to be asked. A keyword that is not known here is such a case. */
export function surelyFits(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(
    ([keyword, wanted]) => keywords[keyword]?.(wanted as never, value, schema) ?? false,
  );
}

/** Each tells whether the value keeps to one keyword; most are about one kind of value and let all others pass. */
const keywords: Readonly<Record<string, (wanted: never, value: unknown, schema: Schema) => boolean>> = {
  $id: () => true,
  title: () => true,
  description: () => true,
  type: (wanted: string, value) => hasType(wanted, value),
  const: (wanted: unknown, value) => value === wanted,
  enum: (wanted: readonly unknown[], value) => wanted.includes(value),
  anyOf: (wanted: readonly Schema[], value) => wanted.some((schema) => surelyFits(schema, value)),
  pattern: (wanted: string, value) => typeof value !== 'string' || new RegExp(wanted, 'u').test(value),
  // What counts as a character is not for us to say, but a text that is not empty has one, and none has more than its code units.
  minLength: (wanted: number, value) => typeof value !== 'string' || (wanted <= 1 && value.length >= wanted),
  maxLength: (wanted: number, value) => typeof value !== 'string' || value.length <= wanted,
  minimum: (wanted: number, value) => typeof value !== 'number' || value >= wanted,
  maximum: (wanted: number, value) => typeof value !== 'number' || value <= wanted,
  items: (wanted: Schema, value) => !Array.isArray(value) || value.every((item) => surelyFits(wanted, item)),
  required: (wanted: readonly string[], value) =>
    !isObject(value) || wanted.every((name) => Object.hasOwn(value, name) && value[name] !== undefined),
  properties: (wanted: Readonly<Record<string, Schema>>, value) =>
    !isObject(value) ||
    Object.entries(wanted).every(([name, schema]) => !Object.hasOwn(value, name) || surelyFits(schema, value[name])),
  patternProperties: (wanted: Readonly<Record<string, Schema>>, value) =>
    !isObject(value) ||
    Object.entries(wanted).every(([pattern, schema]) =>
      namesLike(pattern, value).every((name) => surelyFits(schema, value[name])),
    ),
  additionalProperties: (wanted: unknown, value, schema) => wanted === false && hasOnlyKnownNames(value, schema),
  minProperties: (wanted: number, value) => !isObject(value) || Object.keys(value).length >= wanted,
};

function hasType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

function hasOnlyKnownNames(value: unknown, { properties = {}, patternProperties = {} }: Schema): boolean {
  if (!isObject(value)) return true;
  const patterns = Object.keys(patternProperties as object).map((pattern) => new RegExp(pattern, 'u'));
  return Object.keys(value).every(
    (name) => Object.hasOwn(properties as object, name) || patterns.some((pattern) => pattern.test(name)),
  );
}

function namesLike(pattern: string, value: Values): string[] {
  const like = new RegExp(pattern, 'u');
  return Object.keys(value).filter((name) => like.test(name));
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
