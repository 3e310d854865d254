/** What the mapping editor shows: the sources that can be taken, and a row for each target. */
import type { InterfaceValues } from '../interface-values.ts';
import type { Line } from '../lines.ts';
import {
  type Described,
  type Field,
  formulaTypeOfColumn,
  formulaTypeOfField,
  isKeyField,
  type SourceColumn,
} from '../offers.ts';

export type Source = { name: string; label: string; holds: string };

export type TargetRow = {
  name: string;
  label: string;
  /** As formulas call it; null where nobody knows. */
  holds: string | null;
  isRequired: boolean;
  isWritable: boolean;
  isKnown: boolean;
  field: Field | undefined;
  line: Line | undefined;
};

export const sourcesOfColumns = (columns: readonly SourceColumn[]): Source[] =>
  columns.map((column) => ({ name: column.name, label: column.nativeType, holds: formulaTypeOfColumn(column) }));

export const sourcesOfFields = ({ fields }: Described): Source[] =>
  fields.map((field) => ({ name: field.name, label: field.label, holds: formulaTypeOfField(field) }));

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function isRequired(field: Field, { operation, externalId }: InterfaceValues): boolean {
  if (operation === 'update' || operation === 'delete') return field.type === 'id';
  if (operation === 'upsert' && same(field.name, externalId)) return true;
  return field.createable && !field.nillable && !field.defaultedOnCreate;
}

/** As the agent holds a run against the rights. */
function isWritable(field: Field, { operation, externalId }: InterfaceValues): boolean {
  if (field.type === 'id') return operation !== 'insert' && (operation !== 'upsert' || same(field.name, externalId));
  if (operation === 'delete') return false;
  if (operation === 'insert') return field.createable;
  if (operation === 'update') return field.updateable;
  const isNamedOnly = same(field.name, externalId) || field.type === 'reference';
  return field.createable && (isNamedOnly || field.updateable);
}

const unknown = (line: Line, isKnown: boolean): TargetRow => ({
  ...{ name: line.target, label: '', holds: null, isRequired: false, isWritable: true, field: undefined },
  isKnown,
  line,
});

/** What was mapped when the form was opened stays where it is while lines come and go. */
function weigher({ base }: InterfaceValues) {
  const before = new Set(Object.keys(Object(base.mapping)).map((name) => name.toLowerCase()));
  return ({ name, isKnown, isRequired: needed, isWritable: writable }: TargetRow) =>
    !isKnown || needed ? 0 : before.has(name.toLowerCase()) ? 1 : writable ? 2 : 3;
}

/** Of an object: what is needed or mapped first, what may not be written last. */
export function rowsOfObject(described: Described | undefined, values: InterfaceValues): TargetRow[] {
  const { lines } = values;
  const fields = described?.fields ?? [];
  const rows = fields.map(
    (field): TargetRow => ({
      ...{ name: field.name, label: field.label, holds: formulaTypeOfField(field), field, isKnown: true },
      isRequired: isRequired(field, values),
      isWritable: isWritable(field, values),
      line: lines.find(({ target }) => same(target, field.name)),
    }),
  );
  const others = lines.filter(({ target }) => !fields.some(({ name }) => same(name, target)));
  const all = [...others.map((line) => unknown(line, described === undefined)), ...rows];
  const weightOf = weigher(values);
  return all.sort((one, other) => weightOf(one) - weightOf(other));
}

/** Of a table: its columns, and those that the lines would have. */
export function rowsOfTable(
  columns: readonly SourceColumn[] | undefined,
  { lines, create }: InterfaceValues,
): TargetRow[] {
  const there = columns ?? [];
  const rows = there.map(
    (column): TargetRow => ({
      ...{ name: column.name, label: column.nativeType, holds: formulaTypeOfColumn(column) },
      ...{ isRequired: false, isWritable: true, isKnown: true, field: undefined },
      line: lines.find(({ target }) => target === column.name),
    }),
  );
  const others = lines.filter(({ target }) => !there.some(({ name }) => name === target));
  return [...rows, ...others.map((line) => unknown(line, columns === undefined || create))];
}

export const isMissing = ({ isRequired: needed, line }: TargetRow) => needed && line === undefined;

export const keysOf = (described: Described | undefined) => described?.fields.filter(isKeyField) ?? [];
