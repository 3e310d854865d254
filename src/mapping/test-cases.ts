/** Test cases kept with a mapping: rows in, and the cells or the refusal that are expected of each. */
import type { Static } from 'typebox';
import { findNearestName, Type, type ValuePath } from '../base/index.ts';

const closed = { additionalProperties: false };
const plainValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

export const testCasesSchema = Type.Array(
  Type.Object(
    {
      name: Type.Optional(Type.String({ minLength: 1, description: 'what the case shows' })),
      row: Type.Record(Type.String(), plainValue, { description: 'column to value; a column left out is a null' }),
      expect: Type.Optional(
        Type.Record(Type.String(), plainValue, {
          minProperties: 1,
          description: "target field to the cell it gets; null is a null, '' a cell that leaves the field as it is",
        }),
      ),
      refused: Type.Optional(
        Type.String({ minLength: 1, description: 'the code with which the row is refused, such as VALUE_NOT_MAPPED' }),
      ),
    },
    closed,
  ),
  { description: 'Cases that "sluice test" runs without an org or a database.' },
);

export type TestCase = Static<typeof testCasesSchema>[number];

/** What no schema can say: each case expects cells or a refusal, and of fields that are mapped. */
export function checkTestCases(
  cases: readonly TestCase[],
  fields: readonly string[],
  refuse: (path: ValuePath, reason: string) => Error,
): void {
  for (const [place, { expect, refused }] of cases.entries()) {
    if ((expect === undefined) === (refused === undefined))
      throw refuse(['tests', place], 'must say either what is to be expected, or by which code the row is refused');
    for (const field of Object.keys(expect ?? {})) {
      if (fields.includes(field)) continue;
      const nearest = findNearestName(field, fields);
      const hint = nearest ? `did you mean ${nearest}?` : `mapped are: ${fields.join(', ')}`;
      throw refuse(['tests', place, 'expect', field], `is not mapped; ${hint}`);
    }
  }
}
