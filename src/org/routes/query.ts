/** SOQL: `/query`, `/queryAll`, and the further pages of both. */
import type { QueryPage } from '../records/index.ts';
import { type Answer, type Call, isTrue, type OrgParts, param, type Resource } from './call.ts';
import { refuse, resourceNotFound } from './refusals.ts';
import { unsupportedText } from './unsupported.ts';

const smallestPage = 200;
const largestPage = 2000;

/** What is missing without `q` (mark M). */
const queryMissing = () => refuse(400, 'MALFORMED_QUERY', 'A query string has to be specified');

async function query(call: Call, org: OrgParts, all: boolean): Promise<Answer> {
  if (call.query.has('explain')) return explainUnsupported(org);
  const soql = call.query.get('q');
  if (soql === null || soql.trim() === '') throw queryMissing();
  const { userId } = call.session;
  if (isTrue(call.query.get('columns'))) return { status: 200, json: await org.records.queryColumns({ userId, soql }) };
  const batchSize = readBatchSize(call.headers['sforce-query-options']);
  return answerPage(call, await org.records.query({ userId, soql, all, batchSize, apiVersion: call.apiVersion }));
}

function explainUnsupported(org: OrgParts): never {
  org.log.warn({ unsupported: 'query?explain' }, unsupportedText);
  throw resourceNotFound();
}

async function queryMore(call: Call, org: OrgParts): Promise<Answer> {
  const { userId } = call.session;
  return answerPage(
    call,
    await org.records.queryMore({ userId, locator: param(call, 'locator'), apiVersion: call.apiVersion }),
  );
}

/** `batchSize=N` of `Sforce-Query-Options`, kept within 200 and 2000. */
export function readBatchSize(header: string | string[] | undefined): number {
  const asked = Number(/(?:^|[\s,;])batchSize\s*=\s*(\d+)/i.exec(String(header ?? ''))?.[1] ?? largestPage);
  return Math.min(Math.max(asked, smallestPage), largestPage);
}

function answerPage(call: Call, { totalSize, done, records, nextLocator }: QueryPage): Answer {
  const next = nextLocator === undefined ? {} : { nextRecordsUrl: `${call.base}/query/${nextLocator}` };
  return { status: 200, json: { totalSize, done, ...next, records } };
}

export const queryResources: readonly Resource[] = [
  { path: '/query', methods: { GET: (call, org) => query(call, org, false) } },
  { path: '/queryAll', methods: { GET: (call, org) => query(call, org, true) } },
  { path: '/query/:locator', methods: { GET: queryMore } },
  { path: '/queryAll/:locator', methods: { GET: queryMore } },
];
