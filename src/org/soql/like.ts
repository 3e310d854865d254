/** LIKE: `%` any characters, `_` one, `\%` and `\_` themselves; case does not count. */
import { unescapeString } from './lexer.ts';
import type { Operand } from './operands.ts';
import type { Translation } from './translation.ts';
import type { Literal } from './tree.ts';

/** Sorts behind every text that begins alike. */
const lastCharacter = '\u{10FFFF}';

/** A LIKE in SQL, with the range of the pattern's fixed beginning, by which SQLite can use the index over `fold`. */
export function likeSql(translation: Translation, { sql, field, aggregate }: Operand, literal: Literal): string {
  const pattern = unescapeString(translation.source, literal, true).toLowerCase();
  const left = `fold(${sql})`;
  const prefix = fixedBeginning(pattern);
  const matches = () => `${left} LIKE ${translation.bind(pattern)} ESCAPE '\\'`;
  if (prefix === '' || field === undefined || aggregate) return matches();
  const start = `${left} >= ${translation.bind(prefix)}`;
  const range = `${start} AND ${left} < ${translation.bind(prefix + lastCharacter)}`;
  return pattern === `${prefix}%` ? `(${range})` : `(${range} AND ${matches()})`;
}

/** The characters of a pattern before its first wildcard or escape. */
function fixedBeginning(pattern: string): string {
  return /^[^%_\\]*/.exec(pattern)?.[0] ?? '';
}
