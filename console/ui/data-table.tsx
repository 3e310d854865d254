/** A list that filters, sorts and pages on the server, keeps its state in the address, and can be exported. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { Query } from './api.ts';
import { Button } from './button.tsx';
import { ExportButton } from './export-button.tsx';
import { exportRows } from './export-rows.ts';
import type { Choice } from './fields.tsx';
import { type ListAddress, queryOf, rowsOnPage, useListAddress } from './list-address.ts';
import { Loaded } from './loaded.tsx';
import { EmptyState } from './page.tsx';
import { type Column, RowsTable, type Ticks } from './rows-table.tsx';
import { text } from './text.ts';

export type { Column } from './rows-table.tsx';

export type Filter = { name: string; label: string; choices: readonly Choice<string>[] };

type PageOfRows<Row> = { rows: readonly Row[]; total: number };

type DataTableProps<Row> = {
  /** Its accessible name, and that of the exported file. */
  label: string;
  /** Begins with the path that is read. */
  queryKey: readonly unknown[];
  read: (query: Query, signal?: AbortSignal) => Promise<PageOfRows<Row>>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  filters?: readonly Filter[];
  /** What stands at the end of a row. */
  actions?: (row: Row) => ReactNode;
  /** Rows can be ticked. */
  ticks?: Ticks<Row>;
  /** What is done with the list, beside Export. */
  buttons?: ReactNode;
  /** Read again so often, for what moves by itself. */
  everyMs?: number;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
};

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { queryKey, read, filters = [], empty, everyMs } = props;
  const { address, change } = useListAddress(filters.map(({ name }) => name));
  const query = queryOf(address);
  const found = useQuery({
    queryKey: [...queryKey, query],
    queryFn: ({ signal }) => read(query, signal),
    placeholderData: keepPreviousData,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
  const isFiltered = address.search !== '' || Object.values(address.filters).some((value) => value !== '');
  // What a filter did not find says nothing of the whole list, which is still being read.
  if (found.data?.total === 0 && !isFiltered && !found.isPlaceholderData) return <div className="card">{empty}</div>;
  return (
    <section className="card" aria-label={props.label}>
      <TableHead {...props} address={address} change={change} />
      <Loaded of={found}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <NothingMatches change={change} filters={filters} />
          ) : (
            <>
              <RowsTable {...props} rows={rows} sort={address.sort} onSort={(sort) => change({ sort, page: '' })} />
              <TableFoot address={address} total={total} change={change} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

type Change = (part: Readonly<Record<string, string>>) => void;

type HeadProps<Row> = DataTableProps<Row> & { address: ListAddress; change: Change };

function TableHead<Row>({ label, columns, read, filters = [], buttons, address, change }: HeadProps<Row>) {
  return (
    <search className="tablehead" aria-label={text.table.search}>
      <div className="buttons">
        <SearchBox value={address.search} onChange={(search) => change({ search, page: '' })} />
        {filters.map(({ name, label: filterLabel, choices }) => (
          <select
            key={name}
            className="input"
            aria-label={filterLabel}
            value={address.filters[name]}
            onChange={(event) => change({ [name]: event.target.value, page: '' })}
          >
            {choices.map(({ value, label: choice }) => (
              <option key={value} value={value}>
                {choice}
              </option>
            ))}
          </select>
        ))}
      </div>
      <div className="buttons">
        {buttons}
        <ExportButton
          save={() => {
            const { page: _, pageSize: __, ...rest } = queryOf(address);
            return exportRows(label, columns, (page, pageSize) => read({ ...rest, page, pageSize }));
          }}
        />
      </div>
    </search>
  );
}

/** So long after the last key, the server is asked. */
const searchAfterMs = 200;

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the waiting anew
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), searchAfterMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      className="input"
      type="search"
      aria-label={text.table.search}
      placeholder={text.table.search}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function TableFoot({ address: { page }, total, change }: { address: ListAddress; total: number; change: Change }) {
  const from = (page - 1) * rowsOnPage + 1;
  const to = Math.min(total, page * rowsOnPage);
  return (
    <div className="tablefoot">
      <span role="status">{text.table.range(from.toLocaleString(), to.toLocaleString(), total.toLocaleString())}</span>
      <div className="buttons">
        <Button
          label={text.table.previousPage}
          isDisabled={page <= 1}
          onPress={() => change({ page: page === 2 ? '' : String(page - 1) })}
        >
          {text.table.previous}
        </Button>
        <Button label={text.table.nextPage} isDisabled={to >= total} onPress={() => change({ page: String(page + 1) })}>
          {text.table.next}
        </Button>
      </div>
    </div>
  );
}

function NothingMatches({ change, filters }: { change: Change; filters: readonly Filter[] }) {
  const cleared = Object.fromEntries(['search', 'page', ...filters.map(({ name }) => name)].map((name) => [name, '']));
  return (
    <EmptyState title={text.table.nothing} action={<Button onPress={() => change(cleared)}>{text.table.clear}</Button>}>
      {text.table.nothingNext}
    </EmptyState>
  );
}
