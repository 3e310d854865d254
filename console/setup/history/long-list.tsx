/** A long list, read page by page from the newest back; filtered on the server, and exported with all that matches. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { exportRows } from '../../ui/export-rows.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { EmptyState } from '../../ui/page.tsx';
import { type Column, RowsTable } from '../../ui/rows-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { text } from '../text.ts';
import { FilterBar } from './filter-bar.tsx';
import { type FilterField, type HistoryFilter, useHistoryFilter } from './history-filter.ts';

const words = text.history;
const pageSize = 50;
/** The most the API gives at once. */
const exportedAtOnce = 1000;

type PageRead<Row> = { rows: readonly Row[]; next: string | null };
type Read<Row> = (
  query: HistoryFilter & { pageSize: number; before?: string },
  signal?: AbortSignal,
) => Promise<PageRead<Row>>;

type LongListProps<Row extends { id: string }> = {
  label: string;
  /** Begins with the path that is read. */
  queryKey: readonly unknown[];
  read: Read<Row>;
  columns: readonly Column<Row>[];
  filters: readonly FilterField[];
  empty: ReactNode;
};

export function LongList<Row extends { id: string }>(props: LongListProps<Row>) {
  const { label, queryKey, read, columns, filters, empty } = props;
  const used = useHistoryFilter(filters);
  const { filter } = used;
  const found = useInfiniteQuery({
    queryKey: [...queryKey, 'pages', filter],
    queryFn: ({ pageParam, signal }) => read({ ...filter, pageSize, ...beforeOf(pageParam) }, signal),
    initialPageParam: '',
    getNextPageParam: (last: PageRead<Row>) => last.next ?? undefined,
  });
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  if (found.data !== undefined && rows.length === 0 && used.isEmpty) return <div className="card">{empty}</div>;
  const save = async () => {
    const all = await readAll(read, filter);
    await exportRows(label, columns, async () => ({ rows: all, total: all.length }));
  };
  return (
    <section className="card" aria-label={label}>
      <FilterBar fields={filters} used={used} />
      <div className="tablehead">
        <span role="status">{words.count(rows.length, !found.hasNextPage)}</span>
        <ExportButton save={save} />
      </div>
      <Loaded of={found as never}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={ui.table.nothing}>{words.nothingNext}</EmptyState>
          ) : (
            <RowsTable label={label} columns={columns} rows={rows} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      {found.hasNextPage ? (
        <div className="tablefoot">
          <Button isDisabled={found.isFetching} onPress={() => void found.fetchNextPage()}>
            {words.older}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function beforeOf(next: string): { before?: string } {
  return next === '' ? {} : { before: next };
}

async function readAll<Row>(read: Read<Row>, filter: HistoryFilter): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: PageRead<Row> = await read({ ...filter, pageSize: exportedAtOnce, ...beforeOf(next) });
    all.push(...page.rows);
    next = page.next;
  }
  return all;
}
