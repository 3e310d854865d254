/** Runs the test cases of an interface out of Salesforce: records as a query gives them, on the path that they take in a run. */
import { csvCell, parseCsv, SluiceError } from '../../base/index.ts';
import {
  type CompiledColumns,
  compileColumns,
  computedColumns,
  planColumns,
  type TestCase,
  typesOfFields,
} from '../../mapping/index.ts';
import type { OutboundDefinition } from '../../protocol/index.ts';
import type { CaseOutcome, Difference } from '../test-mapping.ts';
import { addComputed, computedHeader } from './computed-columns.ts';

/**
 * The outcome of each test case, in their order. `now` is what NOW and TODAY stand for.
 *
 * Errors: MAPPING_INVALID for a formula that does not fit the fields of the cases.
 */
export async function testColumns(
  definition: OutboundDefinition,
  { now }: { now: number },
): Promise<readonly CaseOutcome[]> {
  const { tests = [], fieldTypes, timeZone = 'UTC', object } = definition;
  const rows = tests.map(({ row }) => row);
  const planned = planColumns(definition);
  const compiled = compileColumns(computedColumns(planned), typesOfFields(planned, fieldTypes, rows), {
    now,
    timeZone,
  });
  const fieldOf = new Map(planned.flatMap((one) => ('field' in one ? [[one.column, one.field]] : [])));
  const outcomes: CaseOutcome[] = [];
  for (const [place, test] of tests.entries()) {
    const cells = await cellsOf(test.row, compiled, object);
    const differences = cells instanceof SluiceError ? compareRefusal(test, cells) : compareCells(test, fieldOf, cells);
    outcomes.push({ name: test.name ?? `case ${place + 1}`, passed: differences.length === 0, differences });
  }
  return outcomes;
}

type Cells = ReadonlyMap<string, string>;

/** By their headers; or the error with which the record is refused. */
async function cellsOf(row: TestCase['row'], compiled: CompiledColumns, object: string): Promise<Cells | SluiceError> {
  const header = [...new Set([...Object.keys(row), ...compiled.reads.flatMap((path) => path ?? [])])];
  const record = header.map((name) => csvCell(String(row[name] ?? '')));
  const csv = Buffer.from(`${header.map(csvCell).join(',')}\n${record.join(',')}\n`);
  try {
    const lines: string[][] = [];
    for await (const batch of parseCsv(addComputed([csv], compiled, object))) lines.push(...batch);
    const [names = [], cells = []] = lines;
    return new Map(names.map((name, place) => [name, cells[place] ?? '']));
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'RECORD_NOT_MAPPED') return error;
    throw error;
  }
}

function compareRefusal({ refused }: TestCase, { values }: SluiceError): Difference[] {
  const code = String(values.refused);
  if (refused === code) return [];
  const expected = refused === undefined ? 'the row is written' : `refused: ${refused}`;
  return [{ field: null, expected, got: `refused: ${code}: ${values.reason}` }];
}

/** A null and an empty text are the same to a column. */
function compareCells(
  { expect = {}, refused }: TestCase,
  fieldOf: ReadonlyMap<string, string>,
  cells: Cells,
): Difference[] {
  if (refused !== undefined) return [{ field: null, expected: `refused: ${refused}`, got: 'the row is written' }];
  return Object.entries(expect).flatMap(([column, expected]) => {
    const got = cells.get(computedHeader(column)) ?? cells.get(fieldOf.get(column) ?? column) ?? '';
    const wanted = expected === null ? '' : String(expected);
    return got === wanted ? [] : [{ field: column, expected: wanted || null, got: got || null }];
  });
}
