/** Reads Login History, the Setup Audit Trail and the live tokens, a page at a time, newest first. */

import { idAt, instancePart } from '../schema/index.ts';
import type { SetupDatabase } from './setup-database.ts';
import type {
  AuditEntry,
  AuditFilter,
  HistoryOffers,
  LoginEntry,
  LoginFilter,
  PageOf,
  TokenEntry,
} from './setup-model.ts';

type Bound = string | number;

/** A filter that is not given holds for every entry. */
type Condition = readonly [sql: string, value: Bound | undefined];

const contains = (column: string) => `instr(lower(coalesce(${column}, '')), lower(?)) > 0`;
const containsAny = (columns: readonly string[]) =>
  contains(columns.map((column) => `coalesce(${column}, '')`).join(` || char(10) || `));

function whereOf(conditions: readonly Condition[]): { sql: string; values: Bound[] } {
  const given = conditions.filter((one): one is readonly [string, Bound] => one[1] !== undefined);
  return { sql: given.map(([sql]) => sql).join(' AND '), values: given.map(([, value]) => value) };
}

const loginTexts = ['u."Username"', 'h.application', 'h.status', 'h.login_type', 'h.login_sub_type', 'h.source_ip'];

export function readLoginHistory({ database }: SetupDatabase, wanted: PageOf & LoginFilter): LoginEntry[] {
  const { limit, before, userId, username, application, status, search, from, until } = wanted;
  const { sql, values } = whereOf([
    ['h.number < ?', numberBefore({ database }, 'login_history', before)],
    ['h.user_id = ?', userId],
    [contains('u."Username"'), username],
    ['h.application = ?', application],
    ['h.status = ?', status],
    [containsAny(loginTexts), search],
    ['h.at >= ?', from],
    ['h.at < ?', until],
  ]);
  const rows = database.prepare(
    `SELECT h.*, u."Username" AS username FROM login_history h LEFT JOIN "User" u ON u."Id" = h.user_id
     WHERE ${sql} ORDER BY h.number DESC LIMIT ?`,
  );
  return rows.all(...values, limit).map((row) => ({
    id: String(row.id),
    at: Number(row.at),
    userId: String(row.user_id),
    username: String(row.username ?? ''),
    application: String(row.application),
    status: String(row.status),
    loginType: String(row.login_type),
    loginSubType: row.login_sub_type === null ? null : String(row.login_sub_type),
    sourceIp: String(row.source_ip),
    loginUrl: String(row.login_url),
  }));
}

export function readAuditTrail({ database }: SetupDatabase, wanted: PageOf & AuditFilter): AuditEntry[] {
  const { limit, before, by, section, search, from, until } = wanted;
  const { sql, values } = whereOf([
    ['number < ?', numberBefore({ database }, 'setup_audit', before)],
    [contains('by'), by],
    ['section = ?', section],
    [containsAny(['by', 'action', 'section', 'display']), search],
    ['at >= ?', from],
    ['at < ?', until],
  ]);
  const rows = database.prepare(`SELECT * FROM setup_audit WHERE ${sql} ORDER BY number DESC LIMIT ?`);
  return rows.all(...values, limit).map((row) => ({
    id: String(row.id),
    at: Number(row.at),
    by: String(row.by),
    action: String(row.action),
    section: String(row.section),
    display: String(row.display),
  }));
}

export function readHistoryOffers({ database }: SetupDatabase): HistoryOffers {
  const distinct = (column: string, table: string) =>
    database
      .prepare(`SELECT DISTINCT ${column} AS value FROM ${table} ORDER BY 1`)
      .all()
      .map(({ value }) => String(value));
  return {
    applications: distinct('application', 'login_history'),
    statuses: distinct('status', 'login_history'),
    sections: distinct('section', 'setup_audit'),
  };
}

/** The number of an entry; above all numbers when there is no `before`, below all when nothing has that id. */
function numberBefore(
  { database }: Pick<SetupDatabase, 'database'>,
  table: string,
  before: string | undefined,
): number {
  if (before === undefined) return Number.MAX_SAFE_INTEGER;
  return Number(database.prepare(`SELECT number FROM ${table} WHERE id = ?`).get(before)?.number ?? 0);
}

export function readTokens(
  { database }: SetupDatabase,
  { appId, userId }: { appId?: string; userId?: string } = {},
): TokenEntry[] {
  const rows = database.prepare(
    `SELECT t.*, a.name AS app_name FROM live_token t JOIN app a ON a.id = t.app_id
     WHERE (?1 IS NULL OR t.app_id = ?1) AND (?2 IS NULL OR t.user_id = ?2) ORDER BY t.created_at DESC, t.token_id DESC`,
  );
  return rows.all(appId ?? null, userId ?? null).map((row) => ({
    id: String(row.token_id),
    appId: String(row.app_id),
    appName: String(row.app_name),
    userId: String(row.user_id),
    createdAt: Number(row.created_at),
    lastUsedAt: Number(row.last_used_at),
    useCount: Number(row.use_count),
  }));
}

const auditIdHead = `0Ym${instancePart}`;
/** The trail is as long as this; the oldest entries go first. */
const maxEntries = 100_000;

/** To be called inside the transaction of the change itself. */
export function writeAudit({ database }: SetupDatabase, entry: Omit<AuditEntry, 'id'>): void {
  const last = Number(database.prepare('SELECT max(number) AS last FROM setup_audit').get()?.last ?? 0);
  const { at, by, action, section, display } = entry;
  database
    .prepare('INSERT INTO setup_audit (number, id, at, by, action, section, display) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(last + 1, idAt(auditIdHead, last + 1), at, by, action, section, display);
  database.prepare('DELETE FROM setup_audit WHERE number <= ?').run(last + 1 - maxEntries);
}
