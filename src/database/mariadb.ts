/** MariaDB and MySQL: the server glues each CSV row itself, Sluice only relays its bytes. The driver is loaded here and nowhere else. */
import type { Socket } from 'node:net';
import type { Connection, FieldPacket } from 'mysql2';
import { csvCell, reasonOf, SluiceError } from '../base/index.ts';
import type { Column, Database, DatabaseSettings, ReadPlan, Source } from './adapter.ts';
import { toInstant } from './instant.ts';
import { describeField, fromSource, type Piece, selectLines, splitTableName } from './mariadb-sql.ts';
import { nullCell } from './null-cell.ts';
import { checkColumns, checkTimeZone, nameSource, sourceMissing, sourceUnfit } from './source.ts';

export type MariadbSettings = Extract<DatabaseSettings, { type: 'mariadb' | 'mysql' }>;

const systemBases = `('mysql', 'information_schema', 'performance_schema', 'sys')`;
const connectWithinMs = 10_000;
const blockBytes = 64 * 1024;
/** So many blocks wait here before the server has to. */
const blocksWaiting = 4;

/**
 * Connects once, to say early what is wrong. Each read then has a connection of its own and one read-only transaction.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING.
 */
export async function openMariadb(settings: MariadbSettings): Promise<Database> {
  const name = `"${settings.database}" at ${settings.host}:${settings.port}`;
  const place = { settings, name };
  await (await openReading(place)).close();
  return {
    kind: 'mariadb',
    async tables({ signal } = {}) {
      const session = await openReading(place, signal);
      try {
        return await listReadable(session);
      } catch (error) {
        const values = { source: 'the list of tables', database: name, reason: reasonOf(error) };
        throw signal?.aborted ? signal.reason : new SluiceError('DATABASE_READ_FAILED', values, { cause: error });
      } finally {
        await session.close();
      }
    },
    async columns(source, { signal } = {}) {
      const session = await openReading(place, signal);
      try {
        return await describeSource(session, onServer(source, name));
      } catch (error) {
        throw signal?.aborted ? signal.reason : await judge(error, { session, source, name });
      } finally {
        await session.close();
      }
    },
    readCsv: (plan, { signal } = {}) => readCsv(place, plan, signal),
    async [Symbol.asyncDispose]() {},
  };
}

export type MariadbPlace = { settings: MariadbSettings; name: string };

async function* readCsv(place: MariadbPlace, plan: ReadPlan, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  checkTimeZone(plan.timeZone);
  const { name } = place;
  const source = onServer(plan.source, name);
  const session = await openReading(place, signal);
  let finished = false;
  try {
    const columns = await describeSource(session, source);
    checkColumns(plan, columns);
    const { sql, pieces } = selectLines(plan, columns, source);
    yield* streamBlocks(session, sql, createGlue(pieces, plan));
    await session.query('commit');
    finished = true;
  } catch (error) {
    throw signal?.aborted ? signal.reason : await judge(error, { session, source, name });
  } finally {
    if (!finished) await session.hangUp();
    await session.close();
  }
}

function onServer(source: Source, name: string): Exclude<Source, { file: string }> {
  if ('file' in source) throw sourceUnfit(source, `the database ${name}`, 'a table or a query');
  return source;
}

export type Answer = { rows: Record<string, unknown>[]; fields: FieldPacket[]; changed: number; warnings: number };

export type MariadbSession = {
  connection: Connection;
  query(sql: string, options?: QueryMeans): Promise<Answer>;
  /** Ends the connection at once, and what the server is doing for it. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
};

/** `rows` is sent where the statement asks for a local file. */
type QueryMeans = { rows?: NodeJS.ReadableStream };

/** A load or a slow reader may keep the server waiting for long; it must not take that for a lost connection. */
const sessionSetup = `set time_zone = '+00:00', net_write_timeout = 86400, net_read_timeout = 86400, wait_timeout = 604800`;

async function openReading(place: MariadbPlace, signal?: AbortSignal): Promise<MariadbSession> {
  const session = await connectMariadb(place, signal);
  try {
    await session.query('set session transaction isolation level repeatable read');
    await session.query('start transaction with consistent snapshot, read only');
    return session;
  } catch (error) {
    await session.close();
    throw signal?.aborted ? signal.reason : connectError(error, place);
  }
}

/** One connection, set up and ready; aborting the signal hangs it up. Errors: as openMariadb. */
export async function connectMariadb(place: MariadbPlace, signal?: AbortSignal): Promise<MariadbSession> {
  signal?.throwIfAborted();
  const { createConnection } = await loadDriver();
  const { database, user, password = '', tls } = place.settings;
  const connection = createConnection({
    ...addressOf(place.settings),
    ...{ database, user, password, charset: 'utf8mb4', connectTimeout: connectWithinMs },
    ...(tls === 'off' ? {} : { ssl: { rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify' } }),
    // Rows that were found but stayed as they were are not counted as changed.
    flags: ['-FOUND_ROWS'],
    enableKeepAlive: true,
  });
  // The reason reaches the caller through the query that fails; here it only must not end the process.
  connection.on('error', () => {});
  const session = createSession(place, connection);
  const onAbort = () => void session.hangUp();
  signal?.addEventListener('abort', onAbort, { once: true });
  const close = async () => {
    signal?.removeEventListener('abort', onAbort);
    await session.close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    await session.query(sessionSetup);
    return { ...session, close };
  } catch (error) {
    await session.hangUp();
    await close();
    throw signal?.aborted ? signal.reason : connectError(error, place);
  }
}

/** A host that is a path is a socket of this machine. */
const addressOf = ({ host, port }: MariadbSettings) => (host.startsWith('/') ? { socketPath: host } : { host, port });

function createSession(place: MariadbPlace, connection: Connection): MariadbSession {
  let isGone = false;
  const waiting = new Set<(error: Error) => void>();
  return {
    connection,
    query: (sql, { rows } = {}) =>
      new Promise((resolve, reject) => {
        if (isGone) return reject(new Error('the connection was ended'));
        waiting.add(reject);
        const options = { sql, ...(rows ? { infileStreamFactory: () => rows } : {}) };
        connection.query(options as { sql: string }, (error: Error | null, result: unknown, fields: FieldPacket[]) => {
          waiting.delete(reject);
          if (error) reject(error);
          else resolve(answerOf(result, fields));
        });
      }),
    async hangUp() {
      if (isGone) return;
      isGone = true;
      connection.destroy();
      // The driver tells nobody who still waits.
      for (const reject of waiting) reject(new Error('the connection was ended'));
      await killOnServer(place, connection.threadId ?? undefined);
    },
    async close() {
      if (isGone) return;
      isGone = true;
      await new Promise<void>((resolve) => connection.end(() => resolve()));
    },
  };
}

function answerOf(result: unknown, fields: FieldPacket[]): Answer {
  if (Array.isArray(result)) return { rows: result, fields, changed: 0, warnings: 0 };
  const { affectedRows = 0, warningStatus = 0 } = result as { affectedRows?: number; warningStatus?: number };
  return { rows: [], fields: [], changed: affectedRows, warnings: warningStatus };
}

/** A statement that sends nothing does not notice that nobody listens; a server that is gone needs no telling. */
async function killOnServer({ settings, name }: MariadbPlace, thread: number | undefined): Promise<void> {
  if (thread === undefined) return;
  const { createConnection } = await loadDriver();
  const { user, password = '', tls } = settings;
  const ssl = tls === 'off' ? {} : { ssl: { rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify' } };
  const killer = createConnection({ ...addressOf(settings), user, password, connectTimeout: 2000, ...ssl });
  killer.on('error', () => {});
  await new Promise<void>((resolve) =>
    killer.query(`kill ${thread} /* ${name.replaceAll(/[^\w.:]/g, '')} */`, () => resolve()),
  );
  killer.destroy();
}

export async function loadDriver() {
  try {
    return (await import('mysql2')).default;
  } catch (cause) {
    throw new SluiceError(
      'DRIVER_MISSING',
      { kind: 'MariaDB and MySQL', package: 'mysql2', install: 'mysql2' },
      { cause },
    );
  }
}

/** Columns by the server's own description of an empty result. */
async function describeSource(session: MariadbSession, source: Exclude<Source, { file: string }>): Promise<Column[]> {
  const { fields } = await session.query(`select * from ${fromSource(source)} limit 0`);
  return fields.map((field) => {
    const { columnType, characterSet, columnLength } = field as unknown as Record<string, number>;
    return describeField({
      name: field.name,
      type: columnType ?? field.type ?? -1,
      flags: Number(field.flags),
      length: columnLength ?? field.columnLength ?? 0,
      charset: characterSet ?? 0,
    });
  });
}

/** The pieces of a row as the server sends them, made into bytes of the CSV. */
type Glue = (cells: readonly (Buffer | null)[]) => Buffer[];

function createGlue(pieces: readonly Piece[], { timeZone, cells }: ReadPlan): Glue {
  return (row) =>
    pieces.map((piece, place) => {
      const cell = row[place] ?? null;
      if (piece === 'bytes') {
        if (cell) return cell;
        throw new Error('the server gave up on a row that is longer than its max_allowed_packet');
      }
      if (!cell) return Buffer.from(nullCell(piece.timestamp, cells.length));
      const text = cell.toString();
      return Buffer.from(toInstant(text, timeZone) ?? csvCell(text));
    });
}

const socketOf = (connection: Connection) => (connection as unknown as { stream: Socket }).stream;

/** The driver pushes rows; they are gathered to blocks, and the server waits while nobody takes them. */
async function* streamBlocks({ connection }: MariadbSession, sql: string, glue: Glue): AsyncGenerator<Buffer> {
  const blocks: Buffer[] = [];
  let gathered: Buffer[] = [];
  let bytes = 0;
  let end: { error?: unknown } | undefined;
  let wake = () => {};
  const finish = (error?: unknown) => {
    end ??= error === undefined ? {} : { error };
    wake();
  };
  const flush = () => {
    blocks.push(Buffer.concat(gathered, bytes));
    gathered = [];
    bytes = 0;
    if (blocks.length >= blocksWaiting) connection.pause();
    wake();
  };
  const options = { sql, rowsAsArray: true, typeCast: (field: { buffer(): Buffer | null }) => field.buffer() };
  const query = connection.query(options);
  query.on('result', (row: unknown) => {
    try {
      for (const piece of glue(row as (Buffer | null)[])) {
        gathered.push(piece);
        bytes += piece.length;
      }
      if (bytes >= blockBytes) flush();
    } catch (error) {
      finish(error);
    }
  });
  query.on('error', finish);
  query.on('end', () => finish());
  // The driver tells nobody when it closes the connection itself, nor while it is paused.
  socketOf(connection).once('close', () => finish(new Error('the connection broke off')));
  for (;;) {
    const block = blocks.shift();
    if (block) yield block;
    else if (end) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
        connection.resume();
      });
  }
  if (end.error !== undefined) throw end.error;
  if (bytes > 0) yield Buffer.concat(gathered, bytes);
}

/** 1044 and 1045 refuse the user, 1049 has no such database, 1698 wants another way of login. */
function connectError(error: unknown, { settings, name }: MariadbPlace): unknown {
  if (error instanceof SluiceError) return error;
  const { errno = 0 } = error as { errno?: number };
  const reason =
    error instanceof AggregateError && error.errors.length > 0
      ? error.errors.map(reasonOf).join(', ')
      : reasonOf(error);
  if ([1044, 1045, 1049, 1698].includes(errno)) {
    return new SluiceError('DATABASE_LOGIN_REFUSED', { database: name, user: settings.user, reason }, { cause: error });
  }
  return new SluiceError('DATABASE_UNREACHABLE', { database: name, reason }, { cause: error });
}

type Failed = { session: MariadbSession; source: Source; name: string };

/** SQLSTATE: 42S02 no such table, 42S22 no such column, other 42, 21, 22 and 25006 (it writes) the statement itself. */
async function judge(error: unknown, { session, source, name }: Failed): Promise<unknown> {
  if (error instanceof SluiceError) return error;
  const { sqlState = '', errno = 0 } = error as { sqlState?: string; errno?: number };
  const reason = reasonOf(error);
  if ((sqlState === '42S02' || errno === 1049) && 'table' in source) {
    return sourceMissing(source, `the database ${name}`, await listTables(session, source.table));
  }
  const values = { source: nameSource(source), database: name, reason };
  if (sqlState === '42S22') {
    const column = /column '(?:[^']*\.)?([^']+)'/.exec(reason)?.[1] ?? '';
    const hint = 'Correct the query, and try it with the mariadb program as the same user.';
    return new SluiceError('COLUMN_MISSING', { column, source: nameSource(source), hint }, { cause: error });
  }
  if (/^(42|21|22|25006)/.test(sqlState)) {
    const hint = 'Try it with the mariadb program as the same user, and give it one SELECT without a semicolon.';
    return new SluiceError('SOURCE_INVALID', { ...values, hint }, { cause: error });
  }
  return new SluiceError('DATABASE_READ_FAILED', values, { cause: error });
}

/** What this user may read, with its database unless that is the connection's own. */
async function listReadable(session: MariadbSession): Promise<string[]> {
  const { rows } =
    await session.query(`select if(table_schema = database(), table_name, concat(table_schema, '.', table_name)) as name
    from information_schema.tables where table_schema not in ${systemBases} order by 1 limit 10000`);
  return rows.map((row) => String(row.name)).sort();
}

/** For the hint only, so a failure here is no failure. */
export async function listTables(session: MariadbSession, table: string): Promise<string[]> {
  const withBase = splitTableName(table).length > 1;
  const name = withBase ? `concat(table_schema, '.', table_name)` : 'table_name';
  const where = withBase ? `table_schema not in ${systemBases}` : 'table_schema = database()';
  try {
    const { rows } = await session.query(
      `select ${name} as name from information_schema.tables where ${where} order by 1 limit 1000`,
    );
    return rows.map((row) => String(row.name));
  } catch {
    return [];
  }
}
