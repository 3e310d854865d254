/**
 * database: where records live: PostgreSQL, MariaDB, MySQL, SQLite, folders of CSV files; read as the CSV that Salesforce takes, and
 * loaded from the CSV that it gives.
 * Rule: rows are never made into objects here; each driver is loaded in one file only.
 * Read adapter.ts (reading) and target.ts (loading) first: the seams that all adapters fill; the contracts in test/contracts hold them to it.
 */
export type {
  Cell,
  Column,
  ColumnKind,
  Database,
  DatabaseSettings,
  NullPolicy,
  ReadPlan,
  Source,
} from './adapter.ts';
export { nullCell } from './null-cell.ts';
export { openDatabase } from './open-database.ts';
export { openTarget } from './open-target.ts';
export type {
  Bookmark,
  Deletions,
  Load,
  LoadCounts,
  LoadPlan,
  Target,
  TargetColumn,
  TargetKind,
  TargetTable,
  TargetValue,
} from './target.ts';
