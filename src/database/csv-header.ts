/** The header of a CSV taken off its blocks, so that the rows can be relayed as the bytes they are. */
import { createRecordScanner, parseCsv, SluiceError } from '../base/index.ts';
import type { LoadPlan } from './target.ts';

export type Headed = { header: readonly string[]; rows: AsyncGenerator<Uint8Array> };

const [quote, lineFeed] = [34, 10];
const byteOrderMark = '\uFEFF';

/** `undefined` for a CSV without a byte. The blocks may be cut anywhere. Errors: CSV_INVALID. */
export async function splitHeader(
  csv: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { delimiter = ',' } = {},
): Promise<Headed | undefined> {
  const blocks = Symbol.asyncIterator in csv ? csv[Symbol.asyncIterator]() : iterate(csv);
  const scanner = createRecordScanner();
  let start: Uint8Array = new Uint8Array();
  for (;;) {
    const { done, value } = await blocks.next();
    if (done && start.length === 0) return undefined;
    if (!done) start = start.length === 0 ? value : Buffer.concat([start, value]);
    if (!done && scanner.scan(value).lastEnd === 0) continue;
    const end = findRecordEnd(start);
    return { header: await parseHeader(start.subarray(0, end), delimiter), rows: relay(start.subarray(end), blocks) };
  }
}

async function* iterate<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

function findRecordEnd(bytes: Uint8Array): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) quoted = !quoted;
    else if (bytes[at] === lineFeed && !quoted) return at + 1;
  }
  return bytes.length;
}

async function parseHeader(bytes: Uint8Array, delimiter: string): Promise<string[]> {
  for await (const [header = []] of parseCsv([bytes], { delimiter })) {
    const names = header.map((name, place) => (place === 0 && name.startsWith(byteOrderMark) ? name.slice(1) : name));
    const twice = names.find((name, place) => names.indexOf(name) !== place);
    if (twice === undefined) return names;
    throw new SluiceError('CSV_INVALID', { where: 'line 1', reason: `two columns are called "${twice}"` });
  }
  return [];
}

async function* relay(start: Uint8Array, blocks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (start.length > 0) yield start;
    for (;;) {
      const { done, value } = await blocks.next();
      if (done) return;
      yield value;
    }
  } finally {
    await blocks.return?.();
  }
}

/** Throws LOAD_COLUMN_MISSING for the first column of the plan that the CSV does not bring. */
export function checkHeader(header: readonly string[], { into, deletions }: LoadPlan): void {
  const wanted = into.columns.map((column) => column.header ?? column.name);
  if (deletions?.by === 'remove' && deletions.header !== undefined) wanted.push(deletions.header);
  const lost = wanted.find((name) => !header.includes(name));
  if (lost === undefined) return;
  throw new SluiceError('LOAD_COLUMN_MISSING', { table: into.table, header: lost, headers: header.join(', ') });
}
