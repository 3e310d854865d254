/** JSON whose numbers keep their digits as they were written. */

type Reviver = (name: string, value: unknown, context: { source: string }) => unknown;
const exact = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
  parse(text: string, reviver: Reviver): unknown;
};

/** A number becomes what `JSON.stringify` writes as it was read. Throws SyntaxError. */
export function parseExactly(text: string): unknown {
  return exact.parse(text, (_, value, { source }) => (typeof value === 'number' ? exact.rawJSON(source) : value));
}

/** For a person to read; no control character reaches the terminal. */
export function indented(text: string): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(parseExactly(text), null, 2).replaceAll(/[\u007f-\u009f]/g, escaped);
}

/** What `parseExactly` made of a number. */
export function isRawNumber(value: unknown): boolean {
  return exact.isRawJSON(value);
}
