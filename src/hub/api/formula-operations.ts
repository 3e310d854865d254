/** For those who write formulas: what one gives or where it is wrong, and what there is to write. */
import { Type } from 'typebox';
import { formulaTypes, functionTable, judgeFormula, operators, signatureOf } from '../../mapping/index.ts';
import { closed, operation } from './operation.ts';

const page = 'Interfaces';
const orNull = <const Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** More than Salesforce takes, so that the formula's own sentence says how many. */
const maxLetters = 20_000;

const problem = Type.Object(
  {
    line: Type.Integer(),
    column: Type.Integer({ description: 'Letters into the line; both count from 1.' }),
    reason: Type.String(),
    hint: Type.String(),
  },
  closed,
);

const entry = Type.Object(
  {
    name: Type.String(),
    group: Type.String(),
    signature: Type.String(),
    sentence: Type.String(),
    example: Type.String(),
    gives: orNull(Type.String({ description: 'What the example gives; null is a blank.' })),
  },
  closed,
);

export const formulaOperations = [
  operation({
    method: 'POST',
    path: '/formulas/check',
    id: 'checkFormula',
    summary: 'What a formula gives and reads, or what is wrong with it and where.',
    page,
    body: Type.Object(
      {
        formula: Type.String({ title: 'Formula', maxLength: maxLetters }),
        columns: Type.Optional(
          Type.Record(Type.String(), Type.Enum([...formulaTypes]), {
            title: 'Columns',
            description: 'What it may name, and what each holds; any name is taken for a column when left out.',
          }),
        ),
      },
      closed,
    ),
    answer: Type.Object(
      {
        gives: orNull(Type.String({ description: 'Text, Number … ; Unknown while nobody says what a column holds.' })),
        columns: Type.Array(Type.String()),
        problem: orNull(problem),
      },
      closed,
    ),
    run({ body: { formula, columns } }) {
      const { gives, columns: read, problem: found } = judgeFormula(formula, columns);
      return { json: { gives, columns: [...read], problem: found } };
    },
  }),
  operation({
    method: 'GET',
    path: '/formulas/functions',
    id: 'listFormulaFunctions',
    summary: 'The functions and operators that formulas may use.',
    page,
    answer: Type.Object(
      {
        functions: Type.Array(entry),
        operators: Type.Array(Type.Object({ sign: Type.String(), sentence: Type.String() }, closed)),
      },
      closed,
    ),
    run: () => ({
      json: {
        functions: [...functionTable.values()].map((one) => ({
          name: one.name,
          group: one.group,
          signature: signatureOf(one),
          sentence: one.sentence,
          example: one.example[0],
          gives: one.example[1],
        })),
        operators: operators.map(({ sign, sentence }) => ({ sign: sign.replace('sign ', ''), sentence })),
      },
    }),
  }),
];
