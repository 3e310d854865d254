/** The stage of runs out of Salesforce: targets of each kind, and what stands in them. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { type RunReport, runInterface } from '../../src/agent/index.ts';
import { createLog, parseCsv } from '../../src/base/index.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import type { Salesforce } from '../../src/salesforce/index.ts';
import { createTestMariadb, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { createTestDatabase, runSql } from '../postgres.ts';
import { type Reachable, secretName, writeConnection } from './stage.ts';

/** Values of the columns asked for, by Id; rows marked as deleted are left out. */
export type Held = ReadonlyMap<string, string>;

export type TargetKind = 'postgres' | 'sqlite' | 'mariadb' | 'csv';

export type Place = {
  kind: TargetKind;
  folder: string;
  environment: Record<string, string>;
  /** `table: accounts` or `file: accounts.csv`. */
  name: string;
  held(columns: readonly string[]): Promise<Held>;
};

/** The kinds that can be had here; a missing MariaDB is told by its own tests. */
export const targetKinds: readonly TargetKind[] = [
  'postgres',
  'sqlite',
  ...(whyNoMariadb() ? [] : ['mariadb' as const]),
  'csv',
];

const passwordName = 'SLUICE_SECRET_PASSWORD';

/** A folder with its connection file, towards a fresh database of this kind. */
export async function openPlace(kind: TargetKind, folder: string, org: Reachable): Promise<Place> {
  mkdirSync(folder, { recursive: true });
  const { database, password = '', name = 'table: accounts', select } = await openers[kind](folder);
  writeConnection(folder, org, database);
  const environment = { [secretName]: org.consumerSecret, [passwordName]: password };
  return {
    kind,
    folder,
    environment,
    name,
    async held(columns) {
      const rows = await select(columns);
      const live = rows.filter((row) => !/^(true|1)$/.test(String(row.IsDeleted ?? '')));
      return new Map(live.map((row) => [String(row.Id), columns.map((column) => textOf(row[column])).join('|')]));
    },
  };
}

type Row = Record<string, unknown>;
type Opened = {
  database: string;
  password?: string;
  name?: string;
  select(columns: readonly string[]): Promise<readonly Row[]>;
};

const openers: Record<TargetKind, (folder: string) => Promise<Opened>> = {
  async postgres() {
    const { host, port, user, password, database } = await createTestDatabase();
    const address = { host, port, user, password, database };
    return {
      database: `type: postgres, host: ${host}, port: ${port}, user: ${user}, database: ${database}, password: env:${passwordName}`,
      password,
      select: () => runSql(address, 'select * from accounts'),
    };
  },
  async mariadb() {
    const address = await createTestMariadb();
    const { host, port, user, password, database } = address;
    return {
      database: `type: mariadb, host: ${host}, port: ${port}, user: ${user}, database: ${database}, password: env:${passwordName}`,
      password,
      select: () => runMariadb(address, 'select * from accounts'),
    };
  },
  async sqlite(folder) {
    new DatabaseSync(join(folder, 'target.sqlite')).close();
    return {
      database: 'type: sqlite, file: target.sqlite',
      async select() {
        const database = new DatabaseSync(join(folder, 'target.sqlite'), { readOnly: true });
        try {
          return database.prepare('select * from accounts').all();
        } finally {
          database.close();
        }
      },
    };
  },
  async csv(folder) {
    mkdirSync(join(folder, 'out'));
    return {
      database: 'type: csv, folder: out',
      name: 'file: accounts.csv',
      select: () => readCsvRows(join(folder, 'out', 'accounts.csv')),
    };
  },
};

export async function readCsvRows(file: string): Promise<Row[]> {
  const all: string[][] = [];
  for await (const batch of parseCsv(createReadStream(file))) for (const cells of batch) all.push(cells as string[]);
  const [header = [], ...rows] = all;
  return rows.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place]])));
}

/** Decimals are texts with all their digits in one database, and numbers in another. */
const textOf = (value: unknown) => {
  const text = value === null || value === undefined ? '' : String(value);
  return /^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text;
};

/** What the org holds, as `held` tells it of a table; `columns` names the column of each field. */
export async function orgHolds(salesforce: Salesforce, columns: Readonly<Record<string, string>>): Promise<Held> {
  const fields = Object.values(columns);
  const found = new Map<string, string>();
  for await (const record of salesforce.query(`SELECT Id, ${fields.join(', ')} FROM Account`)) {
    const cells = fields.map((field) =>
      textOf(field.split('.').reduce<unknown>((at, name) => (at as Row | null)?.[name], record)),
    );
    found.set(String(record.Id), cells.join('|'));
  }
  return found;
}

/** The same for the same rows, in whatever order. */
export function keyedDigest(held: Held): string {
  const hash = createHash('sha256');
  for (const [id, cells] of [...held].sort(([one], [other]) => (one < other ? -1 : 1))) hash.update(`${id} ${cells}\n`);
  return `${held.size} rows, ${hash.digest('hex')}`;
}

export function writeOutbound(place: Pick<Place, 'folder'>, name: string, body: string): string {
  const file = join(place.folder, `${name}.yaml`);
  writeFileSync(file, `name: ${name}\ntype: outbound\nconnection: ./connection.yaml\nobject: Account\n${body}\n`);
  return file;
}

/** A run in this process. */
export async function bring(place: Place, file: string, { full = false } = {}): Promise<RunReport> {
  await using ledger = ledgerOf(place);
  const log = createLog({ level: 'silent' });
  return await runInterface({ interfaceFile: file, ledger, environment: place.environment, full, log });
}

export function ledgerOf({ folder }: Pick<Place, 'folder'>): Ledger {
  return openLedger(join(folder, 'data'));
}

/** Rows of a CSV into the org by Bulk; all must be good. */
export async function sendRows(
  salesforce: Salesforce,
  operation: 'insert' | 'update' | 'delete',
  lines: readonly string[],
): Promise<void> {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const { id } = await salesforce.bulk.createJob({ object: 'Account', operation });
  await salesforce.bulk.upload(id, { open: () => Readable.from([bytes]), bytes: bytes.length });
  await salesforce.bulk.close(id);
  const { numberRecordsFailed, numberRecordsProcessed } = await salesforce.bulk.wait(id);
  if (numberRecordsFailed !== 0 || numberRecordsProcessed !== lines.length - 1)
    throw new Error(`${numberRecordsFailed} of ${numberRecordsProcessed} rows failed`);
}
