/** Hub and an agent that has dialled in, as programs of their own, with the table of accounts on one side and the sink on the other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningPostgres } from '../test/postgres.ts';
import { createHubCalls } from '../test/whole/hub-calls.ts';
import { columns, openAccounts } from './accounts.ts';
import { type Started, start, stop } from './child.ts';

const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');

type Call = ReturnType<typeof createHubCalls>;

export type HubStage = AsyncDisposable & {
  hub: Started;
  agent: Started;
  sink: Started;
  postgres: RunningPostgres;
  call: Call;
  password: string;
  /** Starts a run of the interface `accounts`, and gives its id. */
  startRun(): Promise<number>;
  /** Looks into the hub's store, so that neither hub nor agent is asked; throws for a run that did not go through. */
  untilEnded(run: number): Promise<void>;
};

export async function openHubStage(folder: string, rows: number): Promise<HubStage> {
  await using opened = new AsyncDisposableStack();
  const startKept = async (args: readonly string[], environment?: Record<string, string>) => {
    const started = await start(args, environment);
    opened.defer(() => stop(started));
    return started;
  };
  const sinkSettings = { SINK_FIELDS: Object.keys(columns).join(','), SINK_RESULTS: 'prepared' };
  const sink = await startKept([join(import.meta.dirname, 'sink.ts')], sinkSettings);
  const postgres = await openAccounts(rows);
  opened.defer(() => postgres.stop());
  const data = join(folder, 'hub');
  const hub = await startKept([sluice, 'hub', 'start', '--port', '0', '--json', '--data', data]);
  const [, password = ''] = readFileSync(join(data, 'administrator'), 'utf8').split('\n');
  const hubUrl = hub.ready.url ?? '';
  const call = createHubCalls(hubUrl);
  await succeeds(call, '/session', { username: 'admin', password });
  const { code } = await succeeds(call, '/agents/registration-codes');
  const { host } = new URL(sink.ready.url ?? '');
  const dialling = [sluice, 'agent', 'start', '--json', '--hub', hubUrl, '--data', join(folder, 'agent')];
  const agent = await startKept([...dialling, '--allow-host', host], { SLUICE_AGENT_CODE: code });
  await setUp(call, { postgres, sink });
  const moved = opened.move();
  return {
    hub,
    agent,
    sink,
    postgres,
    call,
    password,
    startRun: async () => (await succeeds(call, '/runs', { interfaces: ['accounts'] })).runs[0].id,
    untilEnded: (run) => untilEnded(join(data, 'hub.sqlite'), run),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

async function setUp(call: Call, { postgres, sink }: Pick<HubStage, 'postgres' | 'sink'>): Promise<void> {
  const { rows: agents } = (await call('GET', '/agents')).json;
  const { host, port, user, password, database: databaseName } = postgres;
  const keys = { consumerKey: 'none', consumerSecret: 'none' };
  await succeeds(call, '/connections', {
    name: 'sink',
    type: 'agentDatabase',
    agent: { agentId: agents[0].agentId },
    database: { database: 'postgres', host, port, user, password, databaseName, tls: 'off' },
    salesforce: { environment: 'production', myDomainUrl: sink.ready.url, ...keys },
    withoutPing: true,
  });
  await succeeds(call, '/integrations', { name: 'Bench' });
  const into = { object: 'Account', operation: 'upsert', externalId: 'Ext__c', check: 'off', mapping: columns };
  const named = { name: 'accounts', integration: 'Bench', connection: 'sink', status: 'deployed' };
  await succeeds(call, '/interfaces', { definition: { ...named, source: { table: 'accounts' }, ...into } });
}

async function succeeds(call: Call, path: string, body?: object) {
  const { status, json } = await call('POST', path, body);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

async function untilEnded(file: string, run: number): Promise<void> {
  using store = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  const look = store.prepare('SELECT state, status, error FROM run WHERE id = :run');
  for (;;) {
    const { state, status, error } = look.get({ run }) ?? {};
    if (state !== 'ended') await sleep(200);
    else if (status === 'completed') return;
    else throw new Error(`run ${run}: ${status} ${error}`);
  }
}
