/** Conditions that follow from those of a query and that an index answers: what reads changes by their time begins where they begin. */
import type { Scope } from './scope.ts';
import type { ComparisonOperator, Condition, Expression, Literal } from './tree.ts';

type Comparison = Extract<Condition, { kind: 'compare' }>;

/** They change no result; each says of one field where the wanted rows begin or end. */
export function impliedBounds(scope: Scope, where: Condition): Condition[] {
  if (where.kind === 'and') return where.conditions.flatMap((part) => impliedBounds(scope, part));
  const bound = where.kind === 'or' ? keysetBound(where.conditions) : changeBound(scope, where);
  return bound === undefined ? [] : [bound];
}

const withEquals: Partial<Record<ComparisonOperator, ComparisonOperator>> = { '>': '>=', '<': '<=' };

/** `a > 1 OR (a = 1 AND …)`, which goes on behind a row in the order of `a` and something else: `a >= 1`. */
function keysetBound([beyond, tied, ...others]: readonly Condition[]): Condition | undefined {
  if (beyond?.kind !== 'compare' || tied?.kind !== 'and' || others.length > 0) return undefined;
  const operator = withEquals[beyond.operator];
  const ties = tied.conditions.some((part) => part.kind === 'compare' && isSame(part, beyond) && part.operator === '=');
  return operator !== undefined && ties ? { ...beyond, operator } : undefined;
}

function isSame(one: Comparison, other: Comparison): boolean {
  const name = nameOf(one.left);
  return name !== undefined && name === nameOf(other.left) && isSameLiteral(one.value, other.value);
}

function isSameLiteral(one: Literal, other: Literal): boolean {
  const count = (literal: Literal) => (literal.kind === 'range' ? literal.count : undefined);
  return one.kind === other.kind && one.text === other.text && count(one) === count(other);
}

function nameOf(expression: Expression): string | undefined {
  return expression.kind === 'field' ? expression.path.parts.join('.').toLowerCase() : undefined;
}

const fromThen: Partial<Record<ComparisonOperator, ComparisonOperator>> = { '=': '>=', '>': '>', '>=': '>=' };

/** Nothing is modified later than its SystemModstamp says, and that one has an index. */
function changeBound({ translation, object }: Scope, condition: Condition): Condition | undefined {
  if (condition.kind !== 'compare' || condition.left.kind !== 'field' || condition.value.kind === 'null')
    return undefined;
  const { path } = condition.left;
  const operator = fromThen[condition.operator];
  const stamp = translation.schema.findField(object, 'SystemModstamp');
  if (nameOf(condition.left) !== 'lastmodifieddate' || operator === undefined || stamp === undefined) return undefined;
  return { ...condition, operator, left: { kind: 'field', path: { ...path, parts: [stamp.name] } } };
}
