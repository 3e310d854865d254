/** A real MariaDB for tests: the programs of the system's package, in a temporary folder, gone with the process that started it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';

export type MariadbAddress = { host: string; port: number; user: string; password: string; database: string };

const nobody = 65534;
const startWithinMs = 60_000;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? { uid: nobody, gid: nobody } : {};

function findProgram(name: string): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Why no server can be started here, or undefined when one can. In CI a missing one is a failure of its own. */
export function whyNoMariadb(): string | undefined {
  if (findProgram('mariadbd') && findProgram('mariadb-install-db')) return undefined;
  const reason = 'MariaDB is not installed here (Debian: apt-get install mariadb-server)';
  if (process.env.CI) throw new Error(`${reason}, and CI must not pass it over`);
  return reason;
}

let ownServer: Promise<MariadbAddress> | undefined;

function getOwnServer(): Promise<MariadbAddress> {
  ownServer ??= startMariadb();
  return ownServer;
}

/** A fresh, empty database, on one server for each test file. */
export async function createTestMariadb({ options = [] as readonly string[] } = {}): Promise<MariadbAddress> {
  const address = await (options.length > 0 ? startMariadb(options) : getOwnServer());
  const database = `test_${randomBytes(6).toString('hex')}`;
  await runMariadb(address, `create database ${database} character set utf8mb4`);
  return { ...address, database };
}

/** Runs one or several statements on a connection of their own and gives the rows of the last. */
export async function runMariadb(
  { host, port, user, password, database }: MariadbAddress,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const means = { host, port, user, password, multipleStatements: true, supportBigNumbers: true, dateStrings: true };
  const connection = await mysql.createConnection({ ...means, ...(database ? { database } : {}) });
  try {
    const [rows] = await connection.query(sql, values);
    const last = Array.isArray(rows) && rows.some(Array.isArray) ? rows.at(-1) : rows;
    return (Array.isArray(last) ? last : []) as Record<string, unknown>[];
  } finally {
    await connection.end();
  }
}

/** It ends with the process that started it, however that ends: a small shell holds it and waits for its standard input to close. */
async function startMariadb(options: readonly string[] = []): Promise<MariadbAddress> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mariadb-'));
  await chmod(folder, 0o755);
  if (isRoot) await chown(folder, nobody, nobody);
  const password = randomBytes(18).toString('base64url');
  try {
    await initialise(folder, password);
    const port = await findFreePort();
    const keeper = spawnKeeper({ folder, port, options });
    const address = { host: '127.0.0.1', port, user: 'sluice', password, database: '' };
    await waitUntilReady(address, keeper);
    await rm(join(folder, 'first.sql'));
    await writeFile(join(folder, 'ready'), '');
    return address;
  } catch (cause) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    throw new Error(`MariaDB did not start: ${cause}\nIts log, ${join(folder, 'log')}:\n${log}`, { cause });
  }
}

async function initialise(folder: string, password: string): Promise<void> {
  const install = findProgram('mariadb-install-db') ?? '';
  await promisify(execFile)(
    install,
    [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      '--skip-test-db',
      '--auth-root-authentication-method=normal',
    ],
    {
      ...asUser,
      cwd: folder,
      env: { PATH: `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/usr/bin`, LC_ALL: 'C' },
    },
  );
  const first = join(folder, 'first.sql');
  const statements = [
    `create user sluice@'127.0.0.1' identified by '${password}'`,
    `grant all on *.* to sluice@'127.0.0.1' with grant option`,
    `alter user root@localhost account lock`,
  ];
  await writeFile(first, `${statements.join(';\n')};\n`, { mode: 0o600 });
  if (isRoot) await chown(first, nobody, nobody);
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

/** Waits for its standard input to close (the parent has ended), then ends the server and removes the folder. */
const keeperScript = `
server_program=$1; folder=$2; port=$3; shift 3
"$server_program" --no-defaults --datadir="$folder/data" --port="$port" --bind-address=127.0.0.1 --socket="$folder/socket" \\
  --pid-file="$folder/pid" --init-file="$folder/first.sql" --skip-name-resolve --skip-log-bin --tmpdir="$folder" \\
  --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=128M --log-warnings=1 "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -KILL $server 2>/dev/null
wait $server
test -f "$folder/ready" && rm -rf "$folder"
`;

type Keeping = { folder: string; port: number; options: readonly string[] };

function spawnKeeper({ folder, port, options }: Keeping): ChildProcess {
  const server = findProgram('mariadbd') ?? '';
  const keeper = spawn('sh', ['-c', keeperScript, 'sluice-mariadb', server, folder, String(port), ...options], {
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

async function waitUntilReady(address: MariadbAddress, keeper: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + startWithinMs; ; ) {
    try {
      await runMariadb(address, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline || keeper.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}
