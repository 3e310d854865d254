/** The shape of the `mapping:` part of an interface file. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { maxFormulaLetters } from './formula/index.ts';

const closed = { additionalProperties: false } as const;

const nullPolicySchema = Type.Union(
  [
    Type.Literal('clear'),
    Type.Literal('keep'),
    Type.Object(
      { default: Type.Union([Type.String({ minLength: 1 }), Type.Number(), Type.Boolean()]) },
      { ...closed, description: 'a value that stands in for a null' },
    ),
  ],
  { description: 'what a null does: clear the field, keep what is there, or a default' },
);

export const plainValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

export const otherwiseSchema = Type.Union(
  [
    Type.Literal('reject'),
    Type.Literal('keep'),
    Type.Object({ default: plainValue }, { ...closed, description: 'a value that stands in for those not in the map' }),
  ],
  {
    description:
      'what becomes of a value that is not in the map: reject the row (when left out), keep it, or a default',
  },
);

const fieldSourceSchema = Type.Object(
  {
    column: Type.Optional(Type.String({ minLength: 1, description: 'a column of the source; case counts' })),
    constant: Type.Optional(
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
        description: 'the same value in every row',
      }),
    ),
    formula: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: maxFormulaLetters,
        description: "a formula in Salesforce's language over the columns of the source; docs/reference/formulas.md",
      }),
    ),
    map: Type.Optional(
      Type.Record(Type.String(), plainValue, {
        minProperties: 1,
        description: 'value to value: what the column or formula gives, as text, and what is sent for it',
      }),
    ),
    otherwise: Type.Optional(otherwiseSchema),
    nulls: Type.Optional(nullPolicySchema),
    parent: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9_]*$',
        description: 'a relationship name such as Country__r or Account',
      }),
    ),
    externalId: Type.Optional(
      Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$', description: 'the external id field of the parent object' }),
    ),
    type: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9_]*$',
        description: 'the parent object, when the relationship may point to several',
      }),
    ),
  },
  closed,
);

/** Target field to source: a column name, or an object that says more. */
export const mappingSchema = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }),
  Type.Union([Type.String({ minLength: 1, description: 'a column of the source; case counts' }), fieldSourceSchema]),
  {
    ...closed,
    minProperties: 1,
    description:
      'target field to source: a column name, or { column }, { constant }, { formula }, { column, map }, { parent, externalId, column }',
  },
);

export type Mapping = Static<typeof mappingSchema>;
export type FieldSource = Static<typeof fieldSourceSchema>;
