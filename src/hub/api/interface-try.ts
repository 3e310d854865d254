/** What becomes of sample rows by the mapping of an interface of either direction. */
import { type Static, Type } from 'typebox';
import { SluiceError } from '../../base/index.ts';
import { type FormulaType, type SampleRow, type TriedRow, tryColumns, tryMapping } from '../../mapping/index.ts';
import { type AnyInterfaceDefinition, type InterfaceDefinition, isOutbound } from '../../protocol/index.ts';
import { refusing } from './interface-checks.ts';
import { closed } from './operation.ts';

export const tried = Type.Object(
  {
    cells: Type.Union([Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])), Type.Null()], {
      description:
        'Target field, or column of the table, to the cell it gets: null is a null; inbound, an empty text leaves the field as it is.',
    }),
    refused: Type.Union([
      Type.Object({ code: Type.String(), field: Type.String(), message: Type.String() }, closed),
      Type.Null(),
    ]),
  },
  closed,
);

export type Tried = Static<typeof tried>;

type Types = Readonly<Record<string, FormulaType>>;

/** `types`: what fields hold, as the org says it. Throws ApiRefused 400 for a formula that does not fit. */
export function tryRows(
  definition: AnyInterfaceDefinition,
  rows: readonly SampleRow[],
  { now, types }: { now: number; types?: Types },
): Tried[] {
  try {
    const outcomes = isOutbound(definition)
      ? tryColumns({ ...definition, types: types ?? definition.fieldTypes, context: contextOf(definition, now) }, rows)
      : tryFields(definition, rows, now);
    return outcomes.map(({ cells, refused }) => ({ cells: cells && { ...cells }, refused }));
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    const { where, reason, hint } = error.values;
    throw refusing(definition)(['mapping', String(where)], `is not usable: ${reason}. ${hint}`);
  }
}

const contextOf = ({ timeZone = 'UTC' }: AnyInterfaceDefinition, now: number) => ({ now, timeZone });

function tryFields(definition: InterfaceDefinition, rows: readonly SampleRow[], now: number): readonly TriedRow[] {
  const { mapping, columns, operation, externalId, nulls = 'clear' } = definition;
  const rules = { operation, externalId, defaultNulls: nulls };
  return tryMapping({ mapping, columns, rules, context: contextOf(definition, now) }, rows);
}
