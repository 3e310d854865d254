/** Out of Salesforce while others write, and while runs are killed: no change is missed, and none comes half. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunReport, resumeRuns } from '../../src/agent/index.ts';
import { type Clock, createLog, systemClock } from '../../src/base/index.ts';
import { openOrgStage } from './org-stage.ts';
import {
  bring,
  keyedDigest,
  ledgerOf,
  openPlace,
  orgHolds,
  type Place,
  sendRows,
  targetKinds,
  writeOutbound,
} from './outbound-stage.ts';
import { createRandom } from './seeded-random.ts';
import { startSluice } from './sluice-program.ts';
import { createFolder } from './stage.ts';

const isLong = process.env.SLUICE_LONG === '1';
const rounds = Number(process.env.SLUICE_OUTBOUND_ROUNDS ?? (isLong ? 200 : 20));
const kills = isLong ? 50 : 5;
const firstSeed = Number(process.env.SLUICE_SEED ?? Date.now() % 1_000_000);

/** In the org a wait of this length lasts until it is let go. */
const heldMs = 600_000;
const hold = { began: Promise.withResolvers<void>(), letGo: Promise.withResolvers<void>() };
const clock: Clock = {
  ...systemClock,
  async sleep(milliseconds, options) {
    if (milliseconds !== heldMs) return await systemClock.sleep(milliseconds, options);
    hold.began.resolve();
    await hold.letGo.promise;
  },
};

const { reachable, salesforce } = await openOrgStage({ clock });

before(async () => {
  await sendRows(salesforce, 'insert', ['Ext__c,Name', ...Array.from({ length: 3_000 }, (_, n) => `R-${n},first`)]);
});

type Rule = { path: string; kind: string; latencyMs?: number; share: number; method?: string };

function setLateCommits(rules: readonly Pick<Rule, 'latencyMs' | 'share'>[], seed = 1): Promise<void> {
  const path = '/services/data/**/composite/sobjects';
  return setFaults(
    rules.map((rule) => ({ path, kind: 'late-commit', ...rule })),
    seed,
  );
}

async function setFaults(rules: readonly Rule[], seed = 1): Promise<void> {
  const body = { seed, rules };
  const answer = await fetch(`${reachable.url}/box/faults`, { method: 'PUT', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}

/** A few updates, inserts and deletes by one of several writers, each call stamped at once and seen when it likes. */
async function write(random: () => number, ids: string[], writer: string): Promise<void> {
  for (let call = 0; call < 3; call++) {
    const pick = () => ids[Math.floor(random() * ids.length)] ?? '';
    const chosen = [...new Set(Array.from({ length: 8 }, pick))];
    const kind = random();
    const Name = `${writer} ${call} ${random()}`;
    const save = (operation: 'insert' | 'update' | 'delete', records: Record<string, unknown>[]) =>
      salesforce.saveCollection({ operation, object: 'Account', records, allOrNone: false });
    if (kind < 0.6)
      await save(
        'update',
        chosen.map((Id) => ({ Id, Name })),
      );
    else if (kind < 0.8)
      await save(
        'delete',
        chosen.slice(0, 3).map((Id) => ({ Id })),
      );
    else await save('insert', [{ Name }, { Name }]);
    await sleep(random() * 150);
  }
}

async function assertSame(place: Place, what: string): Promise<void> {
  const held = await place.held(['Name']);
  const wanted = await orgHolds(salesforce, { Name: 'Name' });
  assert.equal(keyedDigest(held), keyedDigest(wanted), what);
}

test('the org shows a change after its stamp: without look-back it is missed, with it it is not', async (t) => {
  const folder = createFolder(t, 'outbound-gap');
  const [near, far] = await Promise.all([
    openPlace('sqlite', join(folder, 'near'), reachable),
    openPlace('sqlite', join(folder, 'far'), reachable),
  ]);
  const body = (minutes: number) =>
    `fields: [Id, Name]\nchanges: incremental\nlookBackMinutes: ${minutes}\ntarget: { table: accounts, create: true }`;
  const places = [
    { place: near, file: writeOutbound(near, 'near', body(0)) },
    { place: far, file: writeOutbound(far, 'far', body(1)) },
  ];
  for (const { place, file } of places) assert.equal((await bring(place, file)).status, 'completed');
  const { Id = '' } = (await Array.fromAsync(salesforce.query("SELECT Id FROM Account WHERE Ext__c = 'R-7'")))[0] ?? {};
  await setLateCommits([{ latencyMs: heldMs, share: 1 }]);
  const saving = salesforce.saveCollection({
    operation: 'update',
    object: 'Account',
    records: [{ Id, Name: 'late' }],
    allOrNone: true,
  });
  await hold.began.promise;
  // Bookmarks are two seconds behind the org's clock, which is told in whole ones.
  await sleep(4_500);
  for (const { place, file } of places) assert.equal((await bring(place, file)).status, 'completed');
  hold.letGo.resolve();
  await saving;
  await setLateCommits([]);
  for (const { place, file } of places) await bring(place, file);
  assert.equal((await near.held(['Name'])).get(String(Id)), 'first');
  assert.equal((await far.held(['Name'])).get(String(Id)), 'late');
});

/** Runs go one after the other while writers write, and once more when they have ended; then both sides are equal. */
async function playLateRound(place: Place, file: string, seed: number): Promise<void> {
  const random = createRandom(seed);
  await setLateCommits([{ latencyMs: Math.floor(random() * 900), share: 0.6 }], seed);
  const found = await Array.fromAsync(salesforce.query('SELECT Id FROM Account ORDER BY Id LIMIT 400'));
  const ids = found.map(({ Id }) => String(Id));
  let isOver = false;
  const writing = Promise.all(['a', 'b', 'c', 'd'].map((name) => write(random, ids, `${seed} ${name}`))).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    assert.equal((await bring(place, file)).status, 'completed');
    await sleep(random() * 100);
  }
  await writing;
  assert.equal((await bring(place, file)).status, 'completed');
  await assertSame(place, `seed ${seed}`);
}

test(`under writers that commit late and with equal stamps no row is missed (${rounds} rounds from seed ${firstSeed})`, async (t) => {
  const place = await openPlace('postgres', createFolder(t, 'outbound-late'), reachable);
  // Five seconds, and the two that a bookmark is behind: little, so that rows of earlier rounds are not read again and again.
  const body =
    'fields: [Id, Name]\nchanges: incremental\nlookBackMinutes: 0.09\ntarget: { table: accounts, create: true, deleted: remove }';
  const file = writeOutbound(place, 'late', body);
  for (let round = 0; round < rounds; round++) {
    const seed = firstSeed + round;
    await t.test(`round ${round + 1}, seed ${seed}`, () => playLateRound(place, file, seed));
  }
  await setLateCommits([]);
});

/** Undefined when the run had ended before it was killed. */
async function resume(place: Place): Promise<RunReport | undefined> {
  await using ledger = ledgerOf(place);
  const log = createLog({ level: 'silent' });
  return (await resumeRuns({ ledger, environment: place.environment, log }))[0];
}

async function unfinished(place: Place): Promise<number[]> {
  await using ledger = ledgerOf(place);
  return ledger.listRuns({ unfinished: true }).map(({ id }) => id);
}

test('query jobs whose creation was never answered are taken out of the org, and jobs of others are left', async (t) => {
  const place = await openPlace('sqlite', createFolder(t, 'outbound-orphans'), reachable);
  const target = `target: { ${place.name}, create: true }`;
  const file = writeOutbound(place, 'orphans', `fields: [Id, Name]\nmode: bulk\n${target}`);
  const other = await salesforce.bulkQuery.createJob({ soql: 'SELECT Id FROM Contact' });
  const listed = async () => (await Array.fromAsync(salesforce.bulkQuery.list())).map(({ id }) => id);
  await setFaults([{ path: '/services/data/*/jobs/query', method: 'POST', kind: 'drop-after', share: 1 }]);
  const running = startSluice({
    args: ['run', file, '--data', join(place.folder, 'data')],
    folder: place.folder,
    secret: reachable.consumerSecret,
    environment: place.environment,
  });
  while ((await listed()).length < 3) await sleep(50);
  running.child.kill('SIGKILL');
  await running.ended;
  await setFaults([]);
  assert.equal((await bring(place, file)).status, 'completed');
  assert.deepEqual(await listed(), [other.id]);
  await salesforce.bulkQuery.wait(other.id);
  await salesforce.bulkQuery.delete(other.id);
  assert.deepEqual(await listed(), []);
});

/** 1 when the run was killed before its end, else 0. */
async function playKilledRound(place: Place, { seed, resumes }: { seed: number; resumes: boolean }): Promise<number> {
  const random = createRandom(seed);
  const target = `target: { ${place.name}, create: true }`;
  const body = `fields: [Id, Name]\nchanges: incremental\nmode: bulk\n${target}`;
  const file = writeOutbound(place, 'killed', body);
  const [change] = await Array.fromAsync(salesforce.query('SELECT Id FROM Account ORDER BY Id LIMIT 1'));
  await sendRows(salesforce, 'update', ['Id,Name', `${change?.Id},${seed}`]);
  await setFaults([{ path: '/services/**', kind: 'latency', latencyMs: 150, share: 1 }]);
  const running = startSluice({
    args: ['run', file, '--data', join(place.folder, 'data')],
    folder: place.folder,
    secret: reachable.consumerSecret,
    environment: place.environment,
  });
  const timer = setTimeout(() => running.child.kill('SIGKILL'), 300 + random() * 1_500);
  const { code } = await running.ended;
  clearTimeout(timer);
  await setFaults([]);
  const report = (resumes ? await resume(place) : undefined) ?? (await bring(place, file));
  assert.equal(report.status, 'completed');
  await assertSame(place, `seed ${seed}`);
  assert.deepEqual(await unfinished(place), []);
  assert.deepEqual(await Array.fromAsync(salesforce.bulkQuery.list()), []);
  return code === null ? 1 : 0;
}

test(`after kill -9 at any time the next run, or resume, brings what is missing, and no job is left (${kills} rounds from seed ${firstSeed})`, async (t) => {
  const folder = createFolder(t, 'outbound-kill');
  const places = await Promise.all(targetKinds.map((kind) => openPlace(kind, join(folder, kind), reachable)));
  let killed = 0;
  for (let round = 0; round < kills; round++) {
    const seed = firstSeed + round;
    const place = places[round % places.length] as Place;
    await t.test(`round ${round + 1}, seed ${seed}: ${place.kind}`, async () => {
      killed += await playKilledRound(place, { seed, resumes: round % 2 === 1 });
    });
  }
  assert.ok(killed > 0, 'runs were killed before their end');
  t.diagnostic(`${killed} of ${kills} runs were killed before their end`);
});
