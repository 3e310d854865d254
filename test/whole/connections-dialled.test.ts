import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAgent } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { openConnectionStage } from './connections-stage.ts';

const stage = await openConnectionStage();
after(stage.close);
const { folder, hub, org, call, connection } = stage;

/** The id of the agent, once it has asked for its first request. */
async function connectedAgent(): Promise<string> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    const [row] = (await call('GET', '/agents')).json.rows;
    if (row?.connected) return row.agentId;
    await sleep(20);
  }
  assert.fail('the agent did not connect');
}

test('a connection goes by an agent that has dialled in, with no host, port or remote site; while it is away, that is said', async () => {
  const { code } = (await call('POST', '/agents/registration-codes')).json;
  await using agent = await openAgent({
    folder: join(folder, 'dialled'),
    version: '1',
    allowedHosts: [new URL(org.url).host],
    hub: { url: hub.url, code },
    log: createLog({ level: 'silent' }),
  });
  const agentId = await connectedAgent();
  const made = await call('POST', '/connections', connection('behind-a-firewall', { agent: { agentId } }));
  assert.equal(made.status, 201, JSON.stringify(made.json));
  assert.equal(made.json.verified, true);
  const tables = await call('GET', `/connections/${made.json.id}/tables`);
  assert.ok(JSON.stringify(tables.json).includes('city'), JSON.stringify(tables.json));
  await agent[Symbol.asyncDispose]();
  const ping = await call('POST', `/connections/${made.json.id}/ping-agent`);
  const cross = ping.json.steps.find(({ status }: { status: string }) => status === 'failed');
  assert.equal(cross?.code, 'AGENT_AWAY', JSON.stringify(ping.json));
});
