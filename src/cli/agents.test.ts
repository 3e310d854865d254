import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callHubInTest } from '../hub/hub-in-test.ts';
import {
  addInterface,
  connectEndpointInTest,
  connectInTest,
  openScriptedAgent,
  openScriptedEndpoint,
} from '../hub/runs/scripted-agent-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

async function listeningHub() {
  const listening = await openListeningHub();
  const hub = await callHubInTest(listening.hub, String(listening.environment.SLUICE_SECRET_HUB));
  await hub.call('POST', '/integrations', { name: 'Retail' });
  return { ...listening, call: hub.call };
}

const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

test('agents that dialled in are listed with their interfaces, those that are idle and those that were shut out too', async () => {
  await using listening = await listeningHub();
  assert.equal((await listening.sluice('agents')).out, 'There is no agent yet.\n');
  await using berlin = await openScriptedAgent(listening, 'Berlin');
  await using rome = await openScriptedAgent(listening, 'Rome');
  await connectInTest(listening, berlin);
  for (const name of ['shops', 'goods']) await addInterface(listening, { name });
  assert.equal((await listening.call('POST', `/agents/${rome.id}/revoke`)).status, 200);
  const { code, out } = await listening.sluice('agents');
  assert.equal(code, 0);
  const [heads = '', first = '', second = ''] = out.split('\n');
  assert.match(heads, /^agent +way +state +version +interfaces$/);
  assert.match(first, /^Berlin +dialled in +connected +\S+ +2$/);
  assert.match(second, /^Rome +dialled in +revoked +\S+ +0$/);
  const [line = ''] = (await listening.sluice('agents', '--json')).out.split('\n');
  const { event, agentId, kind, state, connections, interfaces } = JSON.parse(line);
  assert.deepEqual([event, agentId, kind, state], ['agent', berlin.about.id, 'dialled', 'connected']);
  assert.deepEqual([connections, interfaces.toSorted()], [['warehouse'], ['Retail/goods', 'Retail/shops']]);
});

test('an agent with an endpoint of its own shows where the hub calls it, and one that has left since when it is away', async () => {
  await using listening = await listeningHub();
  await using endpoint = await openScriptedEndpoint(listening, 'Paris');
  await connectEndpointInTest(listening, endpoint);
  await using rome = await openScriptedAgent(listening, 'Rome');
  await rome.away();
  await rome.report({ kind: 'agentStopping', at: 5, body: { reason: 'SIGTERM' } });
  const { out } = await listening.sluice('agents');
  const { portForward } = endpoint.way;
  assert.match(out, new RegExp(`^Paris +own endpoint http://127\\.0\\.0\\.1:${portForward} +connected +\\S+ +0$`, 'm'));
  assert.match(out, new RegExp(`^Rome +dialled in +away since ${time} +\\S+ +0$`, 'm'));
});

test('an agent has the name it was given at the hub, in every list, whatever it calls itself', async () => {
  await using listening = await listeningHub();
  await using agent = await openScriptedAgent(listening, 'Berlin');
  const connection = await connectInTest(listening, agent);
  await addInterface(listening);
  const renamed = await listening.call('PUT', `/agents/${agent.id}`, { name: 'Warehouse', version: 1 });
  assert.equal(renamed.status, 200);
  const names = async () => {
    const [board] = (await listening.call('GET', '/control-board/agents')).json.rows;
    const [shops] = (await listening.call('GET', '/control-board/interfaces')).json.rows;
    const { agent: ofConnection } = (await listening.call('GET', `/connections/${connection.id}`)).json;
    return [board.name, shops.agent.name, ofConnection.name];
  };
  const everywhere = ['Warehouse', 'Warehouse', 'Warehouse'];
  assert.deepEqual(await names(), everywhere);
  assert.equal((await listening.call('POST', `/connections/${connection.id}/ping-agent`)).json.ok, true);
  assert.deepEqual(await names(), everywhere, 'after a ping, in which it says its own');
  assert.match((await listening.sluice('agents')).out, /^Warehouse +dialled in/m);
});
