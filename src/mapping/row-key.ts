/** What names a row in the ledger: a key field, or the digest of all its cells. */
import { createRowDigest } from './row-digest.ts';

export type RowKey = {
  /** Place of the key field among the columns; -1 when the digest is the key. */
  place: number;
  of(cells: readonly string[]): string;
};

type KeyedInterface = {
  key?: string | undefined;
  externalId?: string | undefined;
  operation: 'insert' | 'update' | 'upsert' | 'delete';
};

/** Which field names the rows of an interface; undefined when it is the digest of a row. */
export function keyFieldOf({ key, externalId, operation }: KeyedInterface): string | undefined {
  if (key !== undefined) return key;
  if (operation === 'upsert') return externalId;
  return operation === 'insert' ? undefined : 'Id';
}

/** `keyField` as it stands in the header; null for the digest. */
export function createRowKey(header: readonly string[], keyField: string | null): RowKey {
  const place = keyField === null ? -1 : header.findIndex((name) => name.toLowerCase() === keyField.toLowerCase());
  if (place >= 0) return { place, of: (cells) => cells[place] ?? '' };
  const digest = createRowDigest();
  const places = header.map((_, index) => index);
  return {
    place,
    of(cells) {
      digest.take(cells, places);
      return digest.text();
    },
  };
}
