/** A hub that is away for an hour: its agent goes on with the schedules, and all of it stands at the hub afterwards. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/base/index.ts';
import { hubApiBase, hubOperations } from '../../src/hub/api/operations.ts';
import { openHub } from '../../src/hub/index.ts';
import { openOrg, parseSetupFile } from '../../src/org/index.ts';
import { createDescribedCalls } from '../../src/web/described-calls-in-test.ts';
import { accounts, createSetClock, startAgent, untilAgentEnded, untilScheduled } from './agent-stage.ts';
import { createFolder, orgSetup, writeAccounts } from './stage.ts';

const quarter = 15 * 60_000;
const rows = 25;

async function openStage(t: TestContext) {
  const folder = createFolder(t, 'hub-away');
  const log = createLog({ level: 'silent' });
  const clock = createSetClock();
  const org = await openOrg({ setup: parseSetupFile(orgSetup), log });
  const { consumerKey, consumerSecret } = org;
  const url = await org.listen();
  t.after(() => org.close());
  const agent = await startAgent({ folder, org: { url, consumerKey, consumerSecret } }, 'agent', {
    plain: false,
    clock,
  });
  t.after(() => agent[Symbol.asyncDispose]());
  let password: string | undefined;
  /** The hub in its folder, with calls of its administrator. */
  async function startHub() {
    const hub = await openHub({ folder: join(folder, 'hub'), log, clock });
    t.after(() => hub.close());
    password ??= hub.firstAdministrator?.password;
    const { logIn } = createDescribedCalls({ app: hub.app, base: hubApiBase, operations: hubOperations });
    return { hub, ...(await logIn('admin', password ?? '')) };
  }
  const salesforce = { environment: 'production', myDomainUrl: url, consumerKey, consumerSecret };
  const { port } = new URL(agent.url ?? '');
  const way = { hostUrl: 'https://127.0.0.1', portForward: Number(port), username: agent.username };
  const connection = {
    name: 'box',
    type: 'agentFile',
    agent: { ...way, password: agent.firstPassword },
    database: { folder: '.' },
    salesforce,
  };
  return { folder, clock, startHub, connection, port };
}

type Called = Awaited<ReturnType<Awaited<ReturnType<typeof openStage>>['startHub']>>['call'];

async function made(call: Called, path: string, body: object): Promise<void> {
  const { status, errors } = await call('POST', path, body);
  assert.equal(status, 201, `${path}: ${JSON.stringify(errors)}`);
}

/** Those that have ended, the oldest first, as soon as there are so many. */
async function endedRuns(call: Called, count: number) {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const { json } = await call('GET', '/runs?pageSize=50');
    const ended = json.rows.filter(({ state }: { state: string }) => state === 'ended').reverse();
    if (ended.length >= count) return ended;
    assert.ok(Date.now() < giveUpAt, `${ended.length} of ${count} runs: ${JSON.stringify(json.rows)}`);
    await sleep(100);
  }
}

test('the hub away for an hour: what was due ran each time, and all of it is at the hub when it is back, with the time it was due', async (t) => {
  const { folder, clock, startHub, connection, port } = await openStage(t);
  writeAccounts(join(folder, 'files', 'people.csv'), { count: rows, prefix: 'away-' });
  const first = await startHub();
  await made(first.call, '/remote-sites', { name: 'agent', url: `https://127.0.0.1:${port}` });
  await made(first.call, '/connections', connection);
  await made(first.call, '/integrations', { name: 'Shop' });
  const definition = { ...accounts('people'), integration: 'Shop', status: 'deployed', schedule: { every: '15m' } };
  await made(first.call, '/interfaces', { definition });
  await untilScheduled(folder);
  const due = [clock.toNext(quarter)];
  await endedRuns(first.call, 1);
  await first.hub.close();
  for (let passed = 0; passed < 4; passed++) {
    due.push(clock.toNext(quarter));
    await untilAgentEnded(folder, due.length);
  }
  const later = await startHub();
  const runs = await endedRuns(later.call, 5);
  type Shown = { trigger: string; dueAt: number; status: string; rows: { succeeded: number } };
  assert.deepEqual(
    runs.map(({ trigger, dueAt, status, rows: { succeeded } }: Shown) => [trigger, dueAt, status, succeeded]),
    due.map((dueAt) => ['schedule', dueAt, 'completed', rows]),
  );
  for (const { run } of runs) {
    const { json } = await later.call('GET', `/messages?run=${run}&status=Completed&pageSize=50`);
    assert.equal(json.rows.length, rows);
  }
});
