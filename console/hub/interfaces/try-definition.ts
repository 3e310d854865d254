/** Asks the hub what becomes of the first rows or records by the interface as it stands in the form. */
import { api } from '../api.ts';
import { text } from '../text.ts';
import { definitionOf, type InterfaceValues, sourceOf } from './interface-values.ts';

const { test: words } = text.interfaces;

export type Cells = Readonly<Record<string, string | null>>;

export type TriedRow = {
  /** What the source gives; of it what the mapping looks at. */
  row: Cells;
  cells: Cells | null;
  /** Null for a row that the mapping itself takes. */
  code: string | null;
  /** Why it would be refused; nothing: it would not. */
  said: readonly string[];
};

export type Tried = {
  rows: readonly TriedRow[];
  target: { message: string; next: string } | null;
  /** What the table lacks. */
  tableSaid: string | null;
};

const wantedRows = 5;

/** Throws ApiFailure. `id` of the connection. */
export async function tryDefinition(values: InterfaceValues, id: number | undefined): Promise<Tried> {
  return values.type === 'outbound' ? await tryRecords(values) : await trySample(values, id);
}

async function tryRecords(values: InterfaceValues): Promise<Tried> {
  const body = { definition: definitionOf(values), rows: wantedRows };
  const { records, table } = await api.call('POST', '/interfaces/test-mapping-on-records', { body });
  const lacks = table.lacks.length === 0 ? null : words.lacks(table.lacks.join(', '));
  return {
    rows: records.map(({ record, cells, refused, unfit }) => ({
      ...{ row: record, cells, code: refused?.code ?? null },
      said: refused === null ? unfit.map(({ column, message }) => `${column}: ${message}`) : [refused.message],
    })),
    target: null,
    tableSaid: table.there ? lacks : words.noTable,
  };
}

async function trySample(values: InterfaceValues, id: number | undefined): Promise<Tried> {
  const definition = definitionOf(values);
  const rows = id === undefined ? [] : await readSample(values, id);
  const tried = await api.call('POST', '/interfaces/test-mapping-on-rows', { body: { definition, rows } });
  return {
    rows: tried.rows.map(({ cells, refused }, place) => ({
      row: usedOf(rows[place] ?? {}, values),
      cells,
      code: cells === null ? (refused?.code ?? null) : null,
      said: refused === null ? [] : [`${refused.code}: ${refused.message}`],
    })),
    target: tried.target,
    tableSaid: null,
  };
}

async function readSample(values: InterfaceValues, id: number): Promise<Cells[]> {
  const body = { source: sourceOf(values), rows: wantedRows };
  const { columns, rows } = await api.call('POST', '/connections/:id/sample-rows', {
    params: { id: String(id) },
    body,
  });
  return rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])));
}

/** The columns that some line reads. */
function usedOf(row: Cells, { lines }: InterfaceValues): Cells {
  const isRead = (name: string) =>
    lines.some(({ kind, column, formula }) =>
      kind === 'column' ? column === name : kind === 'formula' && formula.toLowerCase().includes(name.toLowerCase()),
    );
  return Object.fromEntries(Object.entries(row).filter(([name]) => isRead(name)));
}
