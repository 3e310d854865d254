/** A table for the terminal: numbers to the right, the rest to the left, wide letters counted as two. */

export type Cell = string | number | null | undefined;

/** Rows under their headings, two blanks between columns, no line end at the end. Line breaks in a cell become blanks. */
export function textTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [headings, ...rows.map((row) => row.map(showCell))];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))));
  const numeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return texts
    .map((row) =>
      row
        .map((text, column) => pad(text, widths[column] ?? 0, numeric[column] === true))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function showCell(cell: Cell): string {
  if (typeof cell === 'number') return cell.toLocaleString('en-US');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters from data must not reach a terminal.
  return (cell ?? '').replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function pad(text: string, width: number, toTheRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return toTheRight ? blanks + text : text + blanks;
}

/** Columns a text takes on a terminal: Chinese, Japanese and Korean letters take two, joined marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += /\p{M}|\u200d/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1;
  return width;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
