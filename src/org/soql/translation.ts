/** What the parts of one translation share: the schema, the parameters bound so far, the names of tables. */
import { type Reach, reachSql } from '../rights/index.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import type { Moment } from './date-ranges.ts';

export type SqlValue = string | number | null;

/** What a parameter may depend on when the statement runs; `parentId` where all children of one record are read. */
export type Occasion = Moment & { userId: string; parentId: string };

/** A value, or how to get it each time the statement runs (date literals, the user). */
export type Parameter = SqlValue | ((occasion: Occasion) => SqlValue);

export type Translation = {
  readonly schema: Schema;
  readonly source: string;
  /** Whether deleted records are seen too. */
  readonly all: boolean;
  /** How far the user reaches into an object. */
  readonly reach: (object: SObject) => Reach;
  readonly parameters: Parameter[];
  /** Binds a value and gives the text that stands for it. */
  bind(value: Parameter): string;
  /** A name for a table that no other table of the statement has. */
  nextAlias(): string;
};

/** The values of a statement's parameters, by their names. */
export function bindValues(parameters: readonly Parameter[], occasion: Occasion): Record<string, SqlValue> {
  const values: Record<string, SqlValue> = {};
  for (const [index, parameter] of parameters.entries())
    values[`p${index + 1}`] = typeof parameter === 'function' ? parameter(occasion) : parameter;
  return values;
}

/** `schema` is that of the user, in which hidden objects and fields are not there. */
export type Translating = Pick<Translation, 'schema' | 'source' | 'all' | 'reach'>;

export function createTranslation({ schema, source, all, reach }: Translating): Translation {
  const parameters: Parameter[] = [];
  let aliases = 0;
  return {
    schema,
    source,
    all,
    reach,
    parameters,
    bind: (value) => `$p${parameters.push(value)}`,
    nextAlias: () => `t${aliases++}`,
  };
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function tableSql(object: SObject): string {
  return `${object.store === 'setup' ? 'setup' : 'main'}.${quote(object.name)}`;
}

/** The condition under which the user reaches a row of the table `alias`; undefined when every row is reached. */
export function visibleSql({ reach, bind }: Translation, object: SObject, alias: string): string | undefined {
  return reachSql(reach(object), alias, { tableSql, bindUser: () => bind(({ userId }) => userId) });
}

const textTypes = new Set(['string', 'textarea', 'picklist', 'multipicklist', 'phone', 'url', 'email']);

export function isText({ type }: Pick<Field, 'type'>): boolean {
  return textTypes.has(type);
}

/** Text areas above this length can be read, but neither filtered, sorted nor grouped. */
const longTextLength = 255;

export function isLongText({ type, length }: Field): boolean {
  return type === 'textarea' && length > longTextLength;
}

/** Parts joined by an operator as a balanced tree, since SQLite bounds the depth of an expression. */
export function joinBalanced(parts: readonly string[], operator: 'AND' | 'OR'): string {
  if (parts.length <= 2) return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` ${operator} `)})`;
  const middle = Math.ceil(parts.length / 2);
  return `(${joinBalanced(parts.slice(0, middle), operator)} ${operator} ${joinBalanced(parts.slice(middle), operator)})`;
}
