/** What an interface out of Salesforce reads, and the columns it goes into, from the describe of its object. */
import { findNearestName, SluiceError } from '../../base/index.ts';
import type { TargetColumn, TargetTable } from '../../database/index.ts';
import type { OutboundDefinition } from '../../protocol/index.ts';
import type { SObjectDescribe } from '../../salesforce/index.ts';
import { columnValue, hasNoColumn } from './column-value.ts';
import { createFieldFinder, type DescribeObject, type FoundField } from './find-field.ts';

export type OutboundPlan = {
  /** The object by the org's own name. */
  object: string;
  /** Paths of the fields asked for, each once; `IsDeleted` among them where deletions are to be seen. */
  fields: readonly string[];
  into: TargetTable;
  /** What becomes of rows whose records are gone. */
  deleted: 'mark' | 'remove' | 'ignore';
  deletedColumn: string;
};

type Given = Pick<OutboundDefinition, 'name' | 'object' | 'fields' | 'mapping' | 'target' | 'changes'>;

/**
 * Errors: OBJECT_NOT_FOUND, SOURCE_FIELD_UNREADABLE with what mends it, OUTBOUND_UNSUITABLE.
 */
export async function planOutbound(definition: Given, describe: DescribeObject): Promise<OutboundPlan> {
  const described = await describe(definition.object);
  const find = createFieldFinder(described, describe);
  const { target } = definition;
  const { deleted = 'mark', deletedColumn = 'IsDeleted' } = target;
  const columns: TargetColumn[] = [];
  for (const { column, path } of wishesOf(definition, described))
    columns.push(columnOf(definition, column, await find(path)));
  checkChanges(definition, described, deleted);
  if (deleted === 'mark' && !columns.some(({ name }) => name === deletedColumn))
    columns.push({ name: deletedColumn, header: 'IsDeleted', kind: 'boolean' });
  const key = target.key ?? columns.find(({ header }) => header === 'Id')?.name ?? 'Id';
  if (!columns.some(({ name }) => name === key)) throw unsuitable(definition, keyMissing(key, columns));
  const watched = deleted === 'ignore' ? [] : ['IsDeleted'];
  const headers = columns.map(({ name, header }) => header ?? name);
  checkOnce(definition, deleted === 'remove' ? [...headers, ...watched] : headers);
  return {
    object: described.name,
    fields: [...new Set([...headers, ...watched])],
    into: { table: 'table' in target ? target.table : target.file, columns, key: [key] },
    deleted,
    deletedColumn,
  };
}

type Wish = { column: string; path: string };

/** Id comes along where nothing else is named as the key. */
function wishesOf({ fields, mapping = {}, target }: Given, described: SObjectDescribe): Wish[] {
  const renamed = Object.entries(mapping).map(([column, path]) => ({ column, path }));
  const isAll = fields === undefined && renamed.length === 0;
  const names = isAll ? readableNames(described) : (fields ?? []);
  const wishes = [...names.map((path) => ({ column: path.replaceAll('.', '_'), path })), ...renamed];
  const hasId = wishes.some(({ path }) => path.toLowerCase() === 'id');
  return hasId || target.key !== undefined ? wishes : [{ column: 'Id', path: 'Id' }, ...wishes];
}

/** Whether a record is gone is told by the column that marks it, if any. */
function readableNames({ fields }: SObjectDescribe): string[] {
  return fields.filter((field) => !hasNoColumn(field) && field.name !== 'IsDeleted').map(({ name }) => name);
}

function columnOf(definition: Given, name: string, { path, object, field }: FoundField): TargetColumn {
  if (hasNoColumn(field)) {
    const reason = `${field.name} of ${object} is of the type ${field.type}, which is no single value`;
    throw unsuitable(definition, { reason, hint: 'Leave it out, and name its parts instead, such as BillingCity.' });
  }
  return { name, header: path, ...columnValue(field) };
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
