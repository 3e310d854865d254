/** What stands in the CSV for a null, by policy. */
import { csvCell } from '../base/index.ts';
import type { NullPolicy } from './adapter.ts';

/** The whole cell. An empty line would be no row to Salesforce, so the only cell of a row is never bare. */
export function nullCell(nulls: NullPolicy, cellsInRow: number): string {
  if (nulls === 'clear') return '#N/A';
  if (nulls !== 'keep' && nulls.default !== '') return csvCell(nulls.default);
  return cellsInRow === 1 ? '""' : '';
}
