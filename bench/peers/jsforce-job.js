// One whole upsert with jsforce's bulk2, in as many jobs as asked for, from records or from a CSV stream of the database.
// Arguments: mode (records or csv), sink url, database, then one COPY or SELECT statement a job.
import { Connection } from '@jsforce/jsforce-node';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const [mode, url, database, ...statements] = process.argv.slice(2);
const connection = new Connection({ instanceUrl: url, accessToken: '00DSb0000000001!x', version: '68.0' });
const client = new pg.Client(database);
await client.connect();

const began = performance.now();
let clientMs = 0;
let results = 0;
for (const statement of statements) {
  const opened = performance.now();
  const job = connection.bulk2.createJob({
    object: 'Account',
    operation: 'upsert',
    externalIdFieldName: 'Ext__c',
    lineEnding: 'LF',
  });
  await job.open();
  await job.uploadData(mode === 'csv' ? client.query(copyTo(statement)) : (await client.query(statement)).rows);
  await job.close();
  clientMs += performance.now() - opened;
  await job.poll(250, 600_000);
  const ended = performance.now();
  const { successfulResults, failedResults, unprocessedRecords } = await job.getAllResults();
  results += successfulResults.length + failedResults.length + unprocessedRecords.length;
  clientMs += performance.now() - ended;
}
await client.end();
process.stdout.write(JSON.stringify({ clientMs, wholeMs: performance.now() - began, results }));
