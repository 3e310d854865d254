/** Statements prepared for queries, kept by their text, for all users with the same rights. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Access } from '../rights/index.ts';
import type { Schema } from '../schema/schema.ts';
import { parseSoql } from './parser.ts';
import { createReader, type ReadRecord } from './record-shape.ts';
import { type Plan, translate } from './translate.ts';
import type { Translating } from './translation.ts';

/** Translations kept, and the longest text that is worth keeping. */
const maxKeptPlans = 500;
const maxKeptCharacters = 10_000;

export type PreparedPlan = { plan: Plan; statement: StatementSync; read: ReadRecord };

/** A query as one user asks it; `all`: deleted records too. */
export type Asked = { soql: string; all: boolean; access: Access };

/** What a translation needs to know of the asking user. */
export function translatingOf({ access, soql, all }: Asked): Translating {
  return { schema: access.schema, source: soql, all, reach: (object) => access.reach(object, 'read') };
}

/** Throws OrgRefused where the query is to be refused. */
export function createPlanKeeper(database: DatabaseSync, schema: Schema): (asked: Asked) => PreparedPlan {
  const plans = new Map<string, PreparedPlan>();
  return (asked) => {
    const { soql, all, access } = asked;
    const key = `${access.key} ${all ? 'all' : 'live'} ${soql}`;
    const known = plans.get(key);
    if (known !== undefined) {
      plans.delete(key);
      plans.set(key, known);
      return known;
    }
    const plan = translate({ ...translatingOf(asked), query: parseSoql(soql) });
    const statement = database.prepare(plan.sql);
    statement.setReturnArrays(true);
    const prepared = { plan, statement, read: createReader(schema, plan.shape) };
    if (soql.length <= maxKeptCharacters) plans.set(key, prepared);
    if (plans.size > maxKeptPlans) plans.delete(plans.keys().next().value ?? '');
    return prepared;
  };
}
