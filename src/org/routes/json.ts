/** JSON as Salesforce writes it, compact or pretty, and the place of the mistake in JSON it cannot read. */

/** A value that is written as it stands, e.g. the `68.0` of a Bulk job, whose decimal a number would lose. */
export function decimalOf(value: number): unknown {
  const text = Number.isInteger(value) ? value.toFixed(1) : String(value);
  return rawJson.rawJSON(text);
}

const rawJson = JSON as unknown as { rawJSON(text: string): unknown; isRawJSON(value: unknown): boolean };

/** The form of `X-PrettyPrint: 1`: `"key" : value`, two spaces a level, lists in line, `[ ]` and `{ }` when empty. */
export function prettyJson(value: unknown): string {
  return pretty(value, '') ?? 'null';
}

function pretty(value: unknown, indent: string): string | undefined {
  if (value === null || typeof value !== 'object' || rawJson.isRawJSON(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return prettyList(value, indent);
  const toJson = (value as { toJSON?: () => unknown }).toJSON;
  if (typeof toJson === 'function') return pretty(toJson.call(value), indent);
  return prettyObject(value, indent);
}

function prettyList(values: readonly unknown[], indent: string): string {
  if (values.length === 0) return '[ ]';
  return `[ ${values.map((value) => pretty(value, indent) ?? 'null').join(', ')} ]`;
}

function prettyObject(value: object, indent: string): string {
  const inner = `${indent}  `;
  const lines: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = pretty(member, inner);
    if (text !== undefined) lines.push(`${inner}${JSON.stringify(key)} : ${text}`);
  }
  return lines.length === 0 ? '{ }' : `{\n${lines.join(',\n')}\n${indent}}`;
}

/** What stands in the way of reading a text as JSON, as Salesforce words it. */
export function describeJsonMistake(text: string): string {
  const offset = findJsonMistake(text);
  const character = text[offset];
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const where = `at [line:${line}, column:${column}]`;
  if (character === undefined) return `Unexpected end-of-input ${where}`;
  return `Unexpected character ('${character}' (code ${text.codePointAt(offset) ?? 0})) ${where}`;
}

const tokenPattern =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside texts (RFC 8259 section 7).
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
const spacePattern = /[ \t\n\r]*/y;

/** Offset of the first character at which the text stops being the beginning of a JSON text; its length when it only ends too early. */
function findJsonMistake(text: string): number {
  let offset = skipSpace(text, 0);
  const open: string[] = [];
  let expected: Expected = 'value';
  while (offset < text.length) {
    tokenPattern.lastIndex = offset;
    const token = tokenPattern.exec(text)?.[0];
    const next: Expected | undefined = token === undefined ? undefined : afterToken(token, expected, open);
    if (token === undefined || next === undefined) return offset;
    expected = next;
    offset = skipSpace(text, offset + token.length);
  }
  return offset;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

function afterToken(token: string, expected: Expected, open: string[]): Expected | undefined {
  if (expected === ':') return token === ':' ? 'value' : undefined;
  if (expected === ', or end') return afterValue(token, open);
  if (expected === 'key' || expected === 'key or }') return afterKey(token, expected, open);
  return expected === 'nothing' ? undefined : afterStart(token, expected, open);
}

function afterKey(token: string, expected: Expected, open: string[]): Expected | undefined {
  if (token.startsWith('"')) return ':';
  return token === '}' && expected === 'key or }' ? close(open) : undefined;
}

function afterStart(token: string, expected: Expected, open: string[]): Expected | undefined {
  if (token === ']') return expected === 'value or ]' ? close(open) : undefined;
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  if (token === '}' || token === ',' || token === ':') return undefined;
  return open.length === 0 ? 'nothing' : ', or end';
}

function afterValue(token: string, open: string[]): Expected | undefined {
  const inObject = open.at(-1) === '{';
  if (token === ',') return inObject ? 'key' : 'value';
  return token === (inObject ? '}' : ']') ? close(open) : undefined;
}

function close(open: string[]): Expected {
  open.pop();
  return open.length === 0 ? 'nothing' : ', or end';
}

function skipSpace(text: string, from: number): number {
  spacePattern.lastIndex = from;
  return from + (spacePattern.exec(text)?.[0].length ?? 0);
}
