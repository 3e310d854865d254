import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatMs } from '../../protocol/index.ts';
import { parseMetrics, sampleOf } from '../../web/metrics-in-test.ts';
import { openHubInTest } from '../hub-in-test.ts';
import {
  addInterface,
  connectEndpointInTest,
  connectInTest,
  openScriptedAgent,
  openScriptedEndpoint,
  until,
} from './scripted-agent-in-test.ts';

type Hub = Awaited<ReturnType<typeof openHubInTest>>;

async function prepare(hub: Hub) {
  await hub.call('POST', '/integrations', { name: 'Retail' });
  await addInterface(hub);
  await until('the deployment', async () => (await onBoard(hub)).deployment?.has === 1);
}

const onBoard = async (hub: Hub) => (await hub.call('GET', '/control-board/agents')).json.rows[0];

async function countConnected({ hub }: Hub) {
  const { payload } = await hub.app.inject('/metrics');
  return sampleOf(parseMetrics(payload), 'sluice_agents_connected');
}

/** The agent stops saying anything; four heartbeats later everybody is told. */
async function checkThatItIsMissed(hub: Hub): Promise<void> {
  const look = async () => [(await onBoard(hub)).connected, await countConnected(hub)];
  hub.clock.forward(4 * heartbeatMs - 1);
  assert.deepEqual(await look(), [true, 1]);
  hub.clock.forward(1);
  assert.deepEqual(await look(), [false, 0]);
}

test('an agent that dialled in and says nothing for four heartbeats is away', async () => {
  await using hub = await openHubInTest();
  await using agent = await openScriptedAgent(hub, 'Berlin');
  await connectInTest(hub, agent);
  await prepare(hub);
  await agent.away();
  await checkThatItIsMissed(hub);
  agent.back();
  await until('it is back', async () => (await onBoard(hub)).connected);
});

test('an agent with an endpoint that is asked and says nothing for four heartbeats is away', async () => {
  await using hub = await openHubInTest();
  const never = Promise.withResolvers<object>();
  let isFrozen = false;
  const frozen = { asked: 0 };
  await using agent = await openScriptedEndpoint(hub, 'Berlin', {
    async takeReports() {
      frozen.asked += isFrozen ? 1 : 0;
      return isFrozen ? await never.promise : { deployment: agent.state.deployment, batch: null };
    },
  });
  await connectEndpointInTest(hub, agent);
  await prepare(hub);
  isFrozen = true;
  await until('it is asked', () => frozen.asked > 0);
  await checkThatItIsMissed(hub);
});
