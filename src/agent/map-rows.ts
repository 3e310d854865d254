/** The row by row path: records as a database gives them become records as Salesforce takes them, computed and checked. */
import { isUtf8 } from 'node:buffer';
import { csvCell, SluiceError } from '../base/index.ts';
import { nullCell } from '../database/index.ts';
import { type MappedNulls, nullMark, type RowField, type RowMapping, RowRefusal } from '../mapping/index.ts';
import { findRecordEnds, type KeyOf, type Records, type Rejected } from './check-before-sending.ts';
import type { ColumnCheck, ValueChecks } from './check-values.ts';
import type { SentRowError } from './row-error.ts';

export type RowPath = {
  mapping: RowMapping;
  header: readonly string[];
  keyOf: KeyOf;
  /** Null when the check before sending is off. */
  checks: ValueChecks | null;
};

export type MappedRecords = Records & { rejected: readonly Rejected[] };

const comma = 44;
const quote = 34;
const lineFeed = 10;

/** Fields that are copied one behind the other go in one piece. */
type Segment = { from: number; to: number } | { field: number };

function segmentsOf(fields: readonly RowField[]): Segment[] {
  const segments: Segment[] = [];
  fields.forEach((field, place) => {
    const last = segments.at(-1);
    if (field.copies === null) segments.push({ field: place });
    else if (last && 'to' in last && last.to === field.copies - 1) last.to = field.copies;
    else segments.push({ from: field.copies, to: field.copies });
  });
  return segments;
}

/**
 * Makes a mapper of pieces that hold whole records of `mapping.reads`. A row that cannot be mapped, or that Salesforce would
 * refuse for certain, is rejected; the rest goes on in its order. Cells that are only copied keep their bytes, quotes included.
 */
export function createRowMapper(path: RowPath): (records: Records) => MappedRecords {
  const rows = new RowLoop(path);
  return ({ bytes, rows: count }) => {
    if (isUtf8(bytes)) return rows.take(bytes, count);
    return takeBroken(rows, bytes);
  };
}

/** Rows with bytes that are not UTF-8 are rejected one by one, the others go on together. */
function takeBroken(rows: RowLoop, bytes: Buffer): MappedRecords {
  let from = 0;
  const good: Buffer[] = [];
  const rejected: Rejected[] = [];
  for (const end of findRecordEnds(bytes)) {
    const record = bytes.subarray(from, end);
    if (isUtf8(record)) good.push(record);
    else rejected.push(rows.rejectBroken(record));
    from = end;
  }
  const mapped = rows.take(Buffer.concat(good), good.length);
  return { ...mapped, rejected: [...rejected, ...mapped.rejected] };
}

/** Works in one place of memory for all rows. */
class RowLoop {
  readonly #path: RowPath;
  readonly #width: number;
  readonly #segments: readonly Segment[];
  readonly #nullTexts: readonly string[];
  /** Places that some field is computed from. */
  readonly #inputs: readonly number[];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** Of the cells that are computed from, their texts; null for a null. */
  readonly #cells: (string | null)[];
  /** Of the computed fields, what they gave. */
  readonly #computed: (string | null)[];
  #text = '';

  constructor(path: RowPath) {
    const { reads, fields } = path.mapping;
    this.#path = path;
    this.#width = reads.length;
    this.#segments = segmentsOf(fields);
    this.#nullTexts = fields.map((field) => (field.copies === null ? nullCell(field.nulls, fields.length) : ''));
    this.#inputs = [...new Set(fields.flatMap((field) => (field.copies === null ? field.inputs : [])))];
    this.#starts = new Int32Array(reads.length);
    this.#ends = new Int32Array(reads.length);
    this.#cells = reads.map(() => null);
    this.#computed = fields.map(() => null);
  }

  take(bytes: Buffer, count: number): MappedRecords {
    this.#text = bytes.toString('utf8');
    const rejected: Rejected[] = [];
    let out = '';
    let at = 0;
    for (let row = 0; row < count; row++) {
      at = this.#findCells(at);
      const refusal = this.#compute() ?? this.#check();
      if (refusal === null) out += this.#write();
      else rejected.push(this.#reject(refusal));
    }
    return { bytes: Buffer.from(out), rows: count - rejected.length, rejected };
  }

  /** Finds where the cells of the record at `at` begin and end; gives where the next record begins. */
  #findCells(at: number): number {
    const text = this.#text;
    let end = at;
    for (let cell = 0; cell < this.#width; cell++) {
      this.#starts[cell] = end;
      end = text.charCodeAt(end) === quote ? findQuotedEnd(text, end) : findBareEnd(text, end);
      this.#ends[cell] = end;
      const due = cell === this.#width - 1 ? lineFeed : comma;
      if (text.charCodeAt(end) !== due) throw brokenRecord(text.slice(at, end));
      end++;
    }
    return end;
  }

  #compute(): SentRowError | null {
    for (const place of this.#inputs) this.#cells[place] = this.#cellAt(place);
    const { fields } = this.#path.mapping;
    for (let place = 0; place < fields.length; place++) {
      const field = fields[place] as RowField;
      if (field.copies !== null) continue;
      try {
        this.#computed[place] = field.compute(this.#cells);
      } catch (error) {
        if (!(error instanceof RowRefusal)) throw error;
        for (let later = place; later < fields.length; later++) this.#computed[later] = null;
        return { code: error.code, message: error.message, fields: [this.#path.header[place] ?? ''] };
      }
    }
    return null;
  }

  /** The text of a cell that was read; null for a bare null mark. */
  #cellAt(place: number): string | null {
    const [start, end] = [this.#starts[place] as number, this.#ends[place] as number];
    if (this.#text.charCodeAt(start) !== quote) {
      const bare = this.#text.slice(start, end);
      return bare === nullMark ? null : bare;
    }
    const inside = this.#text.slice(start + 1, end - 1);
    return inside.includes('"') ? inside.replaceAll('""', '"') : inside;
  }

  #check(): SentRowError | null {
    const { checks } = this.#path;
    if (!checks) return null;
    let missing: string[] | undefined;
    for (let place = 0; place < checks.columns.length; place++) {
      const check = checks.columns[place];
      if (!check) continue;
      const verdict = this.#judge(check, place);
      if (verdict === 'missing') missing = [...(missing ?? []), check.field];
      else if (verdict !== null) return verdict;
    }
    if (!missing && checks.unfilled.length === 0) return null;
    const fields = [...(missing ?? []), ...checks.unfilled];
    return { code: 'REQUIRED_FIELD_MISSING', message: `Required fields are missing: [${fields.join(', ')}]`, fields };
  }

  #judge(check: ColumnCheck, place: number): SentRowError | 'missing' | null {
    const field = this.#path.mapping.fields[place] as RowField;
    if (field.copies !== null) {
      const [start, end] = [this.#starts[field.copies] as number, this.#ends[field.copies] as number];
      return check.fits(this.#text, start, end) ? null : check.judge(this.#cellAt(field.copies));
    }
    const value = this.#valueOf(place, field.nulls);
    return value !== null && check.fits(value, 0, value.length) ? null : check.judge(value);
  }

  /** Of a computed field, with its null policy: null is cleared, '' left as it is. */
  #valueOf(place: number, nulls: MappedNulls): string | null {
    const value = this.#computed[place] ?? null;
    if (value !== null) return value;
    return nulls === 'clear' ? null : nulls === 'keep' ? '' : nulls.default;
  }

  #write(): string {
    let line = '';
    for (const segment of this.#segments) {
      if (line !== '' || segment !== this.#segments[0]) line += ',';
      if ('field' in segment) {
        const value = this.#computed[segment.field] ?? null;
        line += value === null ? this.#nullTexts[segment.field] : csvCell(value);
      } else line += this.#text.slice(this.#starts[segment.from], this.#ends[segment.to]);
    }
    return `${line}\n`;
  }

  #reject({ code, message, fields }: SentRowError): Rejected {
    const { header, mapping, keyOf } = this.#path;
    const cells = mapping.fields.map((field, place) => {
      const value = field.copies === null ? this.#valueOf(place, field.nulls) : this.#cellAt(field.copies);
      return value ?? nullMark;
    });
    const named = Object.fromEntries(header.map((name, place) => [name, cells[place] ?? '']));
    return { outcome: 'rejected', key: keyOf(cells), by: 'sluice', code, message, fields, cells: named };
  }

  /** Its texts are shown as far as they can be read; what is computed from broken bytes is not. */
  rejectBroken(record: Buffer): Rejected {
    this.#text = record.toString('latin1');
    this.#findCells(0);
    const isBroken = [...this.#starts].map((start, place) => !isUtf8(record.subarray(start, this.#ends[place])));
    const { header, mapping } = this.#path;
    const fields = header.filter((_, place) => {
      const field = mapping.fields[place] as RowField;
      return field.copies === null ? field.inputs.some((input) => isBroken[input]) : isBroken[field.copies];
    });
    this.#text = record.toString('utf8');
    this.#findCells(0);
    this.#compute();
    return this.#reject({ code: 'INVALID_UTF8', message: 'The value has bytes that are not UTF-8.', fields });
  }
}

/** Index behind the closing quote. */
function findQuotedEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at + 1;
}

function findBareEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === comma || code === lineFeed) return at;
  }
  return at;
}

function brokenRecord(record: string): SluiceError {
  const reason = `a row of the source has not the cells that were asked for: ${record.slice(0, 80)}`;
  return new SluiceError('CSV_INVALID', { where: 'the source', reason });
}
