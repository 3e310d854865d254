/** The connection and interface files with which the benchmarks run `sluice` against the sink. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningPostgres } from '../test/postgres.ts';
import { columns } from './accounts.ts';
import { type Finished, run, type Started } from './child.ts';

export type SluiceRun = {
  postgres: RunningPostgres;
  sink: Started;
  /** Where the two files go. */
  folder: string;
  /** Where ledger and spool go. */
  data: string;
  chunk?: { maxBytes?: number; maxRows?: number };
  /** Parts of the interface that differ from the plain one, which is not checked before sending. */
  other?: { mapping?: object; check?: 'on' | 'off' };
};

/** One `sluice run` of all accounts, to its end. */
export function runSluice({ postgres, sink, folder, data, chunk, other }: SluiceRun): Promise<Finished> {
  writeFileSync(join(folder, 'sink.connection.yaml'), connectionFile(postgres, sink));
  writeFileSync(join(folder, 'accounts.yaml'), interfaceFile(chunk, other));
  const program = join(import.meta.dirname, '..', 'bin', 'sluice.js');
  return run(process.execPath, [program, 'run', join(folder, 'accounts.yaml'), '--data', data, '--json'], {
    SLUICE_SECRET_DATABASE: postgres.password,
    SLUICE_SECRET_CONSUMER: 'none',
  });
}

function connectionFile({ host, port, user, database }: RunningPostgres, sink: Started): string {
  return JSON.stringify({
    name: 'sink',
    database: { type: 'postgres', host, port, user, database, password: 'env:SLUICE_SECRET_DATABASE', tls: 'off' },
    salesforce: { myDomainUrl: sink.ready.url, consumerKey: 'none', consumerSecret: 'env:SLUICE_SECRET_CONSUMER' },
  });
}

function interfaceFile(chunk: SluiceRun['chunk'], other: SluiceRun['other']): string {
  return JSON.stringify({
    name: 'accounts',
    connection: './sink.connection.yaml',
    source: { table: 'accounts' },
    object: 'Account',
    operation: 'upsert',
    externalId: 'Ext__c',
    check: 'off',
    mapping: columns,
    ...(chunk ? { chunk } : {}),
    ...other,
  });
}
