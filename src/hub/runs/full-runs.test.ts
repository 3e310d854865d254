import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';
import { addInterface, connectInTest, openScriptedAgent, SaysNo, until } from './scripted-agent-in-test.ts';

const copies = {
  name: 'copies',
  integration: 'Retail',
  connection: 'warehouse',
  type: 'outbound',
  status: 'deployed',
  object: 'Account',
  fields: ['Id', 'Name'],
  target: { table: 'copies', create: true },
  changes: 'incremental',
};

type Script = Parameters<typeof openScriptedAgent>[2];

async function hubWithCopies(script: Script = {}) {
  const hub = await openHubInTest();
  const agent = await openScriptedAgent(hub, 'Berlin', script);
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await connectInTest(hub, agent);
  await addInterface(hub);
  const made = await hub.call('POST', '/interfaces', { definition: copies });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const start = (body: object) => hub.call('POST', '/runs', { order: 'together', ...body });
  const close = async () => {
    await agent[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  };
  return { ...hub, agent, start, [Symbol.asyncDispose]: close };
}

test('a run can be asked to read everything for this once: its agent is told, and it stands at the run and in the audit trail', async () => {
  await using hub = await hubWithCopies();
  const { agent, start, call } = hub;
  const { status, json } = await start({ interfaces: ['shops', 'copies'], full: true });
  assert.equal(status, 201);
  const said = json.runs.map((run: Record<string, unknown>) => [run.interface, run.full]);
  assert.deepEqual(said, [
    ['shops', false],
    ['copies', true],
  ]);
  await until('both are taken', () => agent.inputsOf('startRun').length === 2);
  const told = Object.fromEntries(agent.inputsOf('startRun').map((input) => [input.interface, input.full]));
  assert.deepEqual(told, { shops: undefined, copies: true });
  const [entry] = (await call('GET', '/audit-trail?search=startedRuns')).json.rows;
  assert.equal(entry.display, 'Started shops, copies (everything, not only what changed)');
});

test('the run after it reads what changed again', async () => {
  await using hub = await hubWithCopies();
  const [first] = (await hub.start({ interfaces: ['copies'], full: true })).json.runs;
  await hub.call('POST', `/runs/${first.id}/cancel`);
  const [second] = (await hub.start({ interfaces: ['copies'] })).json.runs;
  assert.deepEqual([first.full, second.full], [true, false]);
});

test('everything cannot be asked of what goes into Salesforce alone, and nothing is started', async () => {
  await using hub = await hubWithCopies();
  const { status, errors } = await hub.start({ interfaces: ['shops'], full: true });
  assert.equal(status, 400);
  assert.deepEqual(errors, [
    {
      field: 'full',
      message: 'None of these interfaces goes out of Salesforce: what goes in is read whole by every run.',
      next: 'Leave out "Everything, not only what changed".',
    },
  ]);
  assert.equal((await hub.call('GET', '/runs')).json.total, 0);
});

test('the board says which interfaces read only what changed', async () => {
  await using hub = await hubWithCopies();
  const { rows } = (await hub.call('GET', '/control-board/interfaces?sort=name')).json;
  const said = rows.map((row: Record<string, unknown>) => [row.name, row.readsChanges]);
  assert.deepEqual(said, [
    ['copies', true],
    ['shops', false],
  ]);
});

test('an agent that is older than the hub is told so by name, and runs what it knows', async () => {
  const taken: string[] = [];
  await using hub = await hubWithCopies({
    startRun({ run, full }) {
      if (full !== undefined) throw new SaysNo('', 'full is not known.', 400);
      taken.push(run);
      return { state: 'taken' };
    },
    confirmRun: () => ({ state: 'confirmed' }),
  });
  const [run] = (await hub.start({ interfaces: ['copies'], full: true })).json.runs;
  const ended = (await hub.call('GET', `/runs/${run.id}?wait=10`)).json;
  assert.deepEqual([ended.status, ended.error.code], ['failed', 'AGENT_OLDER']);
  assert.equal(ended.error.message, 'The agent Berlin is older than this hub, and cannot read everything for one run.');
  assert.match(ended.error.next, /Bring the agent to the version of the hub/);
  const [next] = (await hub.start({ interfaces: ['copies'] })).json.runs;
  await until('what it knows is taken', () => taken.includes(next.run));
});
