/** An interface as it is for a run by records: their columns instead of its source, and for records as they are sent a mapping that changes nothing. */
import type { FieldSource, Mapping } from '../../mapping/index.ts';
import type { InterfaceDefinition } from '../../protocol/index.ts';
import { parseParentColumn } from '../record-json.ts';
import { recordsFile } from './records-files.ts';
import type { GivenRecords } from './taken-runs.ts';

/** `columns`: those that the records have. */
export function definitionForRecords(
  definition: InterfaceDefinition,
  { form, mode: wanted }: Pick<GivenRecords, 'form' | 'mode'>,
  columns: readonly string[],
): InterfaceDefinition {
  const mode = wanted ?? definition.mode;
  const { columns: kinds = {}, tests: _, schedule: __, mode: ___, ...rest } = definition;
  const given = { ...rest, source: { file: recordsFile }, ...(mode === undefined ? {} : { mode }) };
  if (form === 'target') return { ...given, mapping: unchangedMapping(definition, columns) };
  const there = Object.entries(kinds).filter(([name]) => columns.includes(name));
  return { ...given, columns: Object.fromEntries(there) };
}

/** Each field from the column of its name; an empty cell leaves its field as it is, since what is cleared is marked. */
function unchangedMapping({ mapping }: InterfaceDefinition, columns: readonly string[]): Mapping {
  return Object.fromEntries(columns.map((column) => lineOf(column, mapping)));
}

function lineOf(column: string, mapping: Mapping): [string, FieldSource] {
  if (!column.includes('.')) return [column, { column, nulls: 'keep' }];
  const { type, relationship, field: externalId } = parseParentColumn(column);
  const written = Object.entries(mapping).find(
    ([, source]) => typeof source !== 'string' && same(source.parent ?? '', relationship),
  );
  const line: FieldSource = { column, parent: relationship, externalId, nulls: 'keep' };
  return [written?.[0] ?? lookupOf(relationship), type === null ? line : { ...line, type }];
}

/** Salesforce's own way of naming the two. */
const lookupOf = (relationship: string) =>
  relationship.endsWith('__r') ? `${relationship.slice(0, -1)}c` : `${relationship}Id`;

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
