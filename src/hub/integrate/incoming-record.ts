/** A record as a caller sent it: texts by column, and the records that are nested in it; and what no record may have. */

/** Null: it was sent as null, or empty. */
export type Cells = Record<string, string | null>;

export type IncomingRecord = {
  cells: Cells;
  /** By the names under which they stood; `undefined` when there are none. */
  nested?: { name: string; records: Cells[] }[];
};

/** Salesforce has 800 fields on an object at the most. */
export const maxColumns = 1_000;
export const maxColumnLetters = 255;
/** Salesforce takes 400,000 characters in a record. */
export const maxRecordBytes = 4_000_000;

/** No name reaches the prototype of all objects. */
export function createCells(): Cells {
  return Object.create(null) as Cells;
}

/** Why no column can have this name; undefined when it can. */
export function findNameProblem(name: string): string | undefined {
  if (name === '') return 'has a column without a name';
  if (name.length > maxColumnLetters) return `has a column whose name is longer than ${maxColumnLetters} characters`;
  if (name === '__proto__') return 'has a column __proto__, a name that cannot be used';
  for (let at = 0; at < name.length; at++)
    if (name.charCodeAt(at) < 32) return 'has a column whose name holds a control character';
  return undefined;
}

/** Why no cell can have this text; undefined when it can. */
export function findTextProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character, which no database and no field takes';
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair, which is no character';
}
