/** Test Mapping: sample rows, what becomes of each, kept as test cases of the interface. */
import { Type } from 'typebox';
import type { SampleRow, TestCase } from '../../mapping/index.ts';
import { anyInterfaceSchema } from '../../protocol/index.ts';
import { checkDefinition, checkDraft } from './interface-checks.ts';
import { getInterface, keptInterface, shown } from './interface-operations.ts';
import { type Tried, tried, tryRows } from './interface-try.ts';
import { closed, operation } from './operation.ts';

const page = 'Interfaces';
const maxRows = 200;

const cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const row = Type.Record(Type.String(), cell, {
  title: 'Row',
  description: 'Column to value; outbound: field to value, also of parents, as Owner.Name.',
});

export const interfaceTestOperations = [
  operation({
    method: 'POST',
    path: '/interfaces/test-mapping',
    id: 'testMapping',
    summary: 'Maps sample rows by an interface that need not be saved; nothing is sent.',
    page,
    body: Type.Object(
      { definition: anyInterfaceSchema, rows: Type.Array(row, { title: 'Rows', maxItems: maxRows }) },
      closed,
    ),
    answer: Type.Object({ rows: Type.Array(tried) }, closed),
    run({ body: { definition, rows } }, { clock }) {
      checkDraft(definition);
      return { json: { rows: tryRows(definition, rows, { now: clock.now() }) } };
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
      const [outcome] = tryRows(before.definition, [sample], { now: clock.now() });
      const tests = [...(before.definition.tests ?? []), caseOf(name, sample, outcome)];
      const checked = checkDefinition(store, { ...before.definition, tests }, before);
      return { json: shown(await store.interfaces.change(person.username, before, { ...checked, version }), parts) };
    },
  }),
];

function caseOf(name: string | undefined, sample: SampleRow, outcome: Tried | undefined): TestCase {
  const named = name === undefined ? {} : { name };
  if (outcome?.refused) return { ...named, row: sample, refused: outcome.refused.code };
  return { ...named, row: sample, expect: { ...outcome?.cells } };
}
