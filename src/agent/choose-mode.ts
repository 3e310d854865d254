/** Bulk API 2.0 or collections: the choice and its reason. */
import type { Mode } from '../ledger/index.ts';
import type { SObjectDescribe } from '../salesforce/index.ts';
import { maxCollectionRows } from './collections-chunk.ts';
import { findField } from './record-json.ts';
import type { Operation } from './run-context.ts';

export type ModeChoice = { mode: Mode; reason: string };

/** Above this a call of the collections API would come near Salesforce's limits for one request. */
const maxCollectionBytes = 5_000_000;

type Wish = {
  mode: 'auto' | 'synchronous' | 'batch' | 'collections' | 'bulk';
  operation: Operation;
  header: readonly string[];
  describe: SObjectDescribe;
};

/** What can be said before a row is read; null when it depends on how many there are. */
export function chooseModeAtStart({ mode, operation, header, describe }: Wish): ModeChoice | null {
  if (mode !== 'auto') return { mode: mode === 'bulk' ? 'bulk' : 'collections', reason: 'the interface file says so' };
  if (operation !== 'insert' || header.some((name) => findField(describe, name)?.unique)) return null;
  return {
    mode: 'bulk',
    reason: 'insert with no unique field mapped: over collections a lost answer could not be looked up',
  };
}

/** Null while there may still be few rows. */
export function chooseModeWhileReading(rows: number): ModeChoice | null {
  return rows > maxCollectionRows ? { mode: 'bulk', reason: `more than ${maxCollectionRows} rows` } : null;
}

export function chooseModeAtEnd({ rows, bytes }: { rows: number; bytes: number }): ModeChoice {
  if (rows > maxCollectionRows) return { mode: 'bulk', reason: `more than ${maxCollectionRows} rows` };
  if (bytes > maxCollectionBytes) return { mode: 'bulk', reason: `few rows, but ${bytes} bytes` };
  return {
    mode: 'collections',
    reason: `${rows} ${rows === 1 ? 'row' : 'rows'}, and up to ${maxCollectionRows} go in one call`,
  };
}
