/** The first records of an object, for those who set up an interface out of Salesforce. */
import type { AgentAnswer, AgentInput } from '../../protocol/index.ts';
import { openSalesforce, type Salesforce, type SalesforceSettings } from '../../salesforce/index.ts';
import { formulaTypeOf } from '../outbound/column-value.ts';
import { createFieldFinder, type FoundField } from '../outbound/find-field.ts';
import { readableNames } from '../outbound/plan-outbound.ts';
import { recordCell } from '../outbound/records-csv.ts';

type Wish = Omit<AgentInput<'sampleRecords'>, 'salesforce'>;

/** A query travels in the address of a request, which has its limits. */
const longestList = 6_000;

/**
 * Paths stand in the answer as they were asked for.
 *
 * Errors: OBJECT_NOT_FOUND, SOURCE_FIELD_UNREADABLE, and what the org says to the condition.
 */
export async function sampleRecords(
  settings: SalesforceSettings,
  { object, fields, where, rows: wanted }: Wish,
  { signal }: { signal: AbortSignal },
): Promise<AgentAnswer<'sampleRecords'>> {
  // Nothing here is tried again for long: somebody waits for it.
  await using org = openSalesforce(settings, { retryForMs: 0 });
  const found = await findFields(org, { object, fields }, signal);
  const selected = [...new Set([...found.values()].map(({ path }) => path))];
  const condition = where === undefined ? '' : ` WHERE (${where})`;
  const soql = `SELECT ${selected.join(', ')} FROM ${object}${condition} LIMIT ${wanted}`;
  const rows: (string | null)[][] = [];
  for await (const record of org.query(soql, { signal })) {
    rows.push([...found.values()].map(({ path }) => recordCell(record, path.split('.'))));
    if (rows.length === wanted) break;
  }
  return { fields: [...found].map(([path, { field }]) => ({ path, type: formulaTypeOf(field) })), rows };
}

/** By the names they were asked for. */
async function findFields(
  org: Salesforce,
  { object, fields }: { object: string; fields: Wish['fields'] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundField>> {
  const describe = (name: string) => org.describe(name, { signal });
  const described = await describe(object);
  const find = createFieldFinder(described, describe);
  const found = new Map<string, FoundField>();
  let letters = 0;
  for (const path of fields ?? readableNames(described)) {
    letters += path.length + 2;
    if (fields === undefined && letters > longestList) break;
    found.set(path, await find(path));
  }
  return found;
}
