/** Queries with aggregates: the select list over groups, GROUP BY and HAVING. */
import { conditionSql } from './conditions.ts';
import { comparable, type Operand, refuseUnless, resolveOperand } from './operands.ts';
import { aggregateNames } from './parse-condition.ts';
import type { Entry } from './record-shape.ts';
import { refuseAt, unexpectedToken } from './refusals.ts';
import type { Scope } from './scope.ts';
import type { Selection } from './select-list.ts';
import type { Expression, Query, SelectItem } from './tree.ts';
import { formOf, labelForm } from './value-forms.ts';

/** Whether a query gives groups and not records. */
export function isAggregate({ items, groupBy }: Query): boolean {
  return groupBy.length > 0 || items.some((item) => item.kind === 'expression' && hasAggregate(item.expression));
}

/** `SELECT COUNT() FROM …`: the number is the answer, and there are no records. */
export function isPlainCount({ items }: Query): boolean {
  const [item] = items;
  return (
    items.length === 1 &&
    item?.kind === 'expression' &&
    item.expression.kind === 'call' &&
    item.expression.argument === undefined
  );
}

function hasAggregate(expression: Expression): boolean {
  if (expression.kind === 'field') return false;
  return (
    aggregateNames.has(expression.name) || (expression.argument !== undefined && hasAggregate(expression.argument))
  );
}

/** Columns and shape of an aggregate query; unnamed values are `expr0`, `expr1`, … */
export function selectGroups(scope: Scope, query: Query): Selection {
  const groups = new Set(query.groupBy.map((expression) => resolveOperand(scope, expression).sql));
  const columns: string[] = [];
  const entries = new Map<string, Entry>();
  let unnamed = 0;
  for (const item of query.items) {
    const operand = groupedOperand(scope, item, groups);
    const alias = item.kind === 'expression' ? item.alias : undefined;
    const key = alias?.text ?? (operand.plain ? operand.name : `expr${unnamed++}`);
    if (entries.has(key.toLowerCase()))
      throw refuseAt(scope.translation.source, alias?.at ?? operand.at, 'MALFORMED_QUERY', `duplicate alias: ${key}`);
    const form = operand.byLabel && operand.field ? labelForm(operand.field) : formOf(operand.type);
    entries.set(key.toLowerCase(), { kind: 'value', key, column: columns.push(operand.sql) - 1, form });
  }
  return { columns, shape: { type: 'AggregateResult', id: undefined, entries: [...entries.values()] } };
}

function groupedOperand(scope: Scope, item: SelectItem, groups: ReadonlySet<string>): Operand {
  const { source } = scope.translation;
  if (item.kind !== 'expression')
    throw unexpectedToken(source, { text: item.kind === 'fields' ? 'FIELDS' : '(', at: item.at });
  const operand = resolveOperand(scope, item.expression);
  if (item.expression.kind === 'call' && item.expression.argument === undefined)
    throw unexpectedToken(source, { text: ')', at: item.expression.at });
  if (!operand.aggregate && !groups.has(operand.sql)) throw refuseUngrouped(source, 'Field', operand);
  if (operand.aggregate && operand.field && groups.has(operand.sql)) throw refuseUngrouped(source, 'Field', operand);
  return operand;
}

function refuseUngrouped(source: string, what: 'Field' | 'Ordered field', { name, at }: Operand) {
  return refuseAt(source, at, 'MALFORMED_QUERY', `${what} must be grouped or aggregated: ${name}`);
}

/** `GROUP BY … HAVING …`; empty when there is neither. */
export function groupSql(scope: Scope, { groupBy, having }: Query): string {
  const groups = groupBy.map((expression) => {
    const operand = resolveOperand(scope, expression);
    refuseUnless(scope, operand, 'grouped');
    if (operand.aggregate) throw unexpectedToken(scope.translation.source, { text: operand.name, at: operand.at });
    return operand.sql;
  });
  const by = groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`;
  if (having === undefined) return by;
  return `${by} HAVING ${conditionSql(scope, having, { having: true, decisive: false })}`;
}

/** Refuses to sort groups by what is neither grouped nor aggregated. */
export function checkOrder(scope: Scope, { groupBy, orderBy }: Query): void {
  const groups = new Set(groupBy.map((expression) => comparable(resolveOperand(scope, expression))));
  for (const { expression } of orderBy) {
    const operand = resolveOperand(scope, expression);
    if (!operand.aggregate && !groups.has(comparable(operand)))
      throw refuseUngrouped(scope.translation.source, 'Ordered field', operand);
  }
}
