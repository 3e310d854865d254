/** Makes a schema say less: of each union, only what the value at hand was meant to be, so that errors speak of that alone. */

type Schema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

/** A schema that refuses whatever the union refuses, or else accepts too much: for telling errors, not for judging. */
export function narrowUnions(schema: Schema, value: unknown): Schema {
  const branches = schema.anyOf as readonly Schema[] | undefined;
  if (branches) return narrowUnion(schema, branches, value);
  if (!isRecord(value) || schema.type !== 'object') return schema;
  const { patternProperties, ...rest } = schema;
  const properties = propertiesOf(schema);
  const [pattern] = Object.entries((patternProperties ?? {}) as Properties);
  const narrowed = Object.entries(value).flatMap(([name, one]) => {
    const known = properties[name] ?? (pattern && new RegExp(pattern[0], 'u').test(name) ? pattern[1] : undefined);
    return known ? [[name, narrowUnions(known, one)] as const] : [];
  });
  return { ...rest, properties: { ...properties, ...Object.fromEntries(narrowed) } };
}

function narrowUnion(union: Schema, branches: readonly Schema[], value: unknown): Schema {
  if (!isRecord(value)) {
    const alike = branches.filter(({ type }) => type === typeof value);
    return alike.length === 1 && alike[0] ? alike[0] : union;
  }
  const objects = branches.filter(({ type }) => type === 'object');
  const tag = objects.flatMap((branch) => tagOf(branch) ?? [])[0];
  if (tag !== undefined) return narrowTagged(objects, tag, value);
  if (objects.length > 1)
    return objects.every(hasOneName) ? oneNameOf(objects) : narrowUnions(meantOf(objects, value), value);
  return objects[0] ? narrowUnions(objects[0], value) : union;
}

/** The property that tells the branches apart, as `type` does. */
function tagOf(branch: Schema): string | undefined {
  return Object.entries(propertiesOf(branch)).find(([, { const: fixed }]) => fixed !== undefined)?.[0];
}

function narrowTagged(branches: readonly Schema[], tag: string, value: Readonly<Record<string, unknown>>): Schema {
  const meant = branches.find((branch) => isTagged(branch, tag, value));
  if (meant) return narrowUnions(meant, value);
  const tags = branches.map((branch) => propertiesOf(branch)[tag]);
  const title = tags[0]?.title === undefined ? {} : { title: tags[0].title };
  const chosen = { ...title, enum: tags.map((one) => one?.const) };
  return { type: 'object', required: [tag], properties: { [tag]: chosen } };
}

/** A branch may do without the tag, as one that is meant when nothing is said. */
function isTagged(branch: Schema, tag: string, value: Readonly<Record<string, unknown>>): boolean {
  if (value[tag] === undefined) return !namesRequired(branch).includes(tag);
  return propertiesOf(branch)[tag]?.const === value[tag];
}

const hasOneName = (branch: Schema) => Object.keys(propertiesOf(branch)).length === 1;

/** The branch of which all that it requires is there, else the first. */
function meantOf(branches: readonly Schema[], value: Readonly<Record<string, unknown>>): Schema {
  const isWhole = (branch: Schema) => namesRequired(branch).every((name) => Object.hasOwn(value, name));
  return branches.find(isWhole) ?? (branches[0] as Schema);
}

/** Branches of one name each, as `table`, `query` and `file`: one of the names, and no other. */
function oneNameOf(branches: readonly Schema[]): Schema {
  const properties: Properties = Object.assign({}, ...branches.map(propertiesOf));
  return { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

const namesRequired = ({ required = [] }: Schema) => required as readonly string[];
const propertiesOf = (schema: Schema): Properties => (schema.properties ?? {}) as Properties;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
