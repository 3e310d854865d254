/** What an interface out of Salesforce reads, and the columns it goes into, from the describe of its object. */
import { findNearestName, SluiceError } from '../../base/index.ts';
import type { TargetColumn, TargetTable } from '../../database/index.ts';
import {
  type CompiledColumns,
  compileColumns,
  computedColumns,
  type FormulaType,
  fieldsOf,
  type PlannedColumn,
  planColumns,
} from '../../mapping/index.ts';
import { deletedOf, type OutboundDefinition } from '../../protocol/index.ts';
import type { SObjectDescribe } from '../../salesforce/index.ts';
import { columnValue, formulaTypeOf, hasNoColumn } from './column-value.ts';
import { computedColumn } from './computed-columns.ts';
import { createFieldFinder, type DescribeObject, type FoundField } from './find-field.ts';

export type OutboundPlan = {
  /** The object by the org's own name. */
  object: string;
  /** Paths of the fields asked for, each once; `IsDeleted` among them where deletions are to be seen. */
  fields: readonly string[];
  into: TargetTable;
  /** Columns that are made row by row, if any; their headers are none of the fields. */
  computed?: CompiledColumns;
  /** What becomes of rows whose records are gone. */
  deleted: 'mark' | 'remove' | 'ignore';
  deletedColumn: string;
};

type Given = Pick<OutboundDefinition, 'name' | 'object' | 'fields' | 'mapping' | 'target' | 'changes'> &
  Partial<Pick<OutboundDefinition, 'operation'>>;

/** What NOW and TODAY stand for, and the zone that formulas count days in. */
export type Moment = { now: number; timeZone: string };

/**
 * Errors: OBJECT_NOT_FOUND, SOURCE_FIELD_UNREADABLE with what mends it, OUTBOUND_UNSUITABLE, MAPPING_INVALID.
 */
export async function planOutbound(
  definition: Given,
  describe: DescribeObject,
  moment: Moment = { now: 0, timeZone: 'UTC' },
): Promise<OutboundPlan> {
  const described = await describe(definition.object);
  const find = createFieldFinder(described, describe);
  const { target } = definition;
  const { deletedColumn = 'IsDeleted' } = target;
  const deleted = deletedOf(definition);
  const planned = wishesOf(definition, described);
  const { columns, computed } = await findColumns(definition, planned, { find, moment });
  checkChanges(definition, described, deleted);
  if (deleted === 'mark' && !columns.some(({ name }) => name === deletedColumn))
    columns.push({ name: deletedColumn, header: 'IsDeleted', kind: 'boolean' });
  const key = target.key ?? columns.find(({ header }) => header === 'Id')?.name ?? 'Id';
  if (!columns.some(({ name }) => name === key)) throw unsuitable(definition, keyMissing(key, columns));
  const watched = deleted === 'ignore' ? [] : ['IsDeleted'];
  const made = new Set(computed?.columns.map(({ column }) => column));
  const copied = columns.filter(({ name }) => !made.has(name)).map(({ name, header }) => header ?? name);
  checkOnce(definition, deleted === 'remove' ? [...copied, ...watched] : copied);
  const looked = computed?.reads.flatMap((path) => path ?? []) ?? [];
  return {
    object: described.name,
    fields: [...new Set([...copied, ...watched, ...looked])],
    into: { table: 'table' in target ? target.table : target.file, columns, key: [key] },
    ...(computed === undefined ? {} : { computed }),
    deleted,
    deletedColumn,
  };
}

/** Id comes along where nothing else is named as the key. */
function wishesOf({ fields, mapping = {}, target }: Given, described: SObjectDescribe): PlannedColumn[] {
  const isAll = fields === undefined && Object.keys(mapping).length === 0;
  const planned = planColumns(isAll ? { fields: readableNames(described) } : { fields, mapping });
  const hasId = planned.some((one) => 'field' in one && one.field.toLowerCase() === 'id');
  return hasId || target.key !== undefined ? planned : [{ column: 'Id', field: 'Id' }, ...planned];
}

type Finding = { find(path: string): Promise<FoundField>; moment: Moment };
type Columns = { columns: TargetColumn[]; computed: CompiledColumns | undefined };

/** In their order, with what each of them holds. */
async function findColumns(
  definition: Given,
  planned: readonly PlannedColumn[],
  { find, moment }: Finding,
): Promise<Columns> {
  const found = new Map<string, FoundField>();
  for (const path of planned.flatMap(fieldsOf)) if (!found.has(path)) found.set(path, await find(path));
  const fieldAt = (path: string) => singleField(definition, found.get(path) as FoundField);
  const types = new Map(
    computedColumns(planned)
      .flatMap(fieldsOf)
      .map((path) => typeAt(fieldAt(path))),
  );
  const wanted = computedColumns(planned.map((one) => asWritten(one, (path) => fieldAt(path).path)));
  const computed = wanted.length === 0 ? undefined : compileColumns(wanted, types, moment);
  const compiled = new Map(computed?.columns.map((one) => [one.column, one]));
  const columns = planned.map((one): TargetColumn => {
    if ('field' in one) return columnOf(one.column, fieldAt(one.field));
    const made = compiled.get(one.column);
    if (made === undefined) throw new Error(`${one.column} was not compiled`);
    const own = fieldsOf(one)[0];
    return computedColumn(made, own === undefined ? undefined : columnValue(fieldAt(own).field));
  });
  return { columns, computed };
}

const typeAt = ({ path, field }: FoundField): [string, FormulaType] => [path, formulaTypeOf(field)];

/** A field that a column is made of, as the org writes it. */
function asWritten(planned: PlannedColumn, pathOf: (path: string) => string): PlannedColumn {
  if (!('cell' in planned) || !('column' in planned.cell.from)) return planned;
  return { ...planned, cell: { ...planned.cell, from: { column: pathOf(planned.cell.from.column) } } };
}

/** Whether a record is gone is told by the column that marks it, if any. */
export function readableNames({ fields }: SObjectDescribe): string[] {
  return fields.filter((field) => !hasNoColumn(field) && field.name !== 'IsDeleted').map(({ name }) => name);
}

function columnOf(name: string, { path, field }: FoundField): TargetColumn {
  return { name, header: path, ...columnValue(field) };
}

function singleField(definition: Given, found: FoundField): FoundField {
  const { object, field } = found;
  if (!hasNoColumn(field)) return found;
  const reason = `${field.name} of ${object} is of the type ${field.type}, which is no single value`;
  throw unsuitable(definition, { reason, hint: 'Leave it out, and name its parts instead, such as BillingCity.' });
}

/** What changed and what is gone can only be asked of objects that say so. */
function checkChanges(definition: Given, { name, fields }: SObjectDescribe, deleted: string): void {
  const has = (wanted: string) => fields.some((field) => field.name === wanted);
  if (definition.changes === 'incremental' && !has('SystemModstamp')) {
    const reason = `${name} has no SystemModstamp, by which changes are found`;
    throw unsuitable(definition, { reason, hint: 'Write changes: full.' });
  }
  if (deleted === 'ignore' || has('IsDeleted')) return;
  const reason = `${name} has no IsDeleted, so that nothing says which of its records are gone`;
  throw unsuitable(definition, { reason, hint: 'Write deleted: ignore under target.' });
}

function checkOnce(definition: Given, headers: readonly string[]): void {
  const twice = headers.find((header, place) => headers.indexOf(header) !== place);
  if (twice === undefined) return;
  const hint = 'Leave one of them out; whether a record is gone is already told by "deleted" under target.';
  throw unsuitable(definition, { reason: `${twice} would go into two columns`, hint });
}

function keyMissing(key: string, columns: readonly TargetColumn[]) {
  const names = columns.map(({ name }) => name);
  const nearest = findNearestName(key, names);
  const hint = nearest ? `Did you mean "${nearest}"?` : `Name one of the columns: ${names.join(', ')}.`;
  return { reason: `its key "${key}" is none of its columns`, hint };
}

function unsuitable({ name, object }: Given, why: { reason: string; hint: string }): SluiceError {
  return new SluiceError('OUTBOUND_UNSUITABLE', { interface: name, object, reason: why.reason, hint: why.hint });
}
