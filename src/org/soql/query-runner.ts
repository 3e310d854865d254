/** Runs SOQL on a database: parses, translates (once for each text), executes, and gives pages as Salesforce does. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../base/index.ts';
import type { OutputRecord, QueryPage } from '../records/records.ts';
import { type Access, createAccessFinder } from '../rights/index.ts';
import type { Schema } from '../schema/schema.ts';
import { describeColumns } from './column-metadata.ts';
import { type Asked, createPlanKeeper, translatingOf } from './prepared-plans.ts';
import { createReader, maxChildRows, type Reading, type Row } from './record-shape.ts';
import { invalidLocator, refuse, SoqlUnsupported } from './refusals.ts';
import { createResultStore, type StoredPage } from './result-store.ts';
import { createTimeZoneFinder } from './time-zone.ts';
import type { Plan } from './translate.ts';
import { bindValues, type Occasion, type SqlValue } from './translation.ts';

type QueryRunnerOptions = {
  /** Holds the tables of the schema, with `setup` attached and `fold` registered. */
  database: DatabaseSync;
  schema: Schema;
  /** What a user may see; left out: everything. */
  accessOf?: (userId: string) => Access;
  clock?: Clock;
  /** Hears of what Salesforce knows and this org does not, e.g. `TYPEOF`; the query is refused as well. */
  onUnsupported?: (what: string) => void;
};

/** `all`: deleted records too. `batchSize`: rows of a page. `apiVersion`: e.g. 68. */
export type QueryRequest = { userId: string; soql: string; all: boolean; batchSize: number; apiVersion: number };

/** Every method throws OrgRefused when the query or locator is refused. */
export type QueryRunner = {
  query(request: QueryRequest): QueryPage;
  queryMore(request: { userId: string; locator: string; apiVersion: number }): QueryPage;
  queryColumns(request: { userId: string; soql: string }): object;
  /** Frees results nobody asked for in a quarter of an hour; also done at every query that needs more than a page. */
  closeIdle(): void;
};

/** More groups than this are refused: aggregate queries have no further pages. */
const maxGroups = 2000;

export function createQueryRunner(options: QueryRunnerOptions): QueryRunner {
  const { database, schema, clock = systemClock, onUnsupported = () => {} } = options;
  const accessOf = options.accessOf ?? createAccessFinder(schema).of;
  // Results of any size go to a file; memory would grow with them.
  database.exec('PRAGMA temp_store = FILE');
  const timeZoneOf = createTimeZoneFinder(database, schema);
  const results = createResultStore(database, () => clock.now());
  const prepare = createPlanKeeper(database, schema);

  function reporting<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      if (error instanceof SoqlUnsupported) onUnsupported(error.what);
      throw error;
    }
  }

  const occasionOf = (userId: string, parentId = ''): Occasion => ({
    now: clock.now(),
    get timeZone() {
      return timeZoneOf(userId);
    },
    userId,
    parentId,
  });

  /** For the pages to come: refuses what the user could no longer ask in this way. */
  function createCheck({ soql, all, access }: Asked, userId: string, { sql }: Plan): () => void {
    let good = access;
    return () => {
      const now = accessOf(userId);
      if (now === good) return;
      if (prepare({ soql, all, access: now }).plan.sql !== sql) throw invalidLocator();
      good = now;
    };
  }

  function readingOf(userId: string, apiVersion: number, check: () => void): Reading {
    return {
      base: `/services/data/v${apiVersion.toFixed(1)}`,
      openChildren({ sql, parameters, width, shape }, parentId) {
        const values = bindValues(parameters, occasionOf(userId, parentId));
        const read = createReader(schema, shape);
        return results.open({ userId, sql, values, width, batchSize: maxChildRows, read, check, ofParent: true });
      },
    };
  }

  function run({ userId, soql, all, batchSize, apiVersion }: QueryRequest): QueryPage {
    const asked = { soql, all, access: accessOf(userId) };
    const { plan, statement, read } = prepare(asked);
    const values = bindValues(plan.parameters, occasionOf(userId));
    if (plan.kind === 'count')
      return { totalSize: Number((statement.get(values) as unknown as Row)[0]), done: true, records: [] };
    const most = plan.kind === 'groups' ? maxGroups : batchSize;
    const rows = firstRows(statement, values, most + 1);
    const check = createCheck(asked, userId, plan);
    const reading = readingOf(userId, apiVersion, check);
    if (rows.length <= most) return toPage({ totalSize: rows.length, rows, read, check }, reading);
    if (plan.kind === 'groups') throw refuseMoreGroups();
    const { sql, width } = plan;
    return toPage(results.open({ userId, sql, values, width, batchSize, read, check, ofParent: false }), reading);
  }

  return {
    query: (request) => reporting(() => run(request)),
    queryMore({ userId, locator, apiVersion }) {
      const page = results.read(userId, locator);
      return toPage(page, readingOf(userId, apiVersion, page.check));
    },
    queryColumns: ({ userId, soql }) =>
      reporting(() => {
        const asked = { soql, all: false, access: accessOf(userId) };
        prepare(asked);
        return describeColumns(translatingOf(asked));
      }),
    closeIdle: results.closeIdle,
  };
}

function firstRows(statement: StatementSync, values: Record<string, SqlValue>, most: number): Row[] {
  const rows: Row[] = [];
  for (const row of statement.iterate(values)) {
    rows.push(row as unknown as Row);
    if (rows.length === most) break;
  }
  return rows;
}

function toPage({ totalSize, rows, read, nextLocator }: StoredPage, reading: Reading): QueryPage {
  const records = rows.map((row) => read(row, reading) as OutputRecord);
  const page = { totalSize, done: nextLocator === undefined, records };
  return nextLocator === undefined ? page : { ...page, nextLocator };
}

function refuseMoreGroups() {
  const sentence = 'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch';
  return refuse('EXCEEDED_ID_LIMIT', sentence);
}
