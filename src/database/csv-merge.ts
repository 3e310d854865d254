/** The merge of staged rows into a CSV file: the old file is read once from its beginning to its end, and the new one written beside it. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { csvCell, parseCsv } from '../base/index.ts';
import { splitHeader } from './csv-header.ts';
import type { FileEntry } from './folder-manifest.ts';
import { quoteIdentifier } from './sqlite-load-sql.ts';
import type { LoadCounts, LoadPlan, TargetColumn } from './target.ts';

export type Merged = { entry: FileEntry; counts: Omit<LoadCounts, 'staged' | 'unchanged'> & { goneStaged: number } };

type MergeFiles = { oldFile: string; newFile: string; delimiter: string };
type Merging = MergeFiles & { database: DatabaseSync; plan: LoadPlan; signal: AbortSignal | undefined };

/** The staged rows are used up by it. */
export async function mergeFile(merging: Merging): Promise<Merged> {
  const { oldFile, newFile, delimiter, plan, signal } = merging;
  const counts = { inserted: 0, updated: 0, deleted: 0, goneStaged: 0 };
  const old = existsSync(oldFile) ? await splitHeader(createReadStream(oldFile), { delimiter }) : undefined;
  const header = old?.header ?? plan.into.columns.map(({ name }) => name);
  await using writer = await openWriter(newFile, delimiter);
  await writer.write([header]);
  const judge = createJudge(merging, header, counts);
  if (old) {
    for await (const rows of parseCsv(old.rows, { delimiter })) {
      signal?.throwIfAborted();
      const isRow = (row: readonly string[]) => row.length > 1 || header.length === 1 || row[0] !== '';
      await writer.write(rows.filter(isRow).flatMap((row) => judge(row) ?? []));
      await setImmediate();
    }
  }
  await writeNew(merging, { header, writer, counts });
  return { entry: await writer.finish(), counts };
}

type Counting = { inserted: number; updated: number; deleted: number; goneStaged: number };
/** The row as it is to be written, in brackets so that it can be spread; null when it is to go. */
type Judge = (row: string[]) => [string[]] | null;

function createJudge({ database, plan }: Merging, header: readonly string[], counts: Counting): Judge {
  const { into, deletions } = plan;
  const keyPlaces = into.key.map((name) => header.indexOf(name));
  const places = into.columns.map(({ name }) => header.indexOf(name));
  const mark = deletions?.by === 'mark' ? header.indexOf(deletions.column) : -1;
  const condition = into.key.map((name) => `${quoteIdentifier(name)} = ?`).join(' and ');
  const take = database.prepare(`delete from staging.sluice_rows where ${condition} returning *`);
  return (row) => {
    const staged = take.get(...keyPlaces.map((place) => row[place] ?? ''));
    if (!staged) return deletions?.unstaged ? dropUnstaged(row, mark, counts) : [row];
    if (staged.sluice_gone) {
      counts.deleted++;
      counts.goneStaged++;
      return null;
    }
    const fresh = [...row];
    let differs = false;
    for (const [index, column] of into.columns.entries()) {
      const place = places[index] as number;
      const cell = String(staged[column.name] ?? '');
      if (isSame(column, row[place] ?? '', cell)) continue;
      differs = true;
      fresh[place] = cell;
    }
    if (differs) countChange(row[mark] !== 'true' && fresh[mark] === 'true', counts);
    return [differs ? fresh : row];
  };
}

function countChange(isDeletion: boolean, counts: Counting): void {
  if (!isDeletion) counts.updated++;
  else {
    counts.deleted++;
    counts.goneStaged++;
  }
}

function dropUnstaged(row: string[], mark: number, counts: Counting): [string[]] | null {
  if (mark >= 0 && row[mark] === 'true') return [row];
  counts.deleted++;
  return mark < 0 ? null : [row.with(mark, 'true')];
}

const numbers = ['integer', 'decimal', 'float'];
/** Digits that a number of JavaScript surely tells apart. */
const sureDigits = 15;

/** Numbers may be written in several ways. */
function isSame({ kind }: TargetColumn, one: string, other: string): boolean {
  if (one === other) return true;
  if (!numbers.includes(kind) || one === '' || other === '') return false;
  return Number(one) === Number(other) && one.length <= sureDigits && other.length <= sureDigits;
}

type Writing = { header: readonly string[]; writer: Writer; counts: Counting };

async function writeNew({ database, plan, signal }: Merging, { header, writer, counts }: Writing): Promise<void> {
  const names = new Set(plan.into.columns.map(({ name }) => name));
  const left = database
    .prepare('select * from staging.sluice_rows where not sluice_gone order by sluice_place')
    .iterate();
  let rows: string[][] = [];
  for (const staged of left) {
    rows.push(header.map((name) => (names.has(name) ? String(staged[name] ?? '') : '')));
    counts.inserted++;
    if (rows.length < 1000) continue;
    await writer.write(rows);
    rows = [];
    signal?.throwIfAborted();
  }
  await writer.write(rows);
}

type Writer = AsyncDisposable & {
  write(rows: readonly (readonly string[])[]): Promise<void>;
  finish(): Promise<FileEntry>;
};

async function openWriter(file: string, delimiter: string): Promise<Writer> {
  const handle = await open(file, 'w', 0o600);
  const hash = createHash('sha256');
  let [lines, bytes] = [0, 0];
  const cell = (text: string) => (text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : csvCell(text));
  const line = (row: readonly string[]) => (row.length === 1 && row[0] === '' ? '""' : row.map(cell).join(delimiter));
  return {
    async write(rows) {
      if (rows.length === 0) return;
      const block = Buffer.from(`${rows.map(line).join('\n')}\n`);
      hash.update(block);
      lines += rows.length;
      bytes += block.length;
      await handle.writeFile(block);
    },
    async finish() {
      await handle.sync();
      return { rows: lines - 1, bytes, sha256: hash.digest('hex') };
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
    },
  };
}
