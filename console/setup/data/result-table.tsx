/** The result of a query: its columns as the query names them, each record with the way to edit it. */
import { Link } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { exportRows } from '../../ui/export-rows.ts';
import { Card } from '../../ui/page.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
import { text } from '../text.ts';

const words = text.data.query;

type ResultPage = AnswerOf<SetupOperation, 'POST', '/query'>;
type Line = ResultPage['rows'][number] & { key: string; cellOf: ReadonlyMap<string, string | null> };

type ResultProps = { pages: readonly ResultPage[]; hasMore: boolean; isBusy: boolean; more: () => void };

/** Each page has the columns its own records have. */
function linesOf(pages: readonly ResultPage[]): Line[] {
  return pages.flatMap(({ columns, rows }, page) =>
    rows.map((row, index) => ({
      ...row,
      key: `${page} ${index}`,
      cellOf: new Map(columns.map((column, at) => [column, row.cells[at] ?? null])),
    })),
  );
}

export function ResultTable({ pages, hasMore, isBusy, more }: ResultProps) {
  const lines = linesOf(pages);
  const names = [...new Set(pages.flatMap(({ columns }) => columns))];
  const columns = names.map((label) => ({
    label,
    cell: (line: Line) => (label === 'Id' ? <IdLink {...line} /> : cellText(line, label)),
    text: ({ cellOf }: Line) => cellOf.get(label) ?? '',
  }));
  const total = pages[0]?.totalSize ?? 0;
  const save = (
    <Button onPress={() => void exportRows(words.result, columns, async () => ({ rows: lines, total: lines.length }))}>
      {words.export}
    </Button>
  );
  return (
    <Card title={words.result} actions={lines.length === 0 ? null : save}>
      <p role="status">{words.total(lines.length, total)}</p>
      {lines.length === 0 ? (
        <p className="soft">{words.nothing}</p>
      ) : (
        <RowsTable label={words.result} columns={columns} rows={lines} rowKey={({ key }) => key} />
      )}
      {hasMore ? (
        <div className="buttons">
          <Button isDisabled={isBusy} onPress={more}>
            {words.more}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

/** As wide as it is, up to a bound. */
function cellText({ cellOf }: Line, label: string) {
  const value = cellOf.get(label) ?? '';
  return value === '' ? '' : <span className="value">{value}</span>;
}

/** Leads to the record. */
function IdLink({ object, id }: Line) {
  if (object === null || id === null) return id;
  return (
    <Link href={`/data/${object}/${id}`} aria-label={words.editOf(id)}>
      {id}
    </Link>
  );
}
