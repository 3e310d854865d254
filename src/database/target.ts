/** The seam to where rows are loaded: what every target can do, and what the tables are made of, as data. */

/** What a column is to hold, in words that no one database owns. */
export type TargetValue =
  /** `length` in characters; without one, of any length. */
  | { kind: 'text'; length?: number }
  /** Whole numbers of up to 64 bits. */
  | { kind: 'integer' }
  | { kind: 'decimal'; precision: number; scale: number }
  /** 64 bits, binary. */
  | { kind: 'float' }
  | { kind: 'boolean' | 'date' | 'time' }
  /** An instant; stored in UTC where the database keeps no zone. */
  | { kind: 'timestamptz' };

export type TargetKind = TargetValue['kind'];

export type TargetColumn = TargetValue & {
  name: string;
  /** The column of the CSV that fills it; `name` when left out. */
  header?: string;
};

export type TargetTable = {
  /** `accounts`, or with its schema `sales.accounts`; in a folder the name of the file, such as `Account.csv`. */
  table: string;
  columns: readonly TargetColumn[];
  /** Names of the columns that tell rows apart; at least one, none of them ever empty. */
  key: readonly string[];
};

/**
 * What becomes of rows that are gone at the source: `mark` sets a boolean column of the table to true, `remove` takes them out.
 * A row is gone when the CSV says so (the marked column, or the boolean column called `header`), and with `unstaged` also when
 * the load does not bring it at all.
 */
export type Deletions =
  | { by: 'mark'; column: string; unstaged?: boolean }
  | { by: 'remove'; header?: string; unstaged?: boolean };

export type LoadPlan = { into: TargetTable; deletions?: Deletions };

/** How far a reader has come: a name of the caller's, and a text of his that is kept as it is. */
export type Bookmark = { name: string; value: string };

/**
 * What the merge did. Rows that came in but changed nothing are `unchanged`; so are the earlier ones of rows that came in more than
 * once, since the last one counts. `deleted` counts rows newly marked or removed, unstaged ones too.
 */
export type LoadCounts = { staged: number; inserted: number; updated: number; unchanged: number; deleted: number };

export type Waiting = { signal?: AbortSignal | undefined };

/**
 * Rows on their way into one table: staged out of sight, then merged in one transaction. Until `merge` has ended nobody sees
 * anything of them, and a load that is closed or dies before leaves nothing behind.
 */
export type Load = AsyncDisposable & {
  /**
   * Takes in CSV as Bulk API 2.0 gives query results: a header, comma, LF or CRLF, an empty cell is a null, `true` and `false`,
   * ISO dates and instants. May be called several times, one after the other; each CSV has its own header. Columns of the CSV that
   * the table does not name are left out. Gives the number of rows.
   *
   * Errors: CSV_INVALID, LOAD_COLUMN_MISSING, LOAD_ROW_UNFIT, LOAD_FAILED.
   */
  stage(csv: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: Waiting): Promise<number>;
  /**
   * Brings the table to what was staged, touching only rows that differ, and sets the bookmark, all or nothing. Once only.
   *
   * Errors: LOAD_ROW_UNFIT, LOAD_FAILED (all is as before), LOAD_IN_DOUBT (the answer to the commit was lost).
   */
  merge(options?: Waiting & { bookmark?: Bookmark }): Promise<LoadCounts>;
};

/**
 * A database, or a folder of files, opened for loading.
 *
 * Errors of all: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, LOAD_FAILED.
 */
export type Target = AsyncDisposable & {
  readonly kind: 'postgres' | 'mariadb' | 'sqlite' | 'csv';
  /**
   * Makes sure that rows can be loaded into the table: with `create` makes it when it is not there, then compares its columns
   * and its key with what is wanted.
   *
   * Errors: TARGET_MISSING, TARGET_COLUMN_MISSING, TARGET_COLUMN_UNFIT, TARGET_UNFIT.
   */
  prepareTable(into: TargetTable, options?: Waiting & { create?: boolean }): Promise<void>;
  /** The value last committed under this name, or undefined. */
  readBookmark(name: string, options?: Waiting): Promise<string | undefined>;
  /**
   * Checks the table as `prepareTable` does, and starts a load. One load at a time into a table: a second one is refused.
   *
   * Errors: those of prepareTable, LOAD_RUNNING.
   */
  openLoad(plan: LoadPlan, options?: Waiting): Promise<Load>;
};
