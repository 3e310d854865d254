/** Values as texts in the form that Salesforce takes in a CSV cell, and back. */
import { dateOfText, instantOfText, textOfDate, textOfInstant, textOfTime, timeOfText } from './calendar.ts';
import { numberOfText, textOfNumber } from './numbers.ts';
import { type ExpressionType, FormulaFault, type FormulaType, type Num, type Value } from './value.ts';

/** A cell without its quotes as a value; one of another type refuses the row. Null and an empty cell are blank. */
export function cellReader(type: FormulaType, column: string): (cell: string | null) => Value {
  if (type === 'Text') return (cell) => (cell === '' ? null : cell);
  const parse = parsers[type];
  return (cell) => {
    if (cell === null || cell === '') return null;
    const value = parse(cell);
    if (value === undefined) throw new FormulaFault(`the column ${column} holds "${cell}", which is no ${type}`);
    return value;
  };
}

const parsers: Readonly<Record<Exclude<FormulaType, 'Text'>, (cell: string) => Value | undefined>> = {
  Number: numberOfText,
  Boolean: booleanOfText,
  Date: dateOfText,
  DateTime: instantOfText,
  Time: timeOfText,
};

function booleanOfText(cell: string): boolean | undefined {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  const folded = cell.toLowerCase();
  if (folded === 'true' || folded === '1') return true;
  return folded === 'false' || folded === '0' ? false : undefined;
}

/** Null is blank; a Boolean that nobody can tell is false, as in a check box. */
export function cellWriter(type: ExpressionType): (value: Value) => string | null {
  if (type === 'Boolean') return (value) => (value === true ? 'true' : 'false');
  const write = writers[type];
  return (value) => (value === null ? null : write(value));
}

const writers: Readonly<Record<Exclude<ExpressionType, 'Boolean'>, (value: Exclude<Value, null>) => string>> = {
  Text: String,
  Number: (value) => textOfNumber(value as Num),
  Date: (value) => textOfDate(value as number),
  DateTime: (value) => textOfInstant(value as number),
  Time: (value) => `${textOfTime(value as number)}Z`,
  Blank: String,
  Unknown: String,
};
