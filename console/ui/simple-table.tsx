/** A table that is all on the page: a few rows, neither sorted nor paged. */
import type { ReactNode } from 'react';

type SimpleTableProps = { label: string; columns: readonly string[]; rows: readonly (readonly ReactNode[])[] };

/** Roles are said, since narrow windows show a row as a block and browsers would forget them. */
export function SimpleTable({ label, columns, rows }: SimpleTableProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: it groups no fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard too
    <div className="tablescroll" tabIndex={0} role="group" aria-label={label}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: a changed display takes them away */}
      <table className="table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column} scope="col" role="columnheader">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else to be known by, and stays where it is
            <tr key={at} role="row">
              {row.map((cell, column) => (
                <td key={columns[column]} data-label={columns[column]} role="cell">
                  <div>{cell}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: a changed display takes them away */}
    </div>
  );
}
