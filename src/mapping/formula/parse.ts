/** From a formula's words to a tree, by precedence as in Salesforce: there `^` binds less than `*` and `/`, and a sign most. */
import type { SluiceError } from '../../base/index.ts';
import { formulaError, readTokens, type Token } from './lexer.ts';
import { numberOfText } from './numbers.ts';
import { type ExpressionType, orBlank, type Value } from './value.ts';

export type Node = { at: number } & (
  | { kind: 'literal'; type: ExpressionType; value: Value }
  | { kind: 'column'; name: string }
  | { kind: 'call'; name: string; operator: boolean; args: readonly Node[] }
);

/** From what binds least to what binds most; each goes from left to right. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['=', '==', '<>', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-', '&'],
  ['^'],
  ['*', '/'],
];

const sameAs: Readonly<Record<string, string>> = { '==': '=', '!=': '<>' };

const signs: Readonly<Record<string, string>> = { '-': 'sign -', '+': 'sign +', '!': 'NOT' };

/** Deeper nesting is no formula that anybody wrote. */
const maxDepth = 100;

/** Errors: FORMULA_INVALID. */
export function parseFormula(formula: string): Node {
  return new Parser(formula).parse();
}

const valueHint = 'Write a column, a text in quotes or a number there.';

class Parser {
  readonly #formula: string;
  readonly #tokens: readonly Token[];
  #place = 0;
  #depth = 0;

  constructor(formula: string) {
    this.#formula = formula;
    this.#tokens = readTokens(formula);
  }

  parse(): Node {
    const tree = this.#expression();
    const rest = this.#next;
    if (rest.kind === 'end') return tree;
    if (rest.text === ')') throw this.#fail(rest, '")" closes nothing', 'Take it out, or put ( where it begins.');
    const reason = `${show(rest)} stands behind a value, with no operator between`;
    throw this.#fail(rest, reason, 'Texts are joined by &, conditions by && or ||.');
  }

  get #next(): Token {
    return this.#tokens[this.#place] as Token;
  }

  #fail({ at }: Pick<Token, 'at'>, reason: string, hint: string): SluiceError {
    return formulaError(this.#formula, at, [reason, hint]);
  }

  #takeIf(...texts: readonly string[]): Token | undefined {
    const token = this.#next;
    if (token.kind !== 'operator' || !texts.includes(token.text)) return undefined;
    this.#place++;
    return token;
  }

  #expression(): Node {
    if (++this.#depth > maxDepth)
      throw this.#fail(this.#next, `it is nested deeper than ${maxDepth} times`, 'Use CASE, or a value map.');
    const found = this.#binary(0);
    this.#depth--;
    return found;
  }

  #binary(level: number): Node {
    const operators = levels[level];
    if (!operators) return this.#signed();
    let left = this.#binary(level + 1);
    for (let sign = this.#takeIf(...operators); sign; sign = this.#takeIf(...operators)) {
      const right = this.#binary(level + 1);
      left = { kind: 'call', name: sameAs[sign.text] ?? sign.text, operator: true, args: [left, right], at: sign.at };
    }
    return left;
  }

  #signed(): Node {
    const found: { name: string; at: number }[] = [];
    for (let name = this.#signHere(); name !== undefined; name = this.#signHere()) {
      found.push({ name, at: this.#next.at });
      this.#place++;
    }
    const inner = this.#primary();
    if (found.length > maxDepth) throw this.#fail(inner, 'too many signs stand in a row', 'Leave all but one out.');
    return found.reduceRight<Node>(
      (operand, { name, at }) => ({ kind: 'call', name, operator: name !== 'NOT', args: [operand], at }),
      inner,
    );
  }

  /** NOT may stand before its argument like a sign, without brackets. */
  #signHere(): string | undefined {
    const { kind, text } = this.#next;
    if (kind === 'operator') return signs[text];
    const isNot = kind === 'name' && text.toUpperCase() === 'NOT';
    return isNot && this.#tokens[this.#place + 1]?.text !== '(' ? 'NOT' : undefined;
  }

  #primary(): Node {
    const token = this.#next;
    const { at, text } = token;
    if (token.kind === 'end' || (token.kind === 'operator' && text !== '(')) throw this.#valueMissing(token);
    this.#place++;
    if (token.kind === 'number') return { kind: 'literal', type: 'Number', value: numberOfText(text) ?? 0, at };
    if (token.kind === 'text') return { kind: 'literal', type: 'Text', value: orBlank(text), at };
    if (token.kind === 'column') return { kind: 'column', name: text, at };
    if (token.kind === 'name') return this.#named(token);
    const inner = this.#expression();
    this.#close(token, 'this bracket');
    return inner;
  }

  #named(token: Token): Node {
    const { text, at } = token;
    if (this.#takeIf('(')) return { kind: 'call', name: text, operator: false, args: this.#arguments(token), at };
    const word = text.toUpperCase();
    if (word === 'NULL') return { kind: 'literal', type: 'Blank', value: null, at };
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'literal', type: 'Boolean', value: word === 'TRUE', at };
    return { kind: 'column', name: text, at };
  }

  #arguments(token: Token): Node[] {
    const args: Node[] = [];
    if (this.#takeIf(')')) return args;
    do args.push(this.#expression());
    while (this.#takeIf(','));
    this.#close(token, `the bracket of ${token.text}`);
    return args;
  }

  #close(opened: Token, what: string): void {
    if (this.#takeIf(')')) return;
    const next = this.#next;
    if (next.kind === 'end') throw this.#fail(opened, `${what} is never closed`, 'Put ) where it ends.');
    const hint = 'Put a comma between arguments, and ) behind the last.';
    throw this.#fail(next, `${show(next)} stands where , or ) is due`, hint);
  }

  #valueMissing(token: Token): SluiceError {
    if (token.kind === 'end') return this.#fail(token, 'it ends where a value is due', valueHint);
    if (token.text !== ')') return this.#fail(token, `${show(token)} stands where a value is due`, valueHint);
    const hint = 'Take it out, or write what belongs there.';
    return this.#fail(token, '")" closes nothing, or a value is missing before it', hint);
  }
}

const show = ({ kind, text }: Token) => (kind === 'text' ? `the text "${text}"` : `"${text}"`);
