/** Cuts a formula into words. */
import { SluiceError } from '../../base/index.ts';

export type Token = {
  kind: 'number' | 'text' | 'name' | 'column' | 'operator' | 'end';
  /** What it says: a text without its quotes and escapes, a column without its square brackets. */
  text: string;
  /** Offset in the formula. */
  at: number;
};

/** What Salesforce allows for one formula. */
export const maxFormulaLetters = 3_900;

const space = /[ \t\r\n\f]+|\/\*[\s\S]*?\*\//y;
const number = /\d+(?:\.\d+)?/y;
const name = /[A-Za-z_$][\w$.:#]*/y;
const operator = /<=|>=|<>|!=|==|&&|\|\||[-+*/^&=<>!(),]/y;
const text = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y;
const column = /\[([^\]\r\n]+)\]/y;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' };

/** The error at a place of a formula: line and column count from 1. */
export function formulaError(formula: string, at: number, [reason, hint]: readonly [string, string]): SluiceError {
  const before = formula.slice(0, at);
  const line = before.split('\n').length;
  const columnNumber = at - before.lastIndexOf('\n');
  return new SluiceError('FORMULA_INVALID', { line, column: columnNumber, reason, hint });
}

/** Errors: FORMULA_INVALID. */
export function readTokens(formula: string): Token[] {
  if (formula.length > maxFormulaLetters) {
    const reason = `it has ${formula.length} letters, and Salesforce takes ${maxFormulaLetters}`;
    throw formulaError(formula, 0, [reason, 'Split it, or make part of it in the query of the source.']);
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    return form.exec(formula);
  };
  for (;;) {
    for (let found = take(space); found; found = take(space)) at += found[0].length;
    if (at >= formula.length) return [...tokens, { kind: 'end', text: '', at }];
    const { token, length } = readToken(formula, at, take);
    tokens.push(token);
    at += length;
  }
}

function readToken(formula: string, at: number, take: (form: RegExp) => RegExpExecArray | null) {
  const kinds = [
    ['number', number],
    ['name', name],
    ['text', text],
    ['column', column],
    ['operator', operator],
  ] as const;
  for (const [kind, form] of kinds) {
    const found = take(form);
    if (!found) continue;
    const said = kind === 'text' ? readEscapes(formula, at, found) : kind === 'column' ? (found[1] ?? '') : found[0];
    if (!said.startsWith('/') || !formula.startsWith('/*', at))
      return { token: { kind, text: said, at }, length: found[0].length };
  }
  throw formulaError(formula, at, unreadable(formula, at));
}

function readEscapes(formula: string, at: number, found: RegExpExecArray): string {
  const written = found[1] ?? found[2] ?? '';
  return written.replaceAll(/\\([\s\S])/g, (pair: string, letter: string, place: number) => {
    const meant = escapes[letter];
    if (meant !== undefined) return meant;
    const hint = 'Write \\\\ for a backslash; \\" \\\' \\n \\r \\t are the others.';
    throw formulaError(formula, at + 1 + place, [`there is no ${pair} in a text`, hint]);
  });
}

function unreadable(formula: string, at: number): readonly [string, string] {
  const letter = String.fromCodePoint(formula.codePointAt(at) ?? 0);
  if (letter === '"' || letter === "'")
    return [`a text begins with ${letter} and never ends`, `Put ${letter} behind it.`];
  if (letter === '[') return ['a column name begins with [ and never ends', 'Put ] behind it.'];
  if (formula.startsWith('/*', at)) return ['a comment begins with /* and never ends', 'Put */ behind it.'];
  if (letter === '{') return ['a formula has no curly brackets', 'Write the name of the column alone.'];
  const hint = 'Texts stand in quotes; a column whose name has blanks or other signs stands in [square brackets].';
  return [`"${letter}" means nothing here`, hint];
}
