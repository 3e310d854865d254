/** PostgreSQL: COPY writes the CSV on the server, Sluice only relays its bytes. The drivers are loaded here and nowhere else. */
import type { Client, QueryConfig } from 'pg';
import { reasonOf, SluiceError } from '../base/index.ts';
import type { Column, Database, DatabaseSettings, ReadPlan, Source } from './adapter.ts';
import { createDirectSocket } from './direct-socket.ts';
import { readCopy } from './postgres-copy.ts';
import { copyStatement, findKind, fromSource, splitTableName } from './postgres-sql.ts';
import { checkColumns, checkTimeZone, nameSource, sourceMissing, sourceUnfit } from './source.ts';

export type PostgresSettings = Extract<DatabaseSettings, { type: 'postgres' }>;

const connectWithinMs = 10_000;

/**
 * Connects once, to say early what is wrong; that connection serves the first read. Each read has a connection of its own and one
 * read-only transaction.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING.
 */
export async function openPostgres(
  settings: PostgresSettings,
  { signal: opening }: { signal?: AbortSignal } = {},
): Promise<Database> {
  const name = `"${settings.database}" at ${settings.host}:${settings.port}`;
  let tried: Session | undefined = await openSession(settings, name, opening);
  const takeSession = async (signal: AbortSignal | undefined) => {
    signal?.throwIfAborted();
    const session = tried;
    tried = undefined;
    if (!session?.isOpen()) return await openSession(settings, name, signal);
    session.obey(signal);
    return session;
  };
  return {
    kind: 'postgres',
    async tables({ signal } = {}) {
      const session = await takeSession(signal);
      try {
        return await listReadable(session.client);
      } catch (error) {
        throw signal?.aborted
          ? signal.reason
          : new SluiceError(
              'DATABASE_READ_FAILED',
              { source: 'the list of tables', database: name, reason: reasonOf(error) },
              { cause: error },
            );
      } finally {
        await session.close();
      }
    },
    async columns(source, { signal } = {}) {
      const session = await takeSession(signal);
      try {
        return await describeSource(session.client, onServer(source, name), name);
      } catch (error) {
        throw signal?.aborted ? signal.reason : await judge(error, { session, source, name });
      } finally {
        await session.close();
      }
    },
    readCsv: (plan, { signal } = {}) => readCsv({ takeSession, name, plan, signal }),
    [Symbol.asyncDispose]: async () => await tried?.close(),
  };
}

type Reading = {
  takeSession(signal: AbortSignal | undefined): Promise<Session>;
  name: string;
  plan: ReadPlan;
  signal: AbortSignal | undefined;
};

async function* readCsv({ takeSession, name, plan, signal }: Reading): AsyncGenerator<Buffer> {
  checkTimeZone(plan.timeZone);
  const source = onServer(plan.source, name);
  const session = await takeSession(signal);
  let finished = false;
  try {
    const columns = await describeSource(session.client, source, name);
    checkColumns(plan, columns);
    yield* readCopy(session.client, copyStatement(plan, columns, source));
    // Answered only when nothing went wrong behind the last byte.
    await session.client.query('commit');
    finished = true;
  } catch (error) {
    throw signal?.aborted ? signal.reason : await judge(error, { session, source, name });
  } finally {
    if (!finished) session.hangUp();
    await session.close();
  }
}

function onServer(source: Source, name: string): Exclude<Source, { file: string }> {
  if ('file' in source) throw sourceUnfit(source, `the database ${name}`, 'a table or a query');
  return source;
}

export type Session = {
  client: Client;
  isOpen(): boolean;
  /** From now on this signal hangs up, and no other. */
  obey(signal: AbortSignal | undefined): void;
  hangUp(): void;
  close(): Promise<void>;
};

/** Values come as UTF8, but as they are from a database that never checked its bytes; a client that is gone is noticed within a second. */
const sessionSetup = `
  set time zone 'UTC';
  set datestyle = 'ISO, MDY';
  set intervalstyle = 'iso_8601';
  set extra_float_digits = 3;
  set statement_timeout = 0;
  set idle_in_transaction_session_timeout = 0;
  select set_config('client_encoding', 'SQL_ASCII', false) where current_setting('server_encoding') = 'SQL_ASCII';
  select set_config('client_connection_check_interval', '1000', false)
    where current_setting('client_connection_check_interval', true) is not null`;

async function openSession(settings: PostgresSettings, name: string, signal?: AbortSignal): Promise<Session> {
  return connectPostgres(settings, {
    name,
    signal,
    begin: 'begin transaction isolation level repeatable read, read only',
  });
}

/** One connection, set up and ready; aborting the signal hangs it up. Errors: as openPostgres. */
export async function connectPostgres(
  settings: PostgresSettings,
  { name, signal, begin }: { name: string; signal?: AbortSignal | undefined; begin: string },
): Promise<Session> {
  const { pg } = await loadDrivers();
  const socket = createDirectSocket();
  const { type: _, tls, password = '', ...address } = settings;
  const client = new pg.Client({
    ...address,
    // An empty password keeps the driver from looking for one in the environment.
    password,
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' },
    stream: () => socket,
    keepAlive: true,
    connectionTimeoutMillis: connectWithinMs,
    application_name: 'sluice',
  });
  // The reason reaches the caller through the query that fails; here it only must not end the process.
  client.on('error', () => {});
  const hangUp = () => void socket.destroy();
  let obeyed: AbortSignal | undefined;
  const obey = (next: AbortSignal | undefined) => {
    next?.throwIfAborted();
    obeyed?.removeEventListener('abort', hangUp);
    obeyed = next;
    next?.addEventListener('abort', hangUp, { once: true });
  };
  const close = async () => {
    obey(undefined);
    await client.end().catch(() => {});
  };
  obey(signal);
  try {
    await client.connect();
    await client.query(sessionSetup);
    await client.query(begin);
    return { client, isOpen: () => !socket.destroyed, obey, hangUp, close };
  } catch (error) {
    hangUp();
    await close();
    throw signal?.aborted ? signal.reason : connectError(error, settings, name);
  }
}

export async function loadDrivers() {
  try {
    const [pg, copyStreams] = await Promise.all([import('pg'), import('pg-copy-streams')]);
    return { pg: pg.default, copyStreams };
  } catch (cause) {
    const values = { kind: 'PostgreSQL', package: 'pg', install: 'pg pg-copy-streams' };
    throw new SluiceError('DRIVER_MISSING', values, { cause });
  }
}

/** Columns by the server's own description; nothing is run, and a source of more than one statement is refused. */
async function describeSource(
  client: Client,
  source: Exclude<Source, { file: string }>,
  name: string,
): Promise<Column[]> {
  const describe: QueryConfig & { queryMode: 'extended' } = {
    text: `select * from ${fromSource(source)} limit 0`,
    queryMode: 'extended',
  };
  const { fields } = await client.query(describe);
  const { rows } = await client.query<{ native_type: string; nullable: boolean }>({
    text: `select format_type(f.type_number, f.modifier) as native_type, not coalesce(a.attnotnull, false) as nullable
      from unnest($1::oid[], $2::int[], $3::oid[], $4::int[]) with ordinality as f (type_number, modifier, table_number, place, turn)
      left join pg_catalog.pg_attribute a on a.attrelid = f.table_number and a.attnum = f.place and f.place > 0
      order by f.turn`,
    values: [
      fields.map((field) => field.dataTypeID),
      fields.map((field) => field.dataTypeModifier),
      fields.map((field) => field.tableID),
      fields.map((field) => field.columnID),
    ],
  });
  if (fields.length === 0)
    throw new SluiceError('SOURCE_INVALID', { ...invalid(source, name), reason: 'it has no columns' });
  return fields.map((field, place) => ({
    name: field.name,
    kind: findKind(field.dataTypeID),
    nullable: rows[place]?.nullable ?? true,
    nativeType: rows[place]?.native_type ?? '',
  }));
}

const invalid = (source: Source, database: string) => ({
  source: nameSource(source),
  database,
  hint: 'Try it with psql as the same user, and give it one SELECT without a semicolon.',
});

/** SQLSTATE classes: 28 invalid authorization, 3D no such database. A missing password is refused by the driver itself. */
function connectError(error: unknown, settings: PostgresSettings, database: string): SluiceError {
  if (error instanceof SluiceError) return error;
  const { code = '' } = error as { code?: string };
  const reason = networkReason(error);
  if (/^(28|3D)/.test(code) || /SASL|password/.test(reason)) {
    return new SluiceError('DATABASE_LOGIN_REFUSED', { database, user: settings.user, reason }, { cause: error });
  }
  return new SluiceError('DATABASE_UNREACHABLE', { database, reason }, { cause: error });
}

/** An error for several tried addresses carries its text inside. */
function networkReason(error: unknown): string {
  return error instanceof AggregateError && error.errors.length > 0
    ? error.errors.map(reasonOf).join(', ')
    : reasonOf(error);
}

type Failed = { session: Session; source: Source; name: string };

/** SQLSTATE: 42P01 no such table, 3F000 no such schema, 42703 no such column, other 42, 22, 0A and 25006 (it writes) the statement itself. */
async function judge(error: unknown, { session, source, name }: Failed): Promise<unknown> {
  if (error instanceof SluiceError) return error;
  const { code = '' } = error as { code?: string };
  const reason = reasonOf(error);
  if ((code === '42P01' || code === '3F000') && 'table' in source) {
    return sourceMissing(source, `the database ${name}`, await listTables(session.client, source.table));
  }
  if (code === '42703') {
    const column = /column "?([^" ]+)/.exec(reason)?.[1] ?? '';
    const { hint = 'Correct the query, and try it with psql as the same user.' } = error as { hint?: string };
    return new SluiceError('COLUMN_MISSING', { column, source: nameSource(source), hint }, { cause: error });
  }
  if (/^(42|22|0A|25006)/.test(code))
    return new SluiceError('SOURCE_INVALID', { ...invalid(source, name), reason }, { cause: error });
  return new SluiceError(
    'DATABASE_READ_FAILED',
    { source: nameSource(source), database: name, reason },
    { cause: error },
  );
}

/** What this user may read, with its schema unless that is on the search path. */
async function listReadable(client: Client): Promise<string[]> {
  const sql = `select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and n.nspname not like 'pg_temp_%' and has_schema_privilege(n.oid, 'usage')
      and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))
    order by 1 limit 10000`;
  return (await client.query<{ name: string }>(sql)).rows.map((row) => row.name);
}

/** For the hint only, so a failure here is no failure. */
async function listTables(client: Client, table: string): Promise<string[]> {
  const withSchema = splitTableName(table).length > 1;
  const name = withSchema ? `table_schema || '.' || table_name` : 'table_name';
  const sql = `select ${name} as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') order by 1 limit 1000`;
  try {
    await client.query('rollback');
    return (await client.query<{ name: string }>(sql)).rows.map((row) => row.name);
  } catch {
    return [];
  }
}
