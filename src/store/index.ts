/**
 * store: files of SQLite with numbered migrations, one writer at a time, and a folder kept for one process.
 * Rule: what is in a store is its owner's affair; numbered SQL files are never edited.
 * Read sqlite-file.ts first.
 */
export { copyDataFolder, type FolderCopy } from './copy-folder.ts';
export { lockFolder } from './folder-lock.ts';
export {
  openSqliteFile,
  type Row,
  type SqliteFile,
  type StoreErrors,
  type StoreSettings,
  type Values,
} from './sqlite-file.ts';
