/** Hub and agents killed at any time under load, with answers that are lost: what was accepted is in the org once, and in order. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClientCalls,
  type HubStage,
  insist,
  openHubStage,
  type Saved,
  type StageProgram,
  until,
} from './hub-stage.ts';
import { createRandom } from './seeded-random.ts';

const rounds = process.env.SLUICE_LONG === '1' ? 50 : 5;
const firstSeed = Number(process.env.SLUICE_SEED ?? 1);
const callsARound = 8;
const killsARound = 3;
const keysARound = 7;
const drainWithinMs = 300_000;

let stage: HubStage;
let client: ClientCalls;

const upsert = {
  integration: 'Load',
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  source: { file: 'none.csv' },
  mapping: { Ext__c: 'key', Name: 'key', Counter__c: 'counter', Batch__c: 'batch' },
};

const insert = {
  ...upsert,
  operation: 'insert',
  externalId: undefined,
  key: 'Tag__c',
  mode: 'bulk',
  mapping: { Tag__c: 'key', Name: 'key', Counter__c: 'counter', Batch__c: 'batch' },
};

before(async () => {
  stage = await openHubStage('kill-rounds', { leaseSeconds: 5 });
  await stage.addIntegration('Load');
  for (const by of ['own', 'dialled'] as const) {
    await stage.connect(by, by);
    await stage.addInterface({ ...upsert, name: `upsert-${by}`, connection: by });
    await stage.addInterface({ ...insert, name: `insert-${by}`, connection: by });
  }
  client = await stage.addClient();
});

after(() => stage[Symbol.asyncDispose]());

type Line = { name: string; field: 'ext' | 'tag'; prefix: string };
type Entry = { key: string; counter: number; batch: string };

const lines: readonly Line[] = (['own', 'dialled'] as const).flatMap((by): Line[] => [
  { name: `upsert-${by}`, field: 'ext', prefix: `u${by}` },
  { name: `insert-${by}`, field: 'tag', prefix: `i${by}` },
]);

/** What a line of a round has sent and had accepted, in that order. */
type Sent = Line & { entries: Entry[]; calls: string[] };

/** A sequence of calls to one interface: each key counts up, and no call is made before the one before it was accepted. */
async function sendLine(line: Line, { batch, random }: { batch: string; random: () => number }): Promise<Sent> {
  const counters = new Map<string, number>();
  const sent: Sent = { ...line, entries: [], calls: [] };
  for (let index = 0; index < callsARound; index += 1) {
    const entries = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
      const key = `${batch}-${line.prefix}${Math.floor(random() * keysARound)}`;
      const counter = (counters.get(key) ?? 0) + 1;
      counters.set(key, counter);
      return { key, counter, batch };
    });
    sent.calls.push(await sendUntilAccepted(line.name, entries));
    sent.entries.push(...entries);
    await sleep(random() * 900);
  }
  return sent;
}

/** With one Idempotency-Key, as often as it takes; the call that was accepted. */
async function sendUntilAccepted(name: string, entries: readonly Entry[]): Promise<string> {
  const headers = { 'idempotency-key': randomUUID() };
  const query = `integration=Load&interface=${name}&mode=Asynchronous`;
  return await until('a call is accepted', async () => {
    const answer = await insist(() => client.send({ body: JSON.stringify(entries), query, headers }));
    if (answer.status === 202) return answer.json.call as string;
    assert.ok([409, 429, 503].includes(answer.status), answer.text);
    return false;
  });
}

/** Kills one or the other whenever chance says so, and starts it again. */
async function killAtRandom(random: () => number, victims: readonly StageProgram[]): Promise<void> {
  for (let kills = 0; kills < killsARound; kills += 1) {
    await sleep(200 + random() * 2_500);
    const victim = victims[Math.floor(random() * victims.length)]!;
    await victim.kill();
    await sleep(random() * 500);
    await victim.start();
  }
}

const faults = [
  { path: '/services/**', kind: 'drop-after', share: 0.04 },
  { path: '/services/**', kind: 'drop-before', share: 0.02 },
];

async function playRound(who: 'hub' | 'agent', seed: number): Promise<void> {
  const random = createRandom(seed);
  const batch = `${who}${seed}`;
  await stage.org.setFaults(faults, seed);
  const killing = killAtRandom(
    createRandom(seed + 1_000_000),
    who === 'hub' ? [stage.hub] : [stage.own, stage.dialled],
  );
  const sending = lines.map((line) => sendLine(line, { batch, random: createRandom(random() * 2 ** 32) }));
  const [sent] = await Promise.all([Promise.all(sending), killing]);
  await untilDrained();
  assert.ok((await stage.org.countFaults()) > 0, 'answers were lost');
  await stage.org.setFaults([], 1);
  checkOrg(batch, sent);
  await checkHub(sent);
}

const unsettled = () =>
  stage.read(
    `SELECT id, key, status, code, reason, attempt FROM message WHERE status NOT IN ('Completed', 'Cancelled')`,
  );
const openRuns = () => stage.read(`SELECT id, run, state FROM run WHERE state != 'ended'`);

/** A person does not wait for the next try of what failed for a reason that passes. */
async function untilDrained(): Promise<void> {
  const giveUpAt = Date.now() + drainWithinMs;
  for (;;) {
    const [left, open] = [unsettled(), openRuns()];
    if (left.length === 0 && open.length === 0) return;
    if (Date.now() > giveUpAt) assert.fail(`not settled: ${JSON.stringify({ left: left.slice(0, 20), open })}`);
    const failed = left.filter(({ status }) => status === 'Failed');
    assert.deepEqual(failed, [], 'nothing that was accepted fails for good');
    const { status, json } = await insist(() =>
      stage.call('POST', '/messages/reprocess', { filter: { status: 'Pending' } }),
    );
    assert.equal(status, 200, JSON.stringify(json));
    await sleep(1_000);
  }
}

/** The counters that each key was given in the org, in the order in which it saved them. */
function countersOf(saved: readonly Saved[], field: Line['field']): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const row of saved) {
    const key = row[field];
    if (key !== null) found.set(key, [...(found.get(key) ?? []), row.counter]);
  }
  return found;
}

function checkOrg(batch: string, sent: readonly Sent[]): void {
  const saved = stage.history(batch);
  for (const field of ['ext', 'tag'] as const) {
    const found = countersOf(saved, field);
    const wanted = new Map<string, number[]>();
    for (const { entries } of sent.filter((line) => line.field === field))
      for (const { key, counter } of entries) wanted.set(key, [...(wanted.get(key) ?? []), counter]);
    assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
    for (const [key, counters] of wanted) {
      const inOrg = found.get(key) ?? [];
      // The same value once more, after a lost answer, is no step back, and the record stands as it stood.
      const steps = field === 'tag' ? inOrg : inOrg.filter((counter, place) => counter !== inOrg[place - 1]);
      assert.deepEqual(
        steps,
        counters,
        `${key}: each once, in the order in which they were accepted (${inOrg.join()})`,
      );
    }
    if (field === 'ext') assert.equal(new Set(saved.filter(({ ext }) => ext).map(({ id }) => id)).size, wanted.size);
  }
}

async function checkHub(sent: readonly Sent[]): Promise<void> {
  for (const { calls, entries } of sent) {
    let messages = 0;
    for (const id of calls) {
      const { json } = await client.ask(`${stage.hub.url}/V4/calls/${id}?limit=1000`);
      messages += json.messages;
      for (const result of json.results)
        assert.deepEqual([result.status, result.success], ['Completed', true], JSON.stringify(result));
    }
    assert.equal(messages, entries.length, 'a call that was made again is one call');
  }
  checkRuns();
}

/** Each run has ended, and each of its rows has one outcome that is known. */
function checkRuns(): void {
  const runs = stage.read('SELECT id, state, status, rows_read, rows_succeeded, rows_rejected, rows_unknown FROM run');
  assert.ok(runs.length > 0);
  for (const run of runs) {
    assert.equal(run.state, 'ended', JSON.stringify(run));
    assert.equal(run.rows_unknown, 0, JSON.stringify(run));
    if (run.status === 'completed') assert.equal(run.rows_succeeded, run.rows_read, JSON.stringify(run));
  }
}

for (const who of ['hub', 'agent'] as const) {
  const title = `of what the hub accepted nothing is lost, doubled or overtaken, whenever the ${who} is killed`;
  test(`${title} (${rounds} rounds from seed ${firstSeed})`, async (t) => {
    for (let index = 0; index < rounds; index += 1) {
      const seed = firstSeed + index;
      await t.test(`round ${index + 1}, seed ${seed}`, () => playRound(who, seed));
    }
  });
}
