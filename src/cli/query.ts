/** `sluice query`: records of an org on standard output, as CSV or as JSON. */
import { StringDecoder } from 'node:string_decoder';
import { createLog, openStopSignal } from '../base/index.ts';
import type { Salesforce } from '../salesforce/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { openRecordWriter } from './record-writer.ts';
import type { Terminal } from './terminal.ts';
import { tellWaiting } from './waiting.ts';

const settings = {
  all: { kind: 'switch', help: 'Deleted records too (queryAll).' },
  bulk: {
    kind: 'switch',
    help: 'By a job of Bulk API 2.0: for large sets; it knows no aggregates and no child queries.',
  },
  secrets: sharedSettings.secrets,
  json: sharedSettings.json,
  'log-level': { ...sharedSettings['log-level'], default: 'silent' },
} as const;

export const queryCommand = defineCommand({
  name: 'query',
  summary: 'Print the records that a SOQL query finds.',
  description:
    'Asks the org of a connection and prints what it finds as CSV with a header; with --json one object a line. Records\n' +
    'leave as they come, so their number does not matter. How many there were is said on standard error.',
  positionals: [
    { name: 'CONNECTION', help: 'A connection file (YAML).', required: true },
    { name: 'SOQL', help: 'The query, as one word: in quotes.', required: true },
  ],
  settings,
  example: 'sluice query demo.connection.yaml "SELECT Id, Name, Owner.Name FROM Account" --bulk > accounts.csv',
  run: printRecords,
});

async function printRecords({
  positionals: [file = '', soql = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openSalesforceOf, readConnectionFile } = await import('../agent/index.ts');
  using stop = openStopSignal();
  const { environment } = terminal;
  const connection = readConnectionFile(file, environment);
  const log = tellWaiting(createLog({ level: chosen['log-level'] }), terminal);
  await using salesforce = await openSalesforceOf(connection, { environment, secretsFolder: chosen.secrets, log });
  const asked = { salesforce, soql, all: chosen.all, json: chosen.json, terminal, signal: stop.signal };
  const count = await (chosen.bulk ? printByJob(asked) : printByQuery(asked));
  terminal.err(`${clearLine(terminal)}${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}.\n`);
  return 0;
}

type Asked = {
  salesforce: Salesforce;
  soql: string;
  all: boolean;
  json: boolean;
  terminal: Terminal;
  signal: AbortSignal;
};

async function printByQuery({ salesforce, soql, all, json, terminal, signal }: Asked): Promise<number> {
  const writer = openRecordWriter({ soql, json, out: terminal.out });
  let count = 0;
  for await (const page of salesforce.queryPages(soql, { all, signal })) {
    if (terminal.closed) break;
    // COUNT() has a size and no records.
    if (page.records.length === 0 && page.totalSize > 0) writer.write({ totalSize: page.totalSize });
    for (const record of page.records) writer.write(record);
    count += page.records.length;
    tell(terminal, `${count.toLocaleString('en-US')} of ${page.totalSize.toLocaleString('en-US')} records`);
    await terminal.written?.();
  }
  if (count === 0) writer.end();
  return count;
}

/** The job is taken out of the org again, whatever happens. */
async function printByJob(asked: Asked): Promise<number> {
  const { salesforce, soql, all, terminal, signal } = asked;
  const { id } = await salesforce.bulkQuery.createJob({ soql, all, signal });
  try {
    const job = await salesforce.bulkQuery.wait(id, {
      signal,
      onProgress: ({ numberRecordsProcessed = 0 }) =>
        tell(terminal, `${numberRecordsProcessed.toLocaleString('en-US')} records found`),
    });
    await (asked.json ? printRows(asked, id) : printCsv(asked, id));
    return job.numberRecordsProcessed ?? 0;
  } finally {
    await dropJob(salesforce, id);
  }
}

async function printCsv({ salesforce, terminal, signal }: Asked, id: string): Promise<void> {
  const decoder = new StringDecoder('utf8');
  for await (const bytes of salesforce.bulkQuery.csv(id, { signal })) {
    if (terminal.closed) return;
    terminal.out(decoder.write(bytes));
    await terminal.written?.();
  }
}

/** Rows between two looks at whether standard output keeps up. */
const rowsPerLook = 1000;

async function printRows({ salesforce, terminal, signal }: Asked, id: string): Promise<void> {
  let count = 0;
  for await (const row of salesforce.bulkQuery.rows(id, { signal })) {
    terminal.out(`${JSON.stringify(row)}\n`);
    count += 1;
    if (count % rowsPerLook !== 0) continue;
    if (terminal.closed) return;
    await terminal.written?.();
  }
}

const dropMs = 5_000;

/** A job that cannot be taken out now goes with the org's own clearing. */
async function dropJob(salesforce: Salesforce, id: string): Promise<void> {
  const signal = AbortSignal.timeout(dropMs);
  await salesforce.bulkQuery
    .get(id, { signal })
    .then(({ state }) => (state === 'JobComplete' ? undefined : salesforce.bulkQuery.abort(id, { signal })))
    .then(() => salesforce.bulkQuery.delete(id, { signal }))
    .catch(() => undefined);
}

function clearLine({ watched }: Terminal): string {
  return watched ? '\r\u001b[K' : '';
}

function tell(terminal: Terminal, text: string): void {
  if (terminal.watched) terminal.err(`${clearLine(terminal)}${text}`);
}
