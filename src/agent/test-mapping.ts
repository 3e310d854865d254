/** Runs the test cases of an interface: the same mapping, row by row path and byte check as a run, and nothing else of one. */
import { csvCell, parseCsv } from '../base/index.ts';
import { nullCell } from '../database/index.ts';
import {
  columnsOfRows,
  compileRowMapping,
  createRowKey,
  type MappingPlan,
  nullMark,
  planMapping,
  type ReadCell,
  type TestCase,
} from '../mapping/index.ts';
import type { InterfaceDefinition } from '../protocol/index.ts';
import { createCheck, type Rejected } from './check-before-sending.ts';
import { createRowMapper } from './map-rows.ts';

type PlainValue = string | number | boolean | null;

export type Difference = {
  /** Null for the row as a whole. */
  field: string | null;
  expected: PlainValue;
  got: PlainValue;
};

export type CaseOutcome = { name: string; passed: boolean; differences: readonly Difference[] };

/**
 * The outcome of each test case, in their order. `now` is what NOW and TODAY stand for.
 *
 * Errors: MAPPING_INVALID for a formula that does not fit the columns of the cases.
 */
export async function testMapping(
  definition: InterfaceDefinition,
  { now }: { now: number },
): Promise<readonly CaseOutcome[]> {
  const { mapping, tests = [], nulls = 'clear', operation, externalId, timeZone = 'UTC' } = definition;
  if (tests.length === 0) return [];
  const columns = columnsOfRows(
    definition.columns,
    tests.map(({ row }) => row),
  );
  const plan = planMapping(mapping, { defaultNulls: nulls, operation, externalId });
  const rows = compileRowMapping(plan, columns, { now, timeZone });
  const keyOf = createRowKey(plan.header, null).of;
  const mapRows = createRowMapper({ mapping: rows, header: plan.header, keyOf, checks: null });
  const check = createCheck({ header: plan.header, keyOf });
  const outcomes: CaseOutcome[] = [];
  for (const [place, test] of tests.entries()) {
    const mapped = mapRows({ bytes: Buffer.from(recordOf(test.row, rows.reads)), rows: 1 });
    const checked = await check(mapped);
    const refusal = mapped.rejected[0] ?? checked.rejected[0];
    const differences = refusal
      ? compareRefusal(test, refusal)
      : compareCells(test, plan, await readCells(checked.bytes));
    outcomes.push({ name: test.name ?? `case ${place + 1}`, passed: differences.length === 0, differences });
  }
  return outcomes;
}

/** As a database would write it. */
function recordOf(row: TestCase['row'], reads: readonly ReadCell[]): string {
  const cells = reads.map((cell) => {
    const value = 'constant' in cell ? cell.constant : (row[cell.column] ?? null);
    return value === null || value === '' ? nullCell(cell.nulls, reads.length) : csvCell(String(value));
  });
  return `${cells.join(',')}\n`;
}

async function readCells(bytes: Buffer): Promise<readonly (string | null)[]> {
  for await (const [row = []] of parseCsv([bytes], { nullText: nullMark })) return row;
  return [];
}

function compareRefusal({ refused }: TestCase, { code, message }: Rejected): Difference[] {
  if (refused === code) return [];
  const expected = refused === undefined ? 'the row is sent' : `refused: ${refused}`;
  return [{ field: null, expected, got: `refused: ${code}: ${message}` }];
}

function compareCells(
  { expect = {}, refused }: TestCase,
  { targets }: MappingPlan,
  cells: readonly (string | null)[],
): Difference[] {
  if (refused !== undefined) return [{ field: null, expected: `refused: ${refused}`, got: 'the row is sent' }];
  return Object.entries(expect).flatMap(([field, expected]) => {
    const got = cells[targets.findIndex((target) => target.field === field)] ?? null;
    const wanted = expected === null ? null : String(expected);
    return got === wanted ? [] : [{ field, expected: wanted, got }];
  });
}
