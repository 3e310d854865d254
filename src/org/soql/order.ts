/** ORDER BY, LIMIT and OFFSET in SQL. */
import { comparable, type Operand, refuseUnless, resolveOperand } from './operands.ts';
import type { Scope } from './scope.ts';
import type { Query } from './tree.ts';

/** Sorts as SOQL does: nulls first unless told otherwise, text regardless of case, picklists in the order of their values. */
export function orderSql(scope: Scope, { orderBy }: Query): string {
  if (orderBy.length === 0) return '';
  const terms = orderBy.map(({ expression, descending, nullsLast }) => {
    const operand = resolveOperand(scope, expression);
    refuseUnless(scope, operand, 'sorted');
    return `${sortKey(scope, operand)}${descending ? ' DESC' : ''} NULLS ${nullsLast ? 'LAST' : 'FIRST'}`;
  });
  return ` ORDER BY ${terms.join(', ')}`;
}

function sortKey({ translation }: Scope, operand: Operand): string {
  const { field, plain, sql } = operand;
  if (!plain || field?.type !== 'picklist' || field.picklistValues.length === 0) return comparable(operand);
  const cases = field.picklistValues.map(({ value }, index) => `WHEN ${translation.bind(value)} THEN ${index}`);
  return `CASE ${sql} ${cases.join(' ')} ELSE iif(${sql} IS NULL, NULL, ${cases.length}) END`;
}

export function sizeSql({ translation }: Scope, { limit, offset }: Query): string {
  if (limit === undefined && offset === undefined) return '';
  const rows = ` LIMIT ${translation.bind(limit ?? -1)}`;
  return offset === undefined ? rows : `${rows} OFFSET ${translation.bind(offset.value)}`;
}
