/** Test Mapping: sample rows, what becomes of each, kept as test cases of the interface. */
import { type Static, Type } from 'typebox';
import { SluiceError } from '../../base/index.ts';
import { type SampleRow, type TestCase, tryMapping } from '../../mapping/index.ts';
import { type InterfaceDefinition, interfaceSchema } from '../../protocol/index.ts';
import { checkDefinition, checkDraft, refuseAt } from './interface-checks.ts';
import { getInterface, keptInterface, shown } from './interface-operations.ts';
import { closed, operation } from './operation.ts';

const page = 'Interfaces';
const maxRows = 200;

const cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const row = Type.Record(Type.String(), cell, { title: 'Row', description: 'Column to value.' });

const tried = Type.Object(
  {
    cells: Type.Union([Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])), Type.Null()], {
      description: 'Target field to the cell it gets: null is a null, an empty text leaves the field as it is.',
    }),
    refused: Type.Union([
      Type.Object({ code: Type.String(), field: Type.String(), message: Type.String() }, closed),
      Type.Null(),
    ]),
  },
  closed,
);

export const interfaceTestOperations = [
  operation({
    method: 'POST',
    path: '/interfaces/test-mapping',
    id: 'testMapping',
    summary: 'Maps sample rows by an interface that need not be saved; nothing is sent.',
    page,
    body: Type.Object(
      { definition: interfaceSchema, rows: Type.Array(row, { title: 'Rows', maxItems: maxRows }) },
      closed,
    ),
    answer: Type.Object({ rows: Type.Array(tried) }, closed),
    run({ body: { definition, rows } }, { clock }) {
      checkDraft(definition);
      return { json: { rows: tryRows(definition, rows, clock.now()) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/interfaces/:id/test-cases',
    id: 'keepTestCase',
    summary: 'Keeps a sample row with what becomes of it as a test case of the interface, in a new version.',
    page,
    role: 'administrator',
    refusals: [409],
    body: Type.Object(
      {
        name: Type.Optional(Type.String({ title: 'Name', minLength: 1, maxLength: 200 })),
        row,
        version: Type.Integer(),
      },
      closed,
    ),
    answer: keptInterface,
    async run({ params, body: { name, row: sample, version }, person }, parts) {
      const { store, clock } = parts;
      const before = getInterface(store, params.id);
      const [outcome] = tryRows(before.definition, [sample], clock.now());
      const tests = [...(before.definition.tests ?? []), caseOf(name, sample, outcome)];
      const checked = checkDefinition(store, { ...before.definition, tests }, before);
      return { json: shown(await store.interfaces.change(person.username, before, { ...checked, version }), parts) };
    },
  }),
];

function tryRows(definition: InterfaceDefinition, rows: readonly SampleRow[], now: number): Static<typeof tried>[] {
  const { mapping, columns, operation: done, externalId, nulls = 'clear', timeZone = 'UTC' } = definition;
  const rules = { operation: done, externalId, defaultNulls: nulls };
  try {
    return tryMapping({ mapping, columns, rules, context: { now, timeZone } }, rows).map(({ cells, refused }) => ({
      cells: cells && { ...cells },
      refused,
    }));
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    const { where, reason, hint } = error.values;
    throw refuseAt(['mapping', String(where)], `is not usable: ${reason}. ${hint}`);
  }
}

function caseOf(name: string | undefined, sample: SampleRow, outcome: Static<typeof tried> | undefined): TestCase {
  const named = name === undefined ? {} : { name };
  if (outcome?.refused) return { ...named, row: sample, refused: outcome.refused.code };
  return { ...named, row: sample, expect: { ...outcome?.cells } };
}
