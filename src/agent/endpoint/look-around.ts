/** What a connection has to offer, for those who set up an interface: tables, columns, first rows, objects and their fields. */
import { parseCsv, SluiceError } from '../../base/index.ts';
import { type DatabaseSettings, openDatabase, type Source } from '../../database/index.ts';
import type { AgentAnswer } from '../../protocol/index.ts';
import { openSalesforce, type SalesforceSettings } from '../../salesforce/index.ts';

type Stoppable = { signal: AbortSignal };

export async function listTables(settings: DatabaseSettings, { signal }: Stoppable): Promise<string[]> {
  await using database = await openDatabase(settings, { signal });
  return [...(await database.tables({ signal }))];
}

export async function listColumns(
  settings: DatabaseSettings,
  source: Source,
  { signal }: Stoppable,
): Promise<AgentAnswer<'listColumns'>> {
  await using database = await openDatabase(settings, { signal });
  const columns = await database.columns(source, { signal });
  return columns.map(({ name, kind, nullable, nativeType }) => ({ name, kind, nullable, nativeType }));
}

/** A sample need not be larger, however wide its rows are. */
const maxSampleBytes = 4_000_000;

/** The read is stopped as soon as there are enough. */
export async function sampleRows(
  settings: DatabaseSettings,
  { source, rows: wanted }: { source: Source; rows: number },
  { signal }: Stoppable,
): Promise<AgentAnswer<'sampleRows'>> {
  await using database = await openDatabase(settings, { signal });
  const columns = (await database.columns(source, { signal })).map(({ name }) => name);
  const cells = columns.map((column) => ({ column, nulls: 'clear' as const }));
  const blocks = database.readCsv({ source, cells, timeZone: 'UTC' }, { signal });
  return { columns, rows: await firstRows(blocks, wanted) };
}

async function firstRows(blocks: AsyncIterable<Buffer>, wanted: number): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  let room = maxSampleBytes;
  for await (const batch of parseCsv(blocks, { nullText: '#N/A' })) {
    for (const row of batch) {
      room -= row.reduce((bytes, cell) => bytes + (cell?.length ?? 0), 0);
      if (room < 0 && rows.length > 0) return rows;
      rows.push(row);
      if (rows.length === wanted) return rows;
    }
  }
  return rows;
}

/** Nothing here is tried again for long: somebody waits for it. */
const options = { retryForMs: 0 };

export async function listObjects(
  settings: SalesforceSettings,
  { signal }: Stoppable,
): Promise<AgentAnswer<'listObjects'>> {
  await using org = openSalesforce(settings, options);
  const { json } = await org.request({ method: 'GET', path: '/sobjects', signal });
  const { sobjects } = Object(json) as { sobjects?: unknown };
  if (!Array.isArray(sobjects))
    throw new SluiceError('ANSWER_INVALID', { what: 'the list of objects', reason: 'it has no sobjects' });
  return sobjects.map(shownObject);
}

export async function describeObject(
  settings: SalesforceSettings,
  object: string,
  { signal }: Stoppable,
): Promise<AgentAnswer<'describeObject'>> {
  await using org = openSalesforce(settings, options);
  const described = await org.describe(object, { signal });
  return { ...shownObject(described), fields: described.fields.map(shownField) };
}

type ShownObject = AgentAnswer<'listObjects'>[number];
type ShownField = AgentAnswer<'describeObject'>['fields'][number];

function shownObject({ name, label, createable, updateable, deletable, queryable }: ShownObject): ShownObject {
  return { name, label, createable, updateable, deletable, queryable };
}

type Described = Omit<ShownField, 'picklistValues' | 'referenceTo'> & {
  picklistValues: readonly ShownField['picklistValues'][number][];
  referenceTo: readonly string[];
};

/** The org says more than is shown. */
function shownField(field: Described): ShownField {
  const { name, label, type, length, precision, scale, nillable, createable, updateable, defaultedOnCreate } = field;
  const { externalId, idLookup, unique, restrictedPicklist, picklistValues, referenceTo, relationshipName } = field;
  return {
    name,
    label,
    type,
    length,
    precision,
    scale,
    nillable,
    createable,
    updateable,
    defaultedOnCreate,
    externalId,
    idLookup,
    unique,
    restrictedPicklist,
    picklistValues: picklistValues.map(({ value, label: shown, active }) => ({ value, label: shown, active })),
    referenceTo: [...referenceTo],
    relationshipName,
  };
}
