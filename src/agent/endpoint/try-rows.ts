/** Test Mapping into Salesforce: sample rows mapped as in a run, and held against the fields they go to. */
import { SluiceError } from '../../base/index.ts';
import { type DatabaseSettings, openDatabase } from '../../database/index.ts';
import { type MappingPlan, planMapping, type SampleRow, type SourceColumns, tryMapping } from '../../mapping/index.ts';
import type { AgentAnswer, InterfaceDefinition } from '../../protocol/index.ts';
import {
  openSalesforce,
  type Salesforce,
  type SalesforceSettings,
  type SObjectDescribe,
} from '../../salesforce/index.ts';
import { checkTarget } from '../check-target.ts';
import { createValueChecks, type ValueChecks } from '../check-values.ts';
import { readColumns } from '../plan-reading.ts';

type Settings = { database: DatabaseSettings; salesforce: SalesforceSettings };
type Wish = { definition: InterfaceDefinition; rows: readonly SampleRow[] };
type Tried = AgentAnswer<'tryRows'>;

/** Errors: MAPPING_INVALID, OBJECT_NOT_FOUND, and those of reaching database and org. */
export async function tryRows(
  settings: Settings,
  { definition, rows }: Wish,
  { signal }: { signal: AbortSignal },
): Promise<Tried> {
  const { mapping, operation, externalId, nulls = 'clear', timeZone = 'UTC' } = definition;
  const rules = { operation, externalId, defaultNulls: nulls };
  const plan = planMapping(mapping, rules);
  const columns = await columnsOf(settings.database, definition, signal);
  // Nothing here is tried again for long: somebody waits for it.
  await using org = openSalesforce(settings.salesforce, { retryForMs: 0 });
  const describe = await org.describe(definition.object, { signal });
  const target = await findFault(org, { definition, plan, describe }, signal);
  const checks = createValueChecks({ describe, header: plan.header, operation, externalId: externalId ?? null });
  const context = { now: Date.now(), timeZone };
  const outcomes = tryMapping({ mapping, columns, rules, context }, rows);
  return { target, rows: outcomes.map((one) => judged(one, plan, definition.check === 'off' ? null : checks)) };
}

async function columnsOf(settings: DatabaseSettings, definition: InterfaceDefinition, signal: AbortSignal) {
  await using database = await openDatabase(settings, { signal });
  const columns: SourceColumns = await readColumns({ definition, database, signal });
  return Object.fromEntries([...columns].flatMap(([name, type]) => (type === 'Unknown' ? [] : [[name, type]])));
}

type Fitting = { definition: InterfaceDefinition; plan: MappingPlan; describe: SObjectDescribe };

const faults: ReadonlySet<string> = new Set([
  'TARGET_NOT_WRITABLE',
  'TARGET_FIELD_MISSING',
  'TARGET_FIELD_NOT_WRITABLE',
  'EXTERNAL_ID_INVALID',
]);

/** What keeps a run from beginning. */
async function findFault(
  salesforce: Salesforce,
  { definition: { operation, externalId, key }, plan: { header }, describe }: Fitting,
  signal: AbortSignal,
): Promise<Tried['target']> {
  try {
    const named = { externalId: externalId ?? null, keyField: key ?? null };
    await checkTarget({ salesforce, describe, operation, ...named, header, signal });
    return null;
  } catch (error) {
    if (!(error instanceof SluiceError) || !faults.has(error.code)) throw error;
    return { code: error.code, message: error.message, next: error.next };
  }
}

type Outcome = ReturnType<typeof tryMapping>[number];

function judged(outcome: Outcome, { targets }: MappingPlan, checks: ValueChecks | null): Tried['rows'][number] {
  if (outcome.refused !== null) {
    const { code, message, field } = outcome.refused;
    return { cells: null, refused: { code, message, fields: [field] } };
  }
  const { cells } = outcome;
  const values = targets.map(({ field }) => cells[field] ?? null);
  return { cells: { ...cells }, refused: checks === null ? null : refusalOf(values, checks) };
}

/** As a run rejects it: the first value that does not fit, else all that is missing. */
function refusalOf(values: readonly (string | null)[], { columns, unfilled }: ValueChecks) {
  const missing: string[] = [];
  for (const [place, check] of columns.entries()) {
    const verdict = check?.judge(values[place] ?? null) ?? null;
    if (verdict === 'missing') missing.push(check?.field ?? '');
    else if (verdict !== null) return { ...verdict, fields: [...verdict.fields] };
  }
  const fields = [...missing, ...unfilled];
  if (fields.length === 0) return null;
  return { code: 'REQUIRED_FIELD_MISSING', message: `Required fields are missing: [${fields.join(', ')}]`, fields };
}
