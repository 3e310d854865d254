/** A long list, read page by page from the newest back; what is shown of it can be searched and exported. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { exportRows } from '../../ui/export-rows.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { type Column, RowsTable } from '../../ui/rows-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { text } from '../text.ts';

const words = text.history;
const pageSize = 50;

type PageRead<Row> = { rows: readonly Row[]; next: string | null };

type LongListProps<Row extends { id: string }> = {
  label: string;
  /** Begins with the path that is read. */
  queryKey: readonly unknown[];
  read: (query: { pageSize: number; before?: string }, signal: AbortSignal) => Promise<PageRead<Row>>;
  columns: readonly Column<Row>[];
  empty: ReactNode;
};

export function LongList<Row extends { id: string }>({ label, queryKey, read, columns, empty }: LongListProps<Row>) {
  const found = useInfiniteQuery({
    queryKey: [...queryKey, 'pages'],
    queryFn: ({ pageParam, signal }) => read({ pageSize, ...(pageParam === '' ? {} : { before: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (last: PageRead<Row>) => last.next ?? undefined,
  });
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  const matching = rows.filter((row) => matches(row, columns, search));
  if (found.data !== undefined && rows.length === 0) return <div className="card">{empty}</div>;
  return (
    <section className="card" aria-label={label}>
      <search className="tablehead" aria-label={words.filter}>
        <div className="buttons">
          <input
            className="input"
            type="search"
            aria-label={words.filter}
            placeholder={words.filter}
            value={search}
            onChange={({ target: { value } }) => setParams(value === '' ? {} : { search: value }, { replace: true })}
          />
        </div>
        <Button
          onPress={() => void exportRows(label, columns, async () => ({ rows: matching, total: matching.length }))}
        >
          {ui.table.export}
        </Button>
      </search>
      <Loaded of={found as never}>
        {() =>
          matching.length === 0 ? (
            <p className="empty">{words.nothing}</p>
          ) : (
            <RowsTable label={label} columns={columns} rows={matching} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      <div className="tablefoot">
        <span role="status">{words.count(rows.length, !found.hasNextPage)}</span>
        <Button isDisabled={!found.hasNextPage || found.isFetching} onPress={() => void found.fetchNextPage()}>
          {words.older}
        </Button>
      </div>
    </section>
  );
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], search: string): boolean {
  const wanted = search.toLowerCase();
  return columns.some(({ text: textOf }) => textOf(row).toLowerCase().includes(wanted));
}
