/** Makes a schema say less: of each union, only what the value at hand was meant to be, so that errors speak of that alone. */

type Schema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

/** A schema that refuses whatever the union refuses, or else accepts too much: for telling errors, not for judging. */
export function narrowUnions(schema: Schema, value: unknown): Schema {
  const branches = schema.anyOf as readonly Schema[] | undefined;
  if (branches) return narrowUnion(schema, branches, value);
  if (!isRecord(value) || schema.type !== 'object') return schema;
  const properties = propertiesOf(schema);
  const [anyName] = Object.values((schema.patternProperties ?? {}) as Properties);
  const narrowed = Object.entries(value).flatMap(([name, one]) => {
    const known = properties[name] ?? anyName;
    return known ? [[name, narrowUnions(known, one)] as const] : [];
  });
  return { ...schema, properties: { ...properties, ...Object.fromEntries(narrowed) } };
}

function narrowUnion(union: Schema, branches: readonly Schema[], value: unknown): Schema {
  if (!isRecord(value)) {
    const alike = branches.filter(({ type }) => type === typeof value);
    return alike.length === 1 && alike[0] ? alike[0] : union;
  }
  const objects = branches.filter(({ type }) => type === 'object');
  const tag = objects.flatMap((branch) => tagOf(branch) ?? [])[0];
  if (tag !== undefined) return narrowTagged(objects, tag, value);
  if (objects.length > 1) return oneNameOf(objects);
  return objects[0] ? narrowUnions(objects[0], value) : union;
}

/** The property that tells the branches apart, as `type` does. */
function tagOf(branch: Schema): string | undefined {
  return Object.entries(propertiesOf(branch)).find(([, { const: fixed }]) => fixed !== undefined)?.[0];
}

function narrowTagged(branches: readonly Schema[], tag: string, value: Readonly<Record<string, unknown>>): Schema {
  const meant = branches.find((branch) => propertiesOf(branch)[tag]?.const === value[tag]);
  if (meant) return narrowUnions(meant, value);
  const tags = branches.map((branch) => propertiesOf(branch)[tag]?.const);
  return { type: 'object', required: [tag], properties: { [tag]: { enum: tags } } };
}

/** Branches of one name each, as `table`, `query` and `file`: one of the names, and no other. */
function oneNameOf(branches: readonly Schema[]): Schema {
  const properties: Properties = Object.assign({}, ...branches.map(propertiesOf));
  return { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

const propertiesOf = (schema: Schema): Properties => (schema.properties ?? {}) as Properties;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
