import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callHubInTest } from '../hub/hub-in-test.ts';
import {
  addInterface,
  connectInTest,
  openScriptedAgent,
  openScriptedEndpoint,
  reportOf,
  until,
} from '../hub/runs/scripted-agent-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

async function hubWithInterfaces() {
  const listening = await openListeningHub();
  const hub = await callHubInTest(listening.hub, String(listening.environment.SLUICE_SECRET_HUB));
  const agent = await openScriptedAgent(hub, 'Berlin');
  await hub.call('POST', '/integrations', { name: 'Retail' });
  const finance = (await hub.call('POST', '/integrations', { name: 'Finance' })).json;
  await connectInTest(hub, agent);
  await addInterface(hub);
  await addInterface(hub, { name: 'goods', status: 'undeployed', object: 'Product2' });
  await addInterface(hub, { name: 'books', integration: 'Finance', schedule: { every: '24h' } });
  const close = async () => {
    await agent[Symbol.asyncDispose]();
    await listening[Symbol.asyncDispose]();
  };
  return { ...listening, call: hub.call, agent, finance, [Symbol.asyncDispose]: close };
}

const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

test('the interfaces of a hub are listed by integration and sequence, with their last run and the next', async () => {
  await using hub = await hubWithInterfaces();
  await hub.sluice('process', 'shops');
  const { run } = await until('the run is let begin', () => hub.agent.inputsOf('confirmRun')[0]);
  await hub.agent.report(reportOf.started(run), reportOf.ended(run, { endedAt: Date.UTC(2026, 0, 2, 3, 4, 5) }));
  await until('it ended', async () => (await hub.call('GET', '/runs/1')).json.state === 'ended');
  const { code, out } = await hub.sluice('interfaces');
  assert.equal(code, 0);
  const [heads = '', books = '', shops = '', goods = ''] = out.split('\n');
  assert.match(heads, /^integration +interface +direction +object +operation +status +agent +last run +at +next run$/);
  assert.match(books, new RegExp(`^Finance +books +inbound +Account +upsert +deployed +Berlin +never +${time}$`));
  assert.match(shops, /^Retail +shops +inbound +Account +upsert +deployed +Berlin +completed +2026-01-02 03:04:05$/);
  assert.match(goods, /^Retail +goods +inbound +Product2 +upsert +undeployed +Berlin +never$/);
});

test('flags choose among the interfaces, and JSON has each whole', async () => {
  await using hub = await hubWithInterfaces();
  const names = async (...flags: string[]) =>
    (await hub.sluice('interfaces', ...flags, '--json')).out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).name);
  assert.deepEqual(await names('--integration', 'retail'), ['shops', 'goods']);
  assert.deepEqual(await names('--status', 'deployed'), ['books', 'shops']);
  assert.deepEqual(await names('--search', 'product2'), ['goods']);
  assert.deepEqual(await names('--agent', 'berlin', '--status', 'undeployed'), ['goods']);
  const { event, lastRun, schedule } = JSON.parse((await hub.sluice('interfaces', '--search', 'book', '--json')).out);
  assert.deepEqual([event, lastRun, schedule], ['interface', null, { every: '24h' }]);
  assert.equal((await hub.sluice('interfaces', '--search', 'nothing')).out, 'No interface is found.\n');
});

test('an interface whose integration is not active says so beside its status, and a stopped one has no next run', async () => {
  await using hub = await hubWithInterfaces();
  const { id, name, description, sequence, version } = hub.finance;
  const change = { name, description, sequence, version, state: 'stopped' };
  assert.equal((await hub.call('PUT', `/integrations/${id}`, change)).status, 200);
  const { out } = await hub.sluice('interfaces', '--integration', 'Finance');
  assert.match(out, /books .* deployed, stopped +Berlin +never$/m);
});

test('an integration or an agent that is not there is named, with the nearest', async () => {
  await using hub = await hubWithInterfaces();
  const integration = await hub.sluice('interfaces', '--integration', 'Retial');
  assert.deepEqual([integration.code, integration.out], [2, '']);
  assert.match(integration.err, /The hub has no integration "Retial"\.\nDid you mean Retail\?/);
  const agent = await hub.sluice('interfaces', '--agent', 'Warehouse');
  assert.match(agent.err, /The hub has no agent with interfaces "Warehouse"\.\nThere are: Berlin\./);
});

test('agents of one name are taken together, and told apart by their address', async () => {
  await using hub = await hubWithInterfaces();
  await using endpoint = await openScriptedEndpoint(hub, 'Berlin');
  const connection = {
    name: 'stock',
    type: 'agentDatabase',
    agent: endpoint.way,
    database: { database: 'sqlite', file: '/data/stock.sqlite' },
    salesforce: { environment: 'production', myDomainUrl: 'acme.my.salesforce.com', consumerKey: 'key' },
    withoutPing: true,
  };
  const { id } = (await hub.call('POST', '/connections', connection)).json;
  assert.equal((await hub.call('POST', `/connections/${id}/ping-agent`)).json.ok, true);
  await addInterface(hub, { name: 'stocks', connection: 'stock' });
  const namesOf = async (agent: string) =>
    [...(await hub.sluice('interfaces', '--agent', agent)).out.matchAll(/^(?:Retail|Finance) +(\S+)/gm)].map(
      ([, name]) => name,
    );
  assert.deepEqual(await namesOf('Berlin'), ['books', 'shops', 'goods', 'stocks']);
  assert.deepEqual(await namesOf(`http://127.0.0.1:${endpoint.way.portForward}`), ['stocks']);
});
