/** Which kind of column holds the values of a field. */
import type { TargetValue } from '../../database/index.ts';
import type { FormulaType } from '../../mapping/index.ts';
import type { FieldDescribe } from '../../salesforce/index.ts';

/** Ids are given out with 18 letters. */
const idLength = 18;

/** Whole values of several parts, and contents that queries do not give. */
const withoutColumn = new Set(['address', 'location', 'base64', 'complexvalue', 'json']);

export function hasNoColumn({ type }: Pick<FieldDescribe, 'type'>): boolean {
  return withoutColumn.has(type.toLowerCase());
}

export function columnValue({
  type,
  length,
  precision,
  scale,
}: Pick<FieldDescribe, 'type' | 'length' | 'precision' | 'scale'>): TargetValue {
  switch (type) {
    case 'id':
    case 'reference':
      return { kind: 'text', length: idLength };
    case 'int':
    case 'long':
      return { kind: 'integer' };
    case 'double':
    case 'currency':
    case 'percent':
      return precision > 0 ? { kind: 'decimal', precision, scale } : { kind: 'float' };
    case 'boolean':
    case 'date':
    case 'time':
      return { kind: type };
    case 'datetime':
      return { kind: 'timestamptz' };
    default:
      return length > 0 ? { kind: 'text', length } : { kind: 'text' };
  }
}

/** As formulas see it. */
export function formulaTypeOf({ type }: Pick<FieldDescribe, 'type'>): FormulaType {
  return formulaTypes[type] ?? 'Text';
}

const formulaTypes: Readonly<Record<string, FormulaType>> = {
  int: 'Number',
  long: 'Number',
  double: 'Number',
  currency: 'Number',
  percent: 'Number',
  boolean: 'Boolean',
  date: 'Date',
  datetime: 'DateTime',
  time: 'Time',
};
