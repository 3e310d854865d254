/** Conditions in SQL. A comparison with a value that is not there is false, and its opposite true: SOQL knows no third value. */
import type { Field } from '../schema/schema.ts';
import { impliedBounds } from './implied-bounds.ts';
import { likeSql } from './like.ts';
import { type LiteralValue, literalValue } from './literals.ts';
import { comparable, type Operand, refuseUnless, resolveOperand } from './operands.ts';
import { sizeSql } from './order.ts';
import { refuse, refuseAt } from './refusals.ts';
import {
  type Column,
  createScope,
  fromSql,
  requirePlace,
  resolvePath,
  type Scope,
  standingConditions,
} from './scope.ts';
import { joinBalanced, type Parameter } from './translation.ts';
import type { ComparisonOperator, Condition, Literal, Query } from './tree.ts';

/** Lists up to this length are written as parameters; longer ones travel as one JSON array, since SQLite counts parameters. */
const maxListedParameters = 32;

/** Whether a field without a value is NOT IN a list, as it is != each of its values. Salesforce's guide does not say. */
const absentIsNotIn = true;

/** Aggregates stand in HAVING, and nowhere else; `decisive`: rows for which this is false are of no interest. */
type Use = { having: boolean; decisive: boolean };

export function whereSql(scope: Scope, query: Query): string {
  const conditions = standingConditions(scope, query);
  const asked = query.where ? [...impliedBounds(scope, query.where), query.where] : [];
  for (const condition of asked) conditions.push(conditionSql(scope, condition, { having: false, decisive: true }));
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** A condition as SQL; with `having`, over groups. Marks the parents that must be there for it to hold. */
export function conditionSql(scope: Scope, condition: Condition, use: Use): string {
  switch (condition.kind) {
    case 'and':
      return joinBalanced(
        condition.conditions.map((part) => conditionSql(scope, part, use)),
        'AND',
      );
    case 'or': {
      const parts = condition.conditions.map((part) => conditionSql(scope, part, { ...use, decisive: false }));
      return joinBalanced(parts, 'OR');
    }
    case 'not':
      return `NOT coalesce(${conditionSql(scope, condition.condition, { ...use, decisive: false })}, 0)`;
    case 'compare':
      return compareSql(scope, condition, use);
    case 'in':
      return inSql(scope, condition, use);
    case 'join':
      return joinSql(scope, condition, use);
    case 'includes':
      return includesSql(scope, condition, use);
  }
}

type Kind<Name extends Condition['kind']> = Extract<Condition, { kind: Name }>;

/** The left side of a comparison, fit to be filtered. */
function leftOf(scope: Scope, { left, at }: Kind<'compare' | 'in' | 'includes' | 'join'>, use: Use): Operand {
  const operand = { ...resolveOperand(scope, left), at };
  if (operand.aggregate && !use.having)
    throw refuseAt(
      scope.translation.source,
      at,
      'MALFORMED_QUERY',
      'Aggregate functions are not allowed in the WHERE clause',
    );
  refuseUnless(scope, operand, 'filtered');
  return operand;
}

function require(operand: Operand, use: Use): void {
  if (use.decisive && operand.place) requirePlace(operand.place);
}

function compareSql(scope: Scope, condition: Kind<'compare'>, use: Use): string {
  const { translation } = scope;
  const operand = leftOf(scope, condition, use);
  const { operator, value: literal } = condition;
  refuseOperator(scope, operand, operator);
  if (operand.byLabel) return labelSql(scope, operand, operator, [literal]);
  const wanted = literalValue(translation, operand, literal);
  const decisive = isDecisive(operand, operator, wanted);
  if (decisive) require(operand, use);
  if (operator === 'LIKE' && literal.kind !== 'null') return likeSql(translation, operand, literal);
  if ('start' in wanted) return rangeSql(scope, operand, operator, wanted);
  return valueSql(scope, operand, operator, wanted.value);
}

/** Whether the comparison fails where nothing stands on its left. */
function isDecisive({ type }: Operand, operator: ComparisonOperator, wanted: LiteralValue): boolean {
  const isNull = 'value' in wanted && (wanted.value === null || (type === 'boolean' && wanted.value === 0));
  return (operator === '!=') === isNull;
}

function valueSql(scope: Scope, operand: Operand, operator: ComparisonOperator, value: Parameter): string {
  const left = operand.type === 'boolean' ? `coalesce(${operand.sql}, 0)` : comparable(operand);
  if (value === null) return operator === '!=' ? `${left} IS NOT NULL` : operator === '=' ? `${left} IS NULL` : '0';
  const right = scope.translation.bind(value);
  if (operator === '!=') return `${left} IS NOT ${right}`;
  return `${left} ${operator} ${right}`;
}

function rangeSql(
  { translation }: Scope,
  { sql }: Operand,
  operator: ComparisonOperator,
  range: Extract<LiteralValue, { start: unknown }>,
): string {
  const start = () => translation.bind(range.start);
  const end = () => translation.bind(range.end);
  switch (operator) {
    case '<':
      return `${sql} < ${start()}`;
    case '<=':
      return `${sql} < ${end()}`;
    case '>':
      return `${sql} >= ${end()}`;
    case '>=':
      return `${sql} >= ${start()}`;
    case '!=':
      return `(${sql} IS NULL OR ${sql} < ${start()} OR ${sql} >= ${end()})`;
    default:
      return `(${sql} >= ${start()} AND ${sql} < ${end()})`;
  }
}

function refuseOperator(scope: Scope, operand: Operand, operator: ComparisonOperator): void {
  const { type, at } = operand;
  const isId = type === 'id' || type === 'reference';
  const likes = operator === 'LIKE';
  const compares = operator !== '=' && operator !== '!=';
  const wrong =
    (likes && (!isTextual(operand) || type === 'multipicklist')) ||
    (compares && !likes && (type === 'boolean' || type === 'multipicklist'));
  if (!wrong) return;
  const sentence = isId ? 'invalid operator on id field' : `invalid operator on ${type} field`;
  throw refuseAt(scope.translation.source, at, 'INVALID_QUERY_FILTER_OPERATOR', sentence);
}

function isTextual({ type }: Operand): boolean {
  return ['string', 'textarea', 'picklist', 'multipicklist', 'phone', 'url', 'email'].includes(type);
}

function inSql(scope: Scope, condition: Kind<'in'>, use: Use): string {
  const operand = leftOf(scope, condition, use);
  const { negated, values: literals } = condition;
  if (operand.byLabel) return labelSql(scope, operand, negated ? '!=' : '=', literals);
  const wanted = literals.map((literal) => literalValue(scope.translation, operand, literal));
  const hasNull = wanted.some((each) => 'value' in each && each.value === null);
  if (!negated && !hasNull) require(operand, use);
  if (operand.type === 'boolean' || wanted.some((each) => 'start' in each))
    return eachSql(scope, operand, negated, wanted);
  const values = wanted.flatMap((each) => ('value' in each && each.value !== null ? [each.value] : []));
  const left = comparable(operand);
  const list = `${left} ${negated ? 'NOT ' : ''}IN (${listSql(scope, values)})`;
  if (negated) return hasNull || !absentIsNotIn ? `(${left} IS NOT NULL AND ${list})` : `(${left} IS NULL OR ${list})`;
  return hasNull ? `(${left} IS NULL OR ${list})` : list;
}

function eachSql(scope: Scope, operand: Operand, negated: boolean, wanted: readonly LiteralValue[]): string {
  const operator = negated ? '!=' : '=';
  const parts = wanted.map((each) =>
    'start' in each ? rangeSql(scope, operand, operator, each) : valueSql(scope, operand, operator, each.value),
  );
  return joinBalanced(parts, negated ? 'AND' : 'OR');
}

function listSql({ translation }: Scope, values: readonly Parameter[]): string {
  if (values.length <= maxListedParameters) return values.map((value) => translation.bind(value)).join(', ');
  return `SELECT value FROM json_each(${translation.bind(JSON.stringify(values))})`;
}

/** toLabel(field) compared: the values whose label is meant. */
function labelSql(scope: Scope, operand: Operand, operator: ComparisonOperator, literals: readonly Literal[]): string {
  const { field, at } = operand;
  const { source } = scope.translation;
  if (field === undefined || (operator !== '=' && operator !== '!='))
    throw refuseAt(source, at, 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator on toLabel');
  const plain = { ...operand, byLabel: false };
  const labels = literals.map((literal) => literalValue(scope.translation, plain, literal));
  const values = labels.flatMap((each) => ('value' in each ? valuesOfLabel(field, each.value) : []));
  const left = comparable(plain);
  const list = `${left} IN (${listSql(scope, values)})`;
  return operator === '=' ? list : `NOT coalesce(${list}, 0)`;
}

function valuesOfLabel(field: Field, label: Parameter): string[] {
  const values = field.picklistValues.filter((each) => each.label.toLowerCase() === label);
  return values.length > 0 ? values.map(({ value }) => value.toLowerCase()) : [String(label)];
}

/** `x IN (SELECT …)`: both sides are ids of the same object. */
function joinSql(scope: Scope, condition: Kind<'join'>, use: Use): string {
  const operand = leftOf(scope, condition, use);
  const { negated, query } = condition;
  const selected = selectedIds(scope, query);
  refuseOtherObject(scope, operand, selected);
  if (!negated) require(operand, use);
  const present = negated
    ? `${selected.where === '' ? 'WHERE' : `${selected.where} AND`} ${selected.sql} IS NOT NULL`
    : selected.where;
  const rows = `SELECT ${selected.sql} ${fromSql(selected.scope)} ${present}${sizeSql(selected.scope, query)}`;
  if (negated)
    return `(${operand.sql} IS ${absentIsNotIn ? 'NULL OR' : 'NOT NULL AND'} ${operand.sql} NOT IN (${rows}))`;
  return `${operand.sql} IN (${rows})`;
}

function selectedIds(scope: Scope, query: Query) {
  const { translation } = scope;
  const inner = createScope(translation, query);
  const [item, ...others] = query.items;
  const expression = item?.kind === 'expression' ? item.expression : undefined;
  if (
    expression?.kind !== 'field' ||
    others.length > 0 ||
    query.groupBy.length > 0 ||
    query.having ||
    query.orderBy.length > 0 ||
    query.offset
  )
    throw refuse('MALFORMED_QUERY', 'Semi join sub-selects can only query one id field');
  const column = resolvePath(inner, expression.path);
  if (column.field.type !== 'id' && column.field.type !== 'reference') {
    const sentence = `Semi join sub-selects can only query id fields, cannot use: '${column.field.name}'`;
    throw refuseAt(translation.source, expression.path.at, 'MALFORMED_QUERY', sentence);
  }
  const where = whereSql(inner, query);
  return { scope: inner, column, sql: column.sql, where };
}

function refuseOtherObject(scope: Scope, operand: Operand, selected: { column: Column }): void {
  const { source } = scope.translation;
  const { field, place } = operand;
  const isId = operand.type === 'id' || operand.type === 'reference';
  if (!isId || field === undefined || place === undefined) {
    const sentence = `The left operand field in the where expression for outer query should be an id or reference field, cannot use: '${operand.name}'`;
    throw refuseAt(source, operand.at, 'MALFORMED_QUERY', sentence);
  }
  const targets = new Set(targetsOf({ field, place }));
  if (targetsOf(selected.column).some((target) => targets.has(target))) return;
  const sentence = `The selected field '${selected.column.field.name}' in the subquery and the left operand field '${operand.name}' in the where expression in the outer query should point to the same object type`;
  throw refuseAt(source, operand.at, 'MALFORMED_QUERY', sentence);
}

/** The objects whose ids stand in an id or reference. */
function targetsOf({ field, place }: Pick<Column, 'field' | 'place'>): readonly string[] {
  return field.type === 'id' ? place.tables.map(({ object }) => object.name) : field.referenceTo;
}

/** A multi-select picklist holds its values between semicolons; `a;b` asks for both. */
function includesSql(scope: Scope, condition: Kind<'includes'>, use: Use): string {
  const { translation } = scope;
  const operand = leftOf(scope, condition, use);
  const { negated, values } = condition;
  if (operand.type !== 'multipicklist') {
    const sentence = 'includes or excludes operator only valid on multipicklist field';
    throw refuseAt(translation.source, operand.at, 'INVALID_QUERY_FILTER_OPERATOR', sentence);
  }
  if (!negated) require(operand, use);
  const left = `';' || ${comparable(operand)} || ';'`;
  const alternatives = values.map((literal) => {
    const wanted = literalValue(translation, operand, literal);
    const text = 'value' in wanted && wanted.value !== null ? String(wanted.value) : '';
    if (text === '') return `${operand.sql} IS NULL`;
    const parts = text.split(';').map((part) => `instr(${left}, ${translation.bind(`;${part.trim()};`)}) > 0`);
    return joinBalanced(parts, 'AND');
  });
  const some = joinBalanced(alternatives, 'OR');
  return negated ? `NOT coalesce(${some}, 0)` : some;
}
