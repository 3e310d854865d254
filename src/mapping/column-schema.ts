/** The shape of the `mapping:` part of an interface out of Salesforce: columns of the table, each with what goes into it. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { formulaTypes, maxFormulaLetters } from './formula/index.ts';
import { otherwiseSchema, plainValue } from './mapping-schema.ts';

const closed = { additionalProperties: false } as const;

export const fieldPathSchema = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$',
  description: 'a field, or one of a parent such as Owner.Name',
});

const columnSourceSchema = Type.Object(
  {
    field: Type.Optional(fieldPathSchema),
    constant: Type.Optional({ ...plainValue, description: 'the same value in every row' }),
    formula: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: maxFormulaLetters,
        description: "a formula in Salesforce's language over the fields of the record; docs/reference/formulas.md",
      }),
    ),
    map: Type.Optional(
      Type.Record(Type.String(), plainValue, {
        minProperties: 1,
        description: 'value to value: what the field or formula gives, as text, and what is written for it',
      }),
    ),
    otherwise: Type.Optional(otherwiseSchema),
    nulls: Type.Optional(
      Type.Object(
        { default: Type.Union([Type.String({ minLength: 1 }), Type.Number(), Type.Boolean()]) },
        { ...closed, description: 'a value that stands in for a null; a null stays one when left out' },
      ),
    ),
    type: Type.Optional(
      Type.Enum([...formulaTypes], {
        description: 'what a constant or the values of a map are, where they do not show it: Date for 2026-01-31',
      }),
    ),
    length: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'letters of a text; of any length when left out, but for maps and constants',
      }),
    ),
    precision: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 38, description: 'digits of a number; a 64-bit float when left out' }),
    ),
    scale: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30,
        description: 'digits behind the point, to which a formula is rounded; 0 without precision: a whole number',
      }),
    ),
  },
  closed,
);

/** Column to source: a field, or an object that says more. */
export const columnMappingSchema = Type.Record(Type.String(), Type.Union([fieldPathSchema, columnSourceSchema]), {
  description:
    'column to source: a field, or { field }, { constant }, { formula }, { field, map }; columns by name, as they stand in the table',
});

export type ColumnMapping = Static<typeof columnMappingSchema>;
export type ColumnSource = Static<typeof columnSourceSchema>;
