/** Default values of fields: the Metadata API has them as formulas, of which those that are plain values are read. */
import type { CustomFieldType } from '../schema/index.ts';

type Default = string | number | boolean;

/** In a formula a percentage is a fraction: 0.1 for 10. */
const percentDigits = 2;

/** The value of a formula that is one; undefined for anything that would have to be worked out. */
export function defaultOfFormula(type: CustomFieldType, formula: string): Default | undefined {
  const text = formula.trim();
  if (type === 'checkbox') return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
  if (type === 'number' || type === 'currency') return plainNumber(text);
  if (type === 'percent') return shifted(text, percentDigits);
  return quotedText(text);
}

export function formulaOfDefault(type: CustomFieldType, value: Default): string {
  if (type === 'checkbox') return String(value);
  if (type === 'percent') return String(shifted(String(value), -percentDigits));
  if (typeof value === 'number') return String(value);
  return `"${String(value).replaceAll(/[\\"]/g, '\\$&')}"`;
}

function plainNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** By the digits themselves, since 0.07 * 100 is not 7 for a computer. */
function shifted(text: string, digits: number): number | undefined {
  const number = plainNumber(text);
  if (number === undefined) return undefined;
  const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

/** A text in quotes of either kind, with quotes and backslashes inside behind a backslash. */
function quotedText(text: string): string | undefined {
  const quote = text[0];
  if ((quote !== '"' && quote !== "'") || text.length < 2 || text.at(-1) !== quote) return undefined;
  const inner = text.slice(1, -1);
  let value = '';
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === quote) return undefined;
    if (inner[at] === '\\') at += 1;
    if (at >= inner.length) return undefined;
    value += inner[at];
  }
  return value;
}
