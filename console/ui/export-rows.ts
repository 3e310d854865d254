/** A list as a CSV file: all rows that match, not only those that are shown. */

type ReadPage<Row> = (page: number, pageSize: number) => Promise<{ rows: readonly Row[]; total: number }>;

/** The most the API gives at once. */
const pageSize = 200;

export async function exportRows<Row>(
  fileName: string,
  columns: readonly { label: string; text: (row: Row) => string }[],
  read: ReadPage<Row>,
): Promise<void> {
  const lines = [columns.map(({ label }) => cellOf(label)).join(',')];
  let seen = 0;
  for (let page = 1; ; page += 1) {
    const { rows, total } = await read(page, pageSize);
    for (const row of rows) lines.push(columns.map(({ text }) => cellOf(text(row))).join(','));
    seen += rows.length;
    if (rows.length === 0 || seen >= total) break;
  }
  saveFile(`${fileName}.csv`, `${lines.join('\r\n')}\r\n`);
}

/** A cell that a spreadsheet would take for a formula gets a quote before it. */
export function cellOf(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function saveFile(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
