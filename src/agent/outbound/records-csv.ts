/** Records of a query as the CSV that Bulk API 2.0 would give of them. */
import { csvCell } from '../../base/index.ts';
import type { QueryPage } from '../../salesforce/index.ts';

type Records = QueryPage['records'];

/** Header and rows of one page. */
export function recordsCsv(fields: readonly string[], records: Records): Buffer {
  const paths = fields.map((field) => field.split('.'));
  const lines = records.map((record) => paths.map((path) => csvCell(recordCell(record, path) ?? '')).join(','));
  return Buffer.from(`${[fields.map(csvCell).join(','), ...lines].join('\n')}\n`);
}

/** As text, null for a null. A parent that is not there is null, and so are its fields. */
export function recordCell(record: Readonly<Record<string, unknown>>, path: readonly string[]): string | null {
  let value: unknown = record;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value.replace(wholeZone, 'Z') : String(value);
}

/** `2026-11-21T17:50:19.000+0000`, as REST writes instants. */
const wholeZone = /(?<=^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/;
