/** Agents that are killed or frozen at any moment of a run: every row is written once and reported once, and every run ends once. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Moment, moments } from '../../src/agent/index.ts';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import type { AgentTask } from './agent-program.ts';
import { accounts, deploymentFor, type PlayedHub, playHub, type Reached } from './agent-stage.ts';
import { type OrgProgram, startOrgProgram } from './org-program.ts';
import { createRandom } from './seeded-random.ts';
import { createFolder, orgSetup, writeAccounts } from './stage.ts';

const rounds = process.env.SLUICE_LONG === '1' ? 50 : 5;
const firstSeed = Number(process.env.SLUICE_SEED ?? 1);
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

type Kind = { name: string; count: number; field: string; definition(batch: string): object };

const mapping = (batch: string, field: string) => ({
  mapping: { [field]: 'id', Name: 'name', Description: 'note', Batch__c: { constant: batch } },
});
const insert = {
  operation: 'insert',
  externalId: undefined,
  chunk: { maxRows: 300 },
  check: 'off',
  allowRejects: '100%',
};

const insertByBulk: Kind = {
  name: 'insert by Bulk',
  count: 1_000,
  field: 'Tag__c',
  definition: (batch) => accounts('rows', { ...insert, mode: 'bulk', key: 'Tag__c', ...mapping(batch, 'Tag__c') }),
};
const upsertByBulk: Kind = {
  name: 'upsert by Bulk, checked here',
  count: 1_000,
  field: 'Ext__c',
  definition: (batch) =>
    accounts('rows', { chunk: { maxRows: 300 }, allowRejects: '100%', mode: 'bulk', ...mapping(batch, 'Ext__c') }),
};
const insertByCollections: Kind = {
  name: 'insert by collections',
  count: 150,
  field: 'Ext__c',
  definition: (batch) =>
    accounts('rows', { ...insert, mode: 'collections', key: 'Ext__c', ...mapping(batch, 'Ext__c') }),
};

type Round = { seed: number; kind: Kind; moment: Moment | undefined; random: () => number };

/** Every named moment in its turn, spread over the rounds; each fifth round kills the program at any time instead. */
function planRound(index: number): Round {
  const seed = firstSeed + index;
  const random = createRandom(seed);
  const moment = index % 5 === 4 ? undefined : moments[(index * 8 + 1 + firstSeed) % moments.length];
  const kind = moment === 'sent:answered' ? insertByCollections : [insertByBulk, upsertByBulk][index % 2]!;
  return { seed, kind, moment, random };
}

const isBad = (row: number) => row % 97 === 5;

type Running = { child: ChildProcess; reached: Reached };

/** None of them outlives this process. */
const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

async function untilReady(child: ChildProcess): Promise<Reached | undefined> {
  started.add(child);
  child.once('exit', () => started.delete(child));
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as Reached;
  return undefined;
}

/** The agent with its own end planned. */
async function startAgentProgram(task: AgentTask): Promise<Running | undefined> {
  const program = join(import.meta.dirname, 'agent-program.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const reached = await untilReady(child);
  return reached && { child, reached };
}

/** `sluice agent start` itself. */
async function startSluiceAgent({ folder, filesFolder, allowedHost }: AgentTask): Promise<Running> {
  const flags = ['--json', '--port', '0', '--plain-http', '--data', folder, '--files', filesFolder];
  const args = [launcher, 'agent', 'start', ...flags, '--allow-host', allowedHost, '--log-level', 'silent'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const reached = await untilReady(child);
  assert.ok(reached, 'the agent did not start');
  const [, password = ''] = readFileSync(join(folder, 'first-password'), 'utf8').split('\n');
  return { child, reached: { ...reached, password } };
}

async function kill({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** How an agent is to die: at a named moment, some time after it is ready, or not by itself. */
type Death = { killAt?: AgentTask['killAt']; afterMs?: number };

/** The first death is that of the round; the next ones come by chance, and after some there is peace. */
function planDeath({ random, moment }: Round, lives: number): Death {
  if (lives > 3) return {};
  const afterMs = 100 + random() * 1_000;
  if (moment === undefined) return { afterMs: afterMs / 2 };
  if (lives === 0) return { killAt: { moment, nth: 1 } };
  const chance = random();
  if (chance < 0.3) return { afterMs };
  const next = moments[Math.floor(random() * moments.length)]!;
  return chance < 0.7 ? { killAt: { moment: next, nth: 1 + Math.floor(random() * 2) } } : {};
}

/** Starts the agent again whenever it is dead, until told to stop. */
function keepAlive(round: Round, task: AgentTask, onReached: (reached: Reached) => void) {
  const met = { kills: 0 };
  let running: Running | undefined;
  let isOver = false;

  async function live(lives: number): Promise<void> {
    const { killAt, afterMs } = planDeath(round, lives);
    const isTrueProgram = round.moment === undefined;
    running = isTrueProgram ? await startSluiceAgent(task) : await startAgentProgram({ ...task, killAt });
    if (!running) return;
    if (isOver) return await kill(running);
    const { child, reached } = running;
    onReached(reached);
    const gone = once(child, 'exit');
    const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs);
    if (child.exitCode === null && child.signalCode === null) await gone;
    clearTimeout(timer);
    if (!isOver) met.kills += 1;
  }

  async function liveOn(): Promise<void> {
    for (let lives = 0; !isOver; lives += 1) await live(lives);
  }

  const living = liveOn();
  return {
    met,
    async end(): Promise<void> {
      isOver = true;
      if (running) await kill(running);
      await living;
    },
  };
}

/** Until it is answered, however often the agent dies meanwhile. */
async function insist<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = Date.now() + 90_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof assert.AssertionError || Date.now() > giveUpAt) throw error;
      await sleep(50);
    }
  }
}

test(`an agent killed at any moment writes and reports every row once (${rounds} rounds from seed ${firstSeed})`, async (t) => {
  const folder = createFolder(t, 'agent-kill');
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, orgSetup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile });
  t.after(() => org.stop());
  await using salesforce = openSalesforce({ ...org, myDomainUrl: org.url });
  let kills = 0;
  for (let index = 0; index < rounds; index += 1) {
    const round = planRound(index);
    const title = `round ${index + 1}, seed ${round.seed}: ${round.kind.name}, killed at ${round.moment ?? 'any time'}`;
    await t.test(title, async () => {
      kills += await playRound(round, { folder: join(folder, String(index)), org, salesforce });
    });
  }
  assert.ok(kills >= (rounds * 4) / 5, `agents were killed ${kills} times`);
  t.diagnostic(`agents were killed ${kills} times`);
});

type Playing = { folder: string; org: OrgProgram; salesforce: Salesforce };

async function playRound(round: Round, { folder, org, salesforce }: Playing): Promise<number> {
  const { kind, seed } = round;
  const batch = `k${seed}`;
  const filesFolder = join(folder, 'files');
  mkdirSync(filesFolder, { recursive: true });
  writeAccounts(join(filesFolder, 'rows.csv'), { count: kind.count, prefix: `${batch}-`, isBad });
  await org.setFaults(
    [
      { path: '/services/**', kind: 'drop-after', share: 0.05 },
      { path: '/services/**', kind: 'drop-before', share: 0.03 },
    ],
    seed,
  );
  let reached: Reached = { url: 'http://127.0.0.1:9', username: '', password: '' };
  const hub = playHub(() => reached);
  const task = { folder: join(folder, 'agent'), filesFolder, allowedHost: new URL(org.url).host };
  const agent = keepAlive(round, task, (now) => {
    reached = { ...now, password: now.password ?? reached.password };
  });
  try {
    await runOnce(hub, org, kind.definition(batch), batch);
  } finally {
    await agent.end();
  }
  await org.setFaults([], 1);
  await checkRound(hub, { salesforce, kind, batch });
  // One that is killed at any time may have been done before.
  assert.ok(round.moment === undefined || agent.met.kills > 0, 'the agent was killed');
  return agent.met.kills;
}

async function runOnce(hub: PlayedHub, org: OrgProgram, definition: object, run: string): Promise<void> {
  const deployment = await insist(() => deploymentFor(hub, { org }, 1, [{ definition }]));
  await insist(() => hub.ask('deploy', { deployment }));
  await insist(() => hub.ask('startRun', { run, lease: 1, interface: 'rows' }));
  await insist(() => hub.ask('confirmRun', { run, lease: 1 }));
  await insist(() => hub.until('runEnded', (ended) => ended.run === run, 90_000));
}

type Checking = { salesforce: Salesforce; kind: Kind; batch: string };

async function checkRound(hub: PlayedHub, { salesforce, kind, batch }: Checking): Promise<void> {
  const bad = Array.from({ length: kind.count }, (_, row) => row).filter(isBad).length;
  assert.equal(hub.of('runStarted').length, 1);
  const [ended, ...more] = hub.of('runEnded');
  assert.deepEqual(more, [], 'a run ends once');
  const { read, succeeded, rejected, unknown } = ended!.rows;
  assert.deepEqual(
    [ended?.status, read, succeeded, rejected, unknown],
    ['completed', kind.count, kind.count - bad, bad, 0],
  );
  const rows = hub.rowsOf(batch);
  assert.equal(rows.size, kind.count);
  for (const [key, { outcome }] of rows)
    assert.equal(outcome, isBad(Number(key.split('-')[1])) ? 'rejected' : 'succeeded', key);
  const found: string[] = [];
  for await (const record of salesforce.query(`SELECT ${kind.field} FROM Account WHERE Batch__c = '${batch}'`))
    found.push(String(record[kind.field]));
  const expected = [...rows].filter(([, { outcome }]) => outcome === 'succeeded').map(([key]) => key);
  assert.deepEqual(found.sort(), expected.sort(), 'no row is lost and none is there twice');
  for await (const job of salesforce.bulk.list()) assert.notEqual(job.state, 'Open', 'no job is left open');
}

test('an agent frozen beyond its lease writes nothing: the run was given to another, and its rows are there once', async (t) => {
  const folder = createFolder(t, 'agent-frozen');
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, orgSetup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile });
  t.after(() => org.stop());
  await using salesforce = openSalesforce({ ...org, myDomainUrl: org.url });
  const filesFolder = join(folder, 'files');
  mkdirSync(filesFolder);
  writeAccounts(join(filesFolder, 'rows.csv'), { count: 500, prefix: 'f-' });
  const open = async (name: string) => {
    const task = { folder: join(folder, name), filesFolder, allowedHost: new URL(org.url).host };
    const agent = await startSluiceAgent(task);
    t.after(() => kill(agent));
    const hub = playHub(() => agent.reached);
    const deployment = await deploymentFor(hub, { org }, 1, [{ definition: insertByBulk.definition('frozen') }]);
    await hub.ask('deploy', { deployment });
    return { agent, hub };
  };
  const [first, second] = [await open('first'), await open('second')];
  const run = { run: 'f', interface: 'rows' };
  assert.deepEqual(await first.hub.ask('startRun', { ...run, lease: 1 }), { state: 'taken' });
  first.agent.child.kill('SIGSTOP');
  await second.hub.start('f', { interface: 'rows', lease: 2 });
  await second.hub.until('runEnded');
  first.agent.child.kill('SIGCONT');
  const [woken] = await first.hub.ask('lookAtRuns', { runs: ['f'] });
  assert.equal(woken?.state, 'taken');
  const late = await first.hub.refusal('confirmRun', { run: 'f', lease: 2 });
  assert.match(late.message, /comes with the lease 2, and this agent knows it with the lease 1/);
  await sleep(500);
  const found = salesforce.query(`SELECT Tag__c FROM Account WHERE Batch__c = 'frozen'`);
  const tags = (await Array.fromAsync(found)).map(({ Tag__c }) => Tag__c);
  assert.deepEqual([tags.length, new Set(tags).size], [500, 500]);
  assert.deepEqual(first.hub.of('runStarted'), []);
});
