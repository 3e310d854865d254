/** Makes the demo's tables in PostgreSQL and fills them by COPY. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { csvRow } from '../../base/index.ts';
import type { DemoTable, Value } from './demo-tables.ts';

export type DatabaseAddress = { host: string; port: number; user: string; password: string; database: string };

const rowsInABlock = 1_000;

/** Gives the number of rows of all tables together, as the database counts them. */
export async function fillPostgres(address: DatabaseAddress, tables: readonly DemoTable[]): Promise<number> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    let rows = 0;
    for (const table of tables) rows += await fillTable(client, table);
    return rows;
  } finally {
    await client.end();
  }
}

async function fillTable(client: pg.Client, { name, columns, rows }: DemoTable): Promise<number> {
  await client.query(`create table ${name} (${columns.join(', ')})`);
  const target = client.query(copyFrom(`copy ${name} from stdin with (format csv, null '#N/A')`));
  await pipeline(Readable.from(csvBlocks(rows())), target);
  await client.query(`analyze ${name}`);
  const counted = await client.query<{ count: string }>(`select count(*) from ${name}`);
  return Number(counted.rows[0]?.count);
}

function* csvBlocks(rows: Iterable<readonly Value[]>): Generator<string, void, undefined> {
  let block = '';
  let held = 0;
  for (const row of rows) {
    block += csvRow(row.map((value) => (value === null ? null : String(value))));
    if (++held < rowsInABlock) continue;
    yield block;
    block = '';
    held = 0;
  }
  yield block;
}
