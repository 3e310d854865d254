/** What a formula works with: six types, and blank. */
import type { Decimal } from 'decimal.js';
import type { Short } from './short.ts';

export const formulaTypes = ['Text', 'Number', 'Boolean', 'Date', 'DateTime', 'Time'] as const;

export type FormulaType = (typeof formulaTypes)[number];

/** `Blank` is NULL by itself; `Unknown` a column of which nobody has said what it holds: it fits everywhere, and is not for running. */
export type ExpressionType = FormulaType | 'Blank' | 'Unknown';

/**
 * A whole number that JavaScript holds exactly, a decimal of few digits, or one of any size: counting letters makes no garbage, and
 * amounts of money take a tenth of the time.
 */
export type Num = number | Short | Decimal;

/**
 * By type: Text a string that is never empty, Number a Num, Boolean a boolean, Date days since 1970, DateTime milliseconds since
 * 1970, Time milliseconds since midnight. Blank is null.
 */
export type Value = string | boolean | Num | null;

/** Whatever the readers of the columns make their values from. */
export type Row = readonly unknown[];

/** A compiled expression. */
export type Run = (row: Row) => Value;

/** A value of one row that a formula cannot work with; it refuses that row and no other. */
export class FormulaFault extends Error {
  override readonly name = 'FormulaFault';
}

/** Salesforce keeps no empty text: it is blank. */
export const orBlank = (text: string): string | null => (text === '' ? null : text);
