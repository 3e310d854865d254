/** Reads the JSON text of one record: numbers keep their digits, names come once, and only records may be nested, one level deep. */
import { type Place, recordProblem } from './body-problem.ts';
import {
  type Cells,
  createCells,
  findNameProblem,
  findTextProblem,
  type IncomingRecord,
  maxColumns,
} from './incoming-record.ts';

/** Throws ApiRefused 400 with the place. */
export function readJsonRecord(text: string, place: Place): IncomingRecord {
  return new RecordReader(text, place).read();
}

const blank = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a string of JSON may not hold (RFC 8259 section 7)
const plainString = /"([^"\\\0-\x1f]*)"/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const anyString = /"[^"\\\0-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\0-\x1f]*)*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/** Something nested, by the name it stood under. */
type Nested = NonNullable<IncomingRecord['nested']>;

class RecordReader {
  readonly #text: string;
  readonly #place: Place;
  #at = 0;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  read(): IncomingRecord {
    const nested: Nested = [];
    const cells = this.#readObject((name) => nested.push({ name, records: this.#readNested() }));
    return nested.length === 0 ? { cells } : { cells, nested };
  }

  /** `nest` reads the value of a column that is an object or a list. */
  #readObject(nest: (name: string) => void): Cells {
    const cells = createCells();
    const seen = new Set<string>();
    this.#expect('{');
    if (this.#passes('}')) return cells;
    do {
      const name = this.#readName(seen);
      this.#expect(':');
      const next = this.#peek();
      if (next === '{' || next === '[') nest(name);
      else cells[name] = this.#readCell(name);
    } while (this.#passes(','));
    this.#expect('}');
    return cells;
  }

  #readName(seen: Set<string>): string {
    this.#skipBlank();
    const name = this.#readString('a name in quotes');
    const problem = findNameProblem(name) ?? findTextProblem(name);
    if (problem !== undefined) throw this.#problem(problem);
    if (seen.has(name)) throw this.#problem(`has the column ${name} twice`);
    seen.add(name);
    if (seen.size > maxColumns) throw this.#problem(`has more than ${maxColumns} columns`);
    return name;
  }

  /** A list of records, or one. */
  #readNested(): Cells[] {
    if (this.#peek() === '{') return [this.#readFlat()];
    this.#expect('[');
    const records: Cells[] = [];
    if (this.#passes(']')) return records;
    do {
      if (this.#peek() !== '{')
        throw this.#problem(
          'has a list whose members are not records; a cell holds a text, a number, true, false or null',
        );
      records.push(this.#readFlat());
    } while (this.#passes(','));
    this.#expect(']');
    return records;
  }

  #readFlat(): Cells {
    return this.#readObject((name) => {
      throw this.#problem(
        `has an object or a list in ${name} of a nested record; records may be nested one level deep`,
      );
    });
  }

  #readCell(name: string): string | null {
    if (this.#peek() === '"') {
      const text = this.#readString('a value');
      const problem = findTextProblem(text);
      if (problem !== undefined) throw this.#problem(`has a value in ${name} that ${problem}`);
      return text === '' ? null : text;
    }
    const digits = this.#match(number);
    if (digits !== undefined) return digits;
    const found = this.#match(word);
    if (found === undefined) throw this.#problem(`has no value of JSON in ${name}`);
    return found === 'null' ? null : found;
  }

  #readString(wanted: string): string {
    plainString.lastIndex = this.#at;
    const plain = plainString.exec(this.#text);
    if (plain !== null) {
      this.#at = plainString.lastIndex;
      return plain[1] ?? '';
    }
    const written = this.#match(anyString);
    if (written === undefined) throw this.#problem(`has no ${wanted.replace(/^an? /, '')} where one must be`);
    return JSON.parse(written) as string;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipBlank(): void {
    if (this.#text.charCodeAt(this.#at) <= 32) this.#match(blank);
  }

  /** What comes next, past blanks. */
  #peek(): string {
    this.#skipBlank();
    return this.#text.charAt(this.#at);
  }

  #passes(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#passes(mark)) throw this.#problem(`has no ${mark} where one must be`);
  }

  #problem(reason: string): Error {
    const before = this.#text.slice(0, this.#at).split('\n');
    const line = (this.#place.line ?? 1) + before.length - 1;
    return recordProblem({ record: this.#place.record, line }, reason);
  }
}
