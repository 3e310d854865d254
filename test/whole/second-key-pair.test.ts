/** A second key pair switched to while a run is under way, and the first ended in the org: the run goes on with the new one, and is whole. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { type AgentName, endOfRun, type HubStage, openHubStage, until } from './hub-stage.ts';
import { openSetupCalls, type Pair, type SetupCalls } from './setup-calls.ts';

const count = 1_500;
const perJob = 250;
const withinMs = 240_000;

let stage: HubStage;
let setup: SetupCalls;
let postgres: PostgresAddress;
/** The one that holds; each test replaces it. */
let used: Pair;

before(async () => {
  stage = await openHubStage('second-pair');
  used = { consumerKey: stage.org.consumerKey, consumerSecret: stage.org.consumerSecret };
  await stage.addIntegration('Shop');
  const lines = Array.from({ length: count }, (_, row) => `pair-${row},Name ${row}`);
  writeFileSync(join(stage.folder, 'files', 'rows.csv'), `id,name\n${lines.join('\n')}\n`);
  postgres = await createTestDatabase();
  await runSql(
    postgres,
    `create table source_row as select 'pair-' || n as id, 'Name ' || n as name from generate_series(0, ${count - 1}) n`,
  );
  setup = await openSetupCalls(stage);
});

after(() => stage[Symbol.asyncDispose]());

/** Stage New Credentials: both pairs sign in from here on. */
async function stagePair() {
  const path = `/apps/${await setup.appId('Sluice')}/staged-credentials`;
  const { status, json } = await setup.call('POST', path);
  assert.equal(status, 201, JSON.stringify(json));
  return {
    pair: setup.pairIn(json, 'staged'),
    /** The first pair is refused from here on, and so is every token that was given for it. */
    async applyAndRevoke() {
      const applied = await setup.call('POST', `${path}/apply`, { revokeTokens: true });
      assert.equal(applied.status, 200, JSON.stringify(applied.json));
      assert.ok(applied.json.revokedTokens > 0, 'the run had a token');
    },
  };
}

async function askToken({ consumerKey, consumerSecret }: Pair): Promise<number> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: consumerKey,
    client_secret: consumerSecret,
  });
  return (await fetch(`${stage.org.url}/services/oauth2/token`, { method: 'POST', body })).status;
}

type Kept = { id: number; version: number };

/** Entered, pinged and switched to by the hub's API; done when the agent has it. */
async function switchTo(pair: Pair, { id }: Kept, agent: AgentName): Promise<void> {
  const path = `/connections/${id}`;
  const { version } = (await stage.call('GET', path)).json;
  const done = async (method: string, below: string, body?: object) => {
    const { status, json } = await stage.call(method, `${path}/second-key-pair${below}`, body);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  };
  await done('PUT', '', { ...pair, version });
  assert.equal((await done('POST', '/ping')).ok, true);
  const { salesforce } = await done('POST', '/switch');
  assert.deepEqual([salesforce.consumerKey, salesforce.secondConsumerKey], [pair.consumerKey, null]);
  await until('the agent has the new pair', () => hasSecret(agent, sealedSecret({ id })));
}

/** On its disk, and told to the hub. */
function hasSecret(agent: AgentName, sealed: string): boolean {
  const isThere = readFileSync(join(stage.folder, agent, 'deployment.json'), 'utf8').includes(sealed);
  return isThere && stage.read('SELECT 1 FROM deployment WHERE has < number').length === 0;
}

/** Everything that stands in the SQLite files and the deployments of hub and agents. */
function everythingKept(): string {
  return ['hub', 'own', 'dialled'].flatMap(readFolder).join('\n');
}

function readFolder(name: string): string[] {
  const folder = join(stage.folder, name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
  const texts = files.filter((file) => file.endsWith('.json')).map((file) => readFileSync(file, 'utf8'));
  // One file is there to be locked.
  const stores = files.filter((file) => file.endsWith('.sqlite') && !file.endsWith('in-use.sqlite'));
  return [...texts, ...stores.map(readTables)];
}

function readTables(file: string): string {
  using store = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  const tables = store.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  return JSON.stringify(tables.map(({ name }) => store.prepare(`SELECT * FROM "${name}"`).all()));
}

/** The consumer secret as it is sealed to the agent of a connection. */
function sealedSecret({ id }: Pick<Kept, 'id'>): string {
  const [row] = stage.read(`SELECT salesforce FROM connection WHERE id = ${id}`);
  return JSON.parse(String(row?.salesforce)).consumerSecret;
}

/** What the account of an agent says that came between beginning and end of its runs. */
function interruptions(agent: AgentName) {
  using ledger = new DatabaseSync(join(stage.folder, agent, 'ledger.sqlite'), { readOnly: true, timeout: 10_000 });
  return ledger.prepare(`SELECT run, what, detail FROM events WHERE what IN ('interrupted', 'resumed')`).all();
}

type Holding = { agent: AgentName; phase: 'reading' | 'sending'; hold(): Promise<() => Promise<void>> };

/** The run is held where it is until the first pair is gone. */
async function switchDuring(name: string, connection: Kept, { agent, phase, hold }: Holding) {
  const first = sealedSecret(connection);
  const letGo = await hold();
  const { json } = await stage.call('POST', '/runs', { interfaces: [name] });
  const [{ id }] = json.runs;
  const look = async () => (await stage.call('GET', `/runs/${id}`)).json;
  await until(`run ${id} is ${phase}`, async () => (await look()).progress?.phase === phase, withinMs);
  const staged = await stagePair();
  await switchTo(staged.pair, connection, agent);
  await staged.applyAndRevoke();
  assert.equal(await askToken(used), 400, 'the first pair is refused');
  used = staged.pair;
  assert.equal((await look()).state, 'running', 'the run goes on meanwhile');
  await letGo();
  const ended = await endOfRun(stage.call, id, withinMs);
  assert.equal(ended.status, 'completed', JSON.stringify(ended));
  assert.deepEqual(interruptions(agent), []);
  assert.ok(!everythingKept().includes(first), 'the first secret is forgotten');
  assert.ok(everythingKept().includes(sealedSecret(connection)), 'and the second is kept');
  return ended;
}

/** Nobody reads the table until it is let go. */
async function lockTable(): Promise<() => Promise<void>> {
  const locker = new pg.Client(postgres);
  await locker.connect();
  await locker.query('begin; lock table source_row in access exclusive mode');
  return () => locker.end();
}

/** Whoever asks how far a job is waits, and asks again. */
async function holdJobs(path: string): Promise<() => Promise<void>> {
  await stage.org.setFaults([{ path, method: 'GET', kind: 'unavailable' }], 1);
  return () => stage.org.setFaults([], 1);
}

const rows = {
  ...{ integration: 'Shop', chunk: { maxRows: perJob }, object: 'Account', operation: 'insert', mode: 'bulk' },
  key: 'Tag__c',
};
const mapping = (batch: string) => ({ Tag__c: 'id', Name: 'name', Batch__c: { constant: batch } });

function assertAllThere(batch: string, ended: { rows: { succeeded: number; unknown: number } }): void {
  assert.deepEqual([ended.rows.succeeded, ended.rows.unknown], [count, 0]);
  const tags = stage.history(batch).map(({ tag }) => tag);
  assert.deepEqual([tags.length, new Set(tags).size], [count, count], 'every row is there once');
}

test('the key pair is switched and the first one revoked while a run reads its source: it goes on with the second', async () => {
  const { database: databaseName, ...address } = postgres;
  const connection = await stage.connect('table', 'own', { database: 'postgres', databaseName, ...address }, used);
  const source = { table: 'source_row' };
  await stage.addInterface({ ...rows, name: 'early', connection: 'table', source, mapping: mapping('early') });
  const ended = await switchDuring('early', connection, { agent: 'own', phase: 'reading', hold: lockTable });
  assertAllThere('early', ended);
});

test('the same while Salesforce works on the jobs of a run', async () => {
  const connection = await stage.connect('file', 'dialled', undefined, used);
  const source = { file: 'rows.csv' };
  await stage.addInterface({ ...rows, name: 'late', connection: 'file', source, mapping: mapping('late') });
  const hold = () => holdJobs('/services/data/*/jobs/ingest/*');
  const ended = await switchDuring('late', connection, { agent: 'dialled', phase: 'sending', hold });
  assertAllThere('late', ended);
});

test('the same while a run brings records out of Salesforce', async () => {
  const connection = await stage.connect('out', 'own', undefined, used);
  await stage.addInterface({
    ...{ name: 'back', type: 'outbound', integration: 'Shop', connection: 'out', object: 'Account', mode: 'bulk' },
    ...{ fields: ['Id', 'Name'], target: { file: 'accounts.csv', create: true } },
  });
  const hold = () => holdJobs('/services/data/*/jobs/query/*');
  const ended = await switchDuring('back', connection, { agent: 'own', phase: 'reading', hold });
  const lines = readFileSync(join(stage.folder, 'files', 'accounts.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  assert.deepEqual([ended.rows.read, lines.length], [2 * count, 2 * count + 1]);
});
