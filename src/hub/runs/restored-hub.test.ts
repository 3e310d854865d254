import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { createLog } from '../../base/index.ts';
import { copyDataFolder } from '../../store/index.ts';
import { openHub } from '../hub.ts';
import { callHubInTest, openHubInTest } from '../hub-in-test.ts';
import {
  addInterface,
  connectEndpointInTest,
  connectInTest,
  openScriptedAgent,
  openScriptedEndpoint,
  until,
} from './scripted-agent-in-test.ts';

type Agent = Pick<Awaited<ReturnType<typeof openScriptedEndpoint>>, 'inputsOf'>;

async function setState({ call }: Stage, state: string): Promise<void> {
  const [{ id, name, description, sequence, version }] = (await call('GET', '/integrations')).json.rows;
  const changed = { name, description, sequence, version, state };
  assert.equal((await call('PUT', `/integrations/${id}`, changed)).status, 200);
}

/** Number and state of its interface, of each deployment the agent was sent. */
const sentTo = (agent: Agent) =>
  agent.inputsOf('deploy').map(({ deployment: { number, interfaces } }) => [number, interfaces[0]?.state]);

const untilSent = (agent: Agent, count: number) => until(`deployment ${count}`, () => sentTo(agent)[count - 1]);

type Hub = Awaited<ReturnType<typeof openHubInTest>>;
type Stage = Pick<Hub, 'hub' | 'call'>;

/** The folder is copied after the first of three deployments; a hub that is opened on the copy goes on above the third. */
async function checkRestored(stage: Stage, { folder, clock }: Hub, { agent, leave, come }: Connected): Promise<void> {
  const copy = `${folder}-copy`;
  const { hub } = stage;
  await stage.call('POST', '/integrations', { name: 'Retail' });
  await addInterface(stage);
  await untilSent(agent, 1);
  await until('that it has it', async () => {
    const [{ deployment }] = (await stage.call('GET', '/control-board/agents')).json.rows;
    return deployment?.has === 1;
  });
  await copyDataFolder(folder, copy);
  await setState(stage, 'inactive');
  await untilSent(agent, 2);
  await setState(stage, 'stopped');
  await untilSent(agent, 3);
  await leave();
  await hub.close();
  const restored = await openHub({ folder: copy, clock, log: createLog({ level: 'silent' }) });
  try {
    Object.assign(stage, await callHubInTest(restored, hub.firstAdministrator?.password ?? ''));
    come();
    await untilSent(agent, 4);
    await setState(stage, 'inactive');
    await untilSent(agent, 5);
    const [first, second, third] = [
      [1, 'active'],
      [2, 'inactive'],
      [3, 'stopped'],
    ];
    assert.deepEqual(sentTo(agent), [first, second, third, [4, 'active'], [5, 'inactive']]);
    await leave();
  } finally {
    await restored.close();
    await rm(copy, { recursive: true, force: true });
  }
}

type Connected = { agent: Agent; leave(): Promise<void>; come(): void };

test('a hub brought back from an old copy gives deployments above the one that its agent has', async () => {
  await using hub = await openHubInTest();
  const stage = { hub: hub.hub, call: hub.call };
  await using agent = await openScriptedAgent(stage, 'Berlin');
  await connectInTest(stage, agent);
  await checkRestored(stage, hub, { agent, leave: agent.away, come: agent.back });
});

test('the same where the hub calls the agent', async () => {
  await using hub = await openHubInTest();
  const stage = { hub: hub.hub, call: hub.call };
  const takeReports = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { deployment: agent.state.deployment, batch: null };
  };
  await using agent = await openScriptedEndpoint(stage, 'Berlin', { takeReports });
  await connectEndpointInTest(stage, agent);
  await checkRestored(stage, hub, { agent, leave: async () => undefined, come: () => undefined });
});
