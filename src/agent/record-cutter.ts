/** Cuts blocks that end anywhere into pieces of whole records. */
import { createRecordScanner, SluiceError } from '../base/index.ts';
import type { Records } from './check-before-sending.ts';

/** Blocks are looked at in pieces of this size, so that a piece much longer than it must hold one long record. */
const pieceBytes = 65_536;

/** A record longer than this is taken for an unclosed quote, so that one stray quote cannot fill the memory. */
const maxRecordBytes = 16 * 1024 * 1024;

/**
 * A last record without its line end gets one. What it yields is good until the next is asked for, as the blocks are; only what is
 * left of a block is copied. Errors: CSV_INVALID when the source ends inside quotes.
 */
export async function* cutRecords(blocks: AsyncIterable<Buffer>): AsyncGenerator<Records> {
  const scanner = createRecordScanner();
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let line = 1;
  for await (const block of blocks) {
    let start = 0;
    for (let from = 0; from < block.length; from += pieceBytes) {
      const { records, lastEnd, lines } = scanner.scan(block.subarray(from, from + pieceBytes));
      line += lines;
      if (lastEnd === 0) continue;
      const whole = block.subarray(start, from + lastEnd);
      yield { bytes: carried.length > 0 ? Buffer.concat([...carried, whole]) : whole, rows: records };
      carried = [];
      carriedBytes = 0;
      start = from + lastEnd;
    }
    if (start < block.length) carried.push(Buffer.from(block.subarray(start)));
    carriedBytes += block.length - start;
    if (carriedBytes > maxRecordBytes) throw endlessRecord(line);
  }
  if (carried.length === 0) return;
  const end = Buffer.from('\n');
  if (scanner.scan(end).records === 0) {
    throw new SluiceError('CSV_INVALID', { where: `line ${line}`, reason: 'the source ends inside a quoted cell' });
  }
  yield { bytes: Buffer.concat([...carried, end]), rows: 1 };
}

function endlessRecord(line: number): SluiceError {
  const reason = `a record is longer than ${maxRecordBytes} bytes, as if a quote were never closed`;
  return new SluiceError('CSV_INVALID', { where: `line ${line}`, reason });
}
