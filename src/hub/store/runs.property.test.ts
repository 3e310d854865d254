import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { type HubRun, type HubStore, openHubStore } from './index.ts';

const key = { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } as const;

async function openStore() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-hub-runs-'));
  const clock = createClockInTest();
  const store = openHubStore(folder, { clock });
  const close = async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { store, clock, [Symbol.asyncDispose]: close };
}

async function addAgent({ agents }: HubStore, id: string): Promise<number> {
  await agents.dialledIn({ id, name: id, version: '1', publicKey: key, deployment: 0 });
  return agents.findByAgentId(id)?.id ?? 0;
}

/** One interface on one connection, over the first agent. */
async function addInterface(store: HubStore, agent: number) {
  const salesforce = { myDomainUrl: 'https://a.my.salesforce.com', tokenUrl: 'https://a.my.salesforce.com/t' };
  const org = { ...salesforce, consumerKey: 'k', consumerSecret: 'sealed', environment: 'production' } as const;
  const database = { type: 'sqlite', file: '/x' } as const;
  const named = { name: 'warehouse', description: null, type: 'agentDatabase' } as const;
  const connection = { ...named, database, salesforce: org, agentGoodAt: null, salesforceGoodAt: null, agent };
  const kept = await store.connections.add('admin', connection);
  const integration = { name: 'Retail', description: null, sequence: 1, state: 'active' } as const;
  const { id: integrationId } = await store.integrations.add('admin', integration);
  const place = {
    name: 'shops',
    integration: 'Retail',
    sequence: 1,
    status: 'deployed',
    connection: 'warehouse',
  } as const;
  const exchange = {
    source: { table: 'shop' },
    object: 'Account',
    operation: 'insert',
    mapping: { Name: 'name' },
  } as const;
  const { id } = await store.interfaces.add('admin', { integrationId, definition: { ...place, ...exchange } });
  const move = async (to: number) => {
    const { version } = store.connections.findByName('warehouse') ?? kept;
    await store.connections.change('admin', kept.id, { ...connection, agent: to, version });
  };
  return { id, move };
}

const act = fc.constantFrom(
  'ask',
  'give',
  'give',
  'confirm',
  'ask',
  'give',
  'confirm',
  'confirmLate',
  'handBack',
  'move',
  'wait',
  'cancel',
  'end',
  'restart',
);

test('however agents, leases, late answers and cancelling meet: a run is let begin once at the most, by who has it, one of an interface at a time', async () => {
  let begun = 0;
  const property = fc.asyncProperty(fc.array(act, { minLength: 60, maxLength: 60 }), async (acts) => {
    await using opened = await openStore();
    const { store, clock } = opened;
    const agents = [await addAgent(store, 'Berlin'), await addAgent(store, 'Rome')] as const;
    const shops = await addInterface(store, agents[0]);
    let at = 0;
    const given: HubRun[] = [];
    const confirmed = new Map<number, number>();
    const open = () => store.runs.list({ state: 'open', pageSize: 200 }).rows;
    async function confirm(run: HubRun | undefined): Promise<void> {
      if (run === undefined || !(await store.runs.confirmed(run))) return;
      assert.ok(!confirmed.has(run.id), `run ${run.id} was let begin twice`);
      const now = store.runs.find(run.id);
      assert.deepEqual([now?.lease, now?.agentRow], [run.lease, run.agentRow], 'by who has it');
      confirmed.set(run.id, run.agentRow);
      begun += 1;
    }
    const acting: Record<string, () => unknown> = {
      ask: () => {
        const agentRow = agents[at] as number;
        const wish = {
          interfaceId: shops.id,
          direction: 'inbound',
          agentRow,
          trigger: 'manual',
          askedBy: 'admin',
        } as const;
        return store.runs.ask('admin', {
          runs: [{ ...wish, run: `run ${Math.random()}` }],
          inSequence: false,
          display: 'x',
        });
      },
      async give() {
        for (const agentRow of agents)
          for (const run of store.runs.waiting(agentRow, 4)) {
            assert.equal(agentRow, agents[at], 'to the agent of its connection');
            const next = await store.runs.given(run, { agentRow, forMs: 30_000 });
            if (next !== undefined) given.push(next);
          }
      },
      confirm: () => confirm(given.at(-1)),
      confirmLate: () => confirm(given.shift()),
      handBack: () => store.runs.handedBack(given.at(-1) ?? { id: 0, lease: 0 }),
      async move() {
        at = 1 - at;
        await shops.move(agents[at] as number);
      },
      wait: () => clock.forward(30_000),
      async cancel() {
        const [run] = open();
        if (run !== undefined) await store.runs.askCancel('admin', run);
      },
      async end() {
        const run = open().find(({ state }) => state === 'confirmed');
        const error = { code: 'X', message: 'x', next: 'x' };
        if (run !== undefined) await store.runs.end(run.id, { status: 'failed', error });
      },
      restart: () => void given.splice(0, given.length - 1),
    };
    for (const name of acts) {
      await acting[name]?.();
      const under = open().filter(({ state }) => state === 'given' || state === 'confirmed');
      assert.ok(under.length <= 1, 'one of an interface at a time');
    }
  });
  await fc.assert(property, { numRuns: 30 });
  assert.ok(begun > 50, `${begun} begun`);
});
