/** Walks over the tokens of a query, for the parser: looks, takes, or refuses with the place. */
import { readTokens, type Token } from './lexer.ts';
import { refuseAt, unexpectedToken } from './refusals.ts';

/** Parentheses and sub-selects within one another; far above what Salesforce allows, far below what a stack holds. */
const maxDepth = 200;

export type TokenCursor = {
  readonly source: string;
  peek(ahead?: number): Token;
  take(): Token;
  /** Whether the next token is this keyword, in any case; takes it when it is. */
  takeWord(word: string): boolean;
  isWord(word: string, ahead?: number): boolean;
  takeSymbol(symbol: string): boolean;
  isSymbol(symbol: string, ahead?: number): boolean;
  expectWord(word: string): Token;
  expectSymbol(symbol: string): Token;
  expectName(): Token;
  /** Always throws. */
  fail(token?: Token): never;
  /** Runs `parse` one level deeper; refuses when that is too deep. */
  nest<Result>(parse: () => Result): Result;
};

const symbolNames: Record<string, string> = {
  '(': 'left parentheses',
  ')': 'right parentheses',
  ':': 'colon',
  ',': 'comma',
};

export function createTokenCursor(source: string): TokenCursor {
  const tokens = readTokens(source);
  const end = tokens.at(-1) as Token;
  let index = 0;
  let depth = 0;

  const peek = (ahead = 0): Token => tokens[index + ahead] ?? end;
  const take = (): Token => {
    const token = peek();
    index += 1;
    return token;
  };
  const isWord = (word: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === 'name' && token.text.toUpperCase() === word;
  };
  const isSymbol = (symbol: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  };
  const takeWord = (word: string): boolean => isWord(word) && take() !== undefined;
  const takeSymbol = (symbol: string): boolean => isSymbol(symbol) && take() !== undefined;
  const fail = (token = peek()): never => {
    throw unexpectedToken(source, token);
  };

  return {
    source,
    peek,
    take,
    isWord,
    isSymbol,
    takeWord,
    takeSymbol,
    fail,
    expectWord: (word) => (isWord(word) ? take() : fail()),
    expectName: () => (peek().kind === 'name' ? take() : fail()),
    expectSymbol(symbol) {
      if (isSymbol(symbol)) return take();
      const sentence = `expecting a ${symbolNames[symbol] ?? symbol}, found '${peek().text}'`;
      throw refuseAt(source, peek().at, 'MALFORMED_QUERY', sentence);
    },
    nest(parse) {
      depth += 1;
      if (depth > maxDepth) return fail();
      const result = parse();
      depth -= 1;
      return result;
    },
  };
}
