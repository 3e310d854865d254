/** The seam to where records live: what every adapter can do, and what they differ in, as data. */

/** What a column holds, as far as writing it to Salesforce needs to know. */
export type ColumnKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'time'
  | 'bytes'
  | 'other';

export type Column = { name: string; kind: ColumnKind; nullable: boolean; nativeType: string };

/** One of the three. A table may carry its schema (`sales.accounts`); a file lies inside the connection's folder. */
export type Source = { table: string } | { query: string } | { file: string };

/** What a null becomes: cleared in Salesforce (`#N/A`), left as it is there (empty cell), or a fixed text. */
export type NullPolicy = 'clear' | 'keep' | { default: string };

/** One cell of the outgoing row. */
export type Cell = { column: string; nulls: NullPolicy } | { constant: string | null; nulls: NullPolicy };

export type ReadPlan = {
  source: Source;
  /** In the order of the target's header. */
  cells: readonly Cell[];
  /** Zone of timestamps that carry none; an IANA name. */
  timeZone: string;
};

/**
 * A database, or a folder of files, opened for reading.
 *
 * `readCsv` yields whole or broken CSV in blocks, each good until the next is asked for: no header, RFC 4180, comma, LF, cells in the
 * form Bulk API 2.0 takes (booleans `true`/`false`, dates `YYYY-MM-DD`, timestamps ISO 8601 in UTC with `Z`, numbers plain, null by policy). A text that is exactly
 * `#N/A` is always written with quotes (`"#N/A"`), a null never, so that whoever sends it can tell the two apart. Bytes that are no UTF-8 are passed through as
 * they are. An empty text counts as a null, as Salesforce stores it. A value that has no form in Salesforce (NaN, infinity, years before 1)
 * goes out as the database writes it, so that its row is refused there. Memory stays flat whatever the size; aborting the signal ends the read and frees the connection.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DATABASE_READ_FAILED, SOURCE_MISSING, SOURCE_INVALID, COLUMN_MISSING,
 * CSV_INVALID, SETTING_INVALID for a time zone that is none.
 */
export type Database = AsyncDisposable & {
  readonly kind: 'postgres' | 'mariadb' | 'sqlite' | 'csv';
  /** Names of the tables and views (or files) that can be read here, as a source names them, in order; 10,000 at the most. */
  tables(options?: { signal?: AbortSignal }): Promise<readonly string[]>;
  /** Columns of a source in their order. */
  columns(source: Source, options?: { signal?: AbortSignal }): Promise<readonly Column[]>;
  readCsv(plan: ReadPlan, options?: { signal?: AbortSignal }): AsyncIterable<Buffer>;
};

export type DatabaseSettings =
  | {
      type: 'postgres';
      host: string;
      port: number;
      database: string;
      user: string;
      password?: string;
      /** `off` only towards loopback or by an explicit switch of the connection file. */
      tls: 'off' | 'require' | 'verify';
    }
  | {
      /** The same adapter: what they differ in, it finds out by itself. */
      type: 'mariadb' | 'mysql';
      host: string;
      port: number;
      database: string;
      user: string;
      password?: string;
      tls: 'off' | 'require' | 'verify';
    }
  | { type: 'sqlite'; file: string }
  | {
      type: 'csv';
      folder: string;
      delimiter?: string;
      encoding?: 'utf8';
      /** A cell of this text, without quotes, clears its field; an empty one is a null as ever. */
      clearText?: string;
    };
