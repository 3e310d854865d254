/** Cuts the text of a query into tokens; comments do not exist in SOQL. */
import { refuse, refuseAt } from './refusals.ts';

type TokenKind = 'name' | 'string' | 'number' | 'date' | 'datetime' | 'time' | 'symbol' | 'end';

/** `text` as written; for strings the text between the quotes with its escapes. `at` is the offset in the query. */
export type Token = { kind: TokenKind; text: string; at: number };

/** Salesforce takes queries up to this many characters. */
const maxCharacters = 100_000;

const pattern = new RegExp(
  [
    String.raw`(?<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))`,
    String.raw`(?<date>\d{4}-\d{2}-\d{2})`,
    String.raw`(?<time>\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)`,
    String.raw`(?<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`,
    '(?<name>[A-Za-z_][A-Za-z0-9_]*)',
    String.raw`'(?<string>(?:[^'\\]|\\[\s\S])*)'`,
    '(?<symbol><=|>=|!=|<>|[=<>(),.:])',
  ].join('|'),
  'iy',
);

/** The tokens of a query, the last one of kind `end`. Throws OrgRefused (MALFORMED_QUERY) at what is no token. */
export function readTokens(source: string): Token[] {
  if (source.length > maxCharacters)
    throw refuse('MALFORMED_QUERY', `SOQL statements cannot be longer than ${maxCharacters} characters.`);
  if (source.trim() === '') throw refuse('MALFORMED_QUERY', 'SOQL statements cannot be empty or null');
  const tokens: Token[] = [];
  let at = skipBlanks(source, 0);
  while (at < source.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(source)?.groups;
    if (groups === undefined) throw refuseCharacter(source, at);
    tokens.push(tokenOf(groups, at));
    at = skipBlanks(source, pattern.lastIndex);
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: source.length });
  return tokens;
}

function tokenOf(groups: Record<string, string | undefined>, at: number): Token {
  for (const [kind, text] of Object.entries(groups)) {
    if (text !== undefined) return { kind: kind as TokenKind, text, at };
  }
  throw new RangeError('a token pattern without a name matched');
}

function skipBlanks(source: string, from: number): number {
  let at = from;
  while (at < source.length && /\s/.test(source[at] ?? '')) at += 1;
  return at;
}

function refuseCharacter(source: string, at: number) {
  const character = source[at];
  const sentence =
    character === "'"
      ? `line ${rowOf(source)}:${source.length} mismatched character '<EOF>' expecting '''`
      : `line ${rowOf(source.slice(0, at))}:${at} no viable alternative at character '${character}'`;
  return refuseAt(source, at, 'MALFORMED_QUERY', sentence);
}

const rowOf = (text: string): number => text.split('\n').length;

const escapes: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** The value of a string token. For LIKE, `\_` and `\%` stay as they are, for the pattern to deal with. */
export function unescapeString(source: string, token: { text: string; at: number }, forLike = false): string {
  return token.text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (whole, hex?: string, letter = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === '_' || letter === '%') return forLike ? whole : letter;
    const plain = escapes[letter.toLowerCase()];
    if (plain !== undefined) return forLike && plain === '\\' ? whole : plain;
    const sentence = `Invalid string literal '${token.text}'. Illegal character sequence '\\${letter}' in string literal.`;
    throw refuseAt(source, token.at, 'MALFORMED_QUERY', sentence);
  });
}
