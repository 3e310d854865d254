/** What an operation of a hub's API takes, field by field, as its description has it. */
import type { ApiOperation, Shape } from './api-operations.ts';
import { textTable } from './text-table.ts';

export type ApiField = { name: string; type: string; required: boolean; what: string };

/** Those of the query and of the body; what stands inside an object is named with a dot. */
export function fieldsOf({ parameters, body }: ApiOperation): ApiField[] {
  const inQuery = parameters.map(({ name, required, schema }) => fieldOf(name, schema, required));
  return [...inQuery, ...(body === undefined ? [] : fieldsIn(body, ''))];
}

/** For a person to read. */
export function fieldsText(operation: ApiOperation): string {
  const { method, path, role, summary } = operation;
  const who = role === null ? 'whoever is logged in' : `role ${role}`;
  const fields = fieldsOf(operation);
  const rows = fields.map(({ name, type, required, what }) => [name, type, required ? 'required' : '', what]);
  const table = fields.length === 0 ? 'It takes no fields.' : textTable(['field', 'value', '', 'what it is'], rows);
  return `${method} ${path}\n${summary} For ${who}.\n\n${table}`;
}

function fieldsIn(shape: Shape, before: string): ApiField[] {
  const required = (shape.required ?? []) as readonly string[];
  const properties = Object.entries((shape.properties ?? {}) as Readonly<Record<string, Shape>>);
  return properties.flatMap(([name, one]) => {
    const path = `${before}${name}`;
    return one.type === 'object' && one.properties !== undefined
      ? fieldsIn(one, `${path}.`)
      : [fieldOf(path, one, required.includes(name))];
  });
}

function fieldOf(name: string, shape: Shape, required: boolean): ApiField {
  const what = [shape.title, shape.description].filter((part) => typeof part === 'string').join('. ');
  return { name, type: shape.writeOnly === true ? 'reference to a secret' : typeOf(shape), required, what };
}

/** In the words of JSON. */
function typeOf(shape: Shape): string {
  const { type, enum: choices, const: only, items, anyOf, oneOf } = shape;
  if (Array.isArray(choices)) return choices.join(' or ');
  if (only !== undefined) return JSON.stringify(only);
  const parts = (anyOf ?? oneOf) as readonly Shape[] | undefined;
  if (parts !== undefined) return [...new Set(parts.map(typeOf))].join(' or ');
  if (type === 'array') return `list of ${typeOf(Object(items) as Shape)}`;
  if (Array.isArray(type)) return type.join(' or ');
  return typeof type === 'string' ? type : 'JSON';
}
