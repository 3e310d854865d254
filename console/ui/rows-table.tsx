/** The rows of a list: columns that may be sorted by, ticks before them, and what can be done with each behind them. */
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { classOf } from './long-word.ts';
import { text } from './text.ts';

export type Column<Row> = {
  label: string;
  /** The API's name of the column, when it can be sorted by. */
  sort?: string;
  cell: (row: Row) => ReactNode;
  /** For the export. */
  text: (row: Row) => string;
};

export type Ticks<Row> = {
  /** By the keys of their rows; those of other pages too. */
  ticked: ReadonlySet<string>;
  onChange: (ticked: ReadonlySet<string>) => void;
  /** What the row is called, for who cannot see which it is. */
  nameOf: (row: Row) => string;
};

type RowsTableProps<Row> = {
  /** Its accessible name. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** What stands at the end of a row. */
  actions?: (row: Row) => ReactNode;
  ticks?: Ticks<Row>;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
};

/** Roles are said, since narrow windows show a row as a block and browsers would forget them. */
export function RowsTable<Row>(props: RowsTableProps<Row>) {
  const { label, columns, rows, rowKey, actions, ticks, sort, onSort } = props;
  return (
    <div className="tablescroll">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: a changed display takes them away */}
      <table className="table" aria-label={label} role="table">
        <thead role="rowgroup">
          <tr role="row">
            {ticks === undefined ? null : <TickAll ticks={ticks} keys={rows.map(rowKey)} />}
            {columns.map((column) => (
              <SortableHead key={column.label} column={column} sort={sort} onSort={onSort} />
            ))}
            {actions === undefined ? null : (
              <th scope="col" role="columnheader">
                <span className="hidden">{text.table.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              {ticks === undefined ? null : <Tick ticks={ticks} row={row} of={rowKey(row)} />}
              {columns.map((column) => (
                <td key={column.label} data-label={column.label} role="cell">
                  <div className={classOf(column.text(row))}>{column.cell(row)}</div>
                </td>
              ))}
              {actions === undefined ? null : (
                <td className="act" role="cell">
                  <div className="buttons">{actions(row)}</div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: a changed display takes them away */}
    </div>
  );
}

function changed(ticked: ReadonlySet<string>, keys: readonly string[], isTicked: boolean): ReadonlySet<string> {
  const after = new Set(ticked);
  for (const key of keys) {
    if (isTicked) after.add(key);
    else after.delete(key);
  }
  return after;
}

function TickAll<Row>({ ticks: { ticked, onChange }, keys }: { ticks: Ticks<Row>; keys: readonly string[] }) {
  const isTicked = keys.length > 0 && keys.every((key) => ticked.has(key));
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a changed display takes it away
    <th className="tick" scope="col" role="columnheader">
      <input
        className="checkbox"
        type="checkbox"
        aria-label={text.table.tickAll}
        checked={isTicked}
        onChange={(event) => onChange(changed(ticked, keys, event.target.checked))}
      />
    </th>
  );
}

function Tick<Row>({ ticks, row, of: key }: { ticks: Ticks<Row>; row: Row; of: string }) {
  const { ticked, onChange, nameOf } = ticks;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a changed display takes it away
    <td className="tick" role="cell">
      <input
        className="checkbox"
        type="checkbox"
        aria-label={text.table.tick(nameOf(row))}
        checked={ticked.has(key)}
        onChange={(event) => onChange(changed(ticked, [key], event.target.checked))}
      />
    </td>
  );
}

type SortableProps<Row> = {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
};

function SortableHead<Row>({ column: { label, sort: name }, sort, onSort }: SortableProps<Row>) {
  const isUp = name !== undefined && sort === name;
  const isDown = name !== undefined && sort === `-${name}`;
  const order = isUp ? 'ascending' : isDown ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={order}>
      {name === undefined || onSort === undefined ? (
        label
      ) : (
        <button className="sort" type="button" onClick={() => onSort(isUp ? `-${name}` : name)}>
          {label}
          {isUp ? <Icon name="up" /> : isDown ? <Icon name="down" /> : null}
        </button>
      )}
    </th>
  );
}
