import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialOutPaths } from '../../protocol/index.ts';
import { openIntegrateInTest } from '../integrate/integrate-in-test.ts';
import { sentRow } from '../store/messages-in-test.ts';
import { aboutInTest, type HubInTest, pollInTest, post, registerInTest } from './agent-in-test.ts';

const { answers, reports, requests } = dialOutPaths;

/** A hub with a run that one agent has, and another agent that means harm. */
async function openCrossing() {
  const stage = await openIntegrateInTest();
  const hub = stage as unknown as HubInTest;
  const stranger = await registerInTest(hub);
  await stage.send({ body: '{"number":1,"note":"of the other"}' });
  return { ...stage, stranger };
}

test('what one agent is asked is neither given to another nor answered by it, by its id or by guessing', async () => {
  await using stage = await openCrossing();
  const hub = stage as unknown as HubInTest;
  // No connection leads to either, so that the hub asks them nothing of its own accord.
  const [owner, other] = [await registerInTest(hub, aboutInTest('Rome')), stage.stranger];
  const poll = (agent: typeof owner, waitMs: number) => post(hub, requests, { ...pollInTest, waitMs }, agent.token);
  await poll(owner, 0);
  const asked = stage.call('POST', `/agents/${owner.id}/ping`);
  const { json } = await poll(owner, 20_000);
  const { id } = json.requests.find(({ name }: { name: string }) => name === 'about');
  assert.deepEqual((await poll(other, 0)).json.requests, []);
  const answer = { status: 200, json: other.about };
  for (const guess of [
    id,
    id.toUpperCase(),
    `${id}%00`,
    `${id}%20`,
    `../answers/${id}`,
    '%',
    "' OR 1=1 --",
    '1',
    '__proto__',
  ]) {
    const path = `${answers}/${guess === '%' ? '%25' : encodeURI(guess).replaceAll('%25', '%')}`;
    assert.equal((await post(hub, path, answer, other.token)).status, 404, guess);
  }
  const answered = await post(hub, `${answers}/${id}`, { status: 200, json: owner.about }, owner.token);
  assert.equal(answered.status, 204);
  assert.equal((await asked).json.about.name, 'Rome');
});

test('a token of an agent opens nothing of the Console or of the integrate API, and one that has ended nothing at all', async () => {
  await using stage = await openCrossing();
  const { token } = stage.stranger;
  assert.equal((await stage.send({ body: '{"number":2}', token })).status, 403);
  const spelled = [`${token}=`, `${token} `, token.slice(1), token.toUpperCase(), `${token},${token}`, '', 'null'];
  for (const one of spelled) {
    const { status } = await post(stage as unknown as HubInTest, requests, {}, one);
    assert.ok(status === 401 || one === `${token} `, `${JSON.stringify(one)} ${status}`);
  }
});

/** All that one agent may touch of another: its run, the messages of it, their history, and how far its journal was had. */
const touchable = ['run', 'message', 'message_event', 'call', 'agent_journal'];

test('reports about the run of another agent are kept aside, and change nothing of it, of its messages and of its journal', async () => {
  await using stage = await openCrossing();
  const hub = stage as unknown as HubInTest;
  const { agent, stranger, sql } = stage;
  while (sql('SELECT 1 FROM run').length === 0) await sleep(10);
  const run = String(sql('SELECT run FROM run')[0]?.run);
  const own = { kind: 'agentStarted', at: 1, body: { version: '1.2.3' } };
  const batch = (reports: object[], from = 1, journal = 'journal') => ({ journal, oldest: from, from, reports });
  assert.deepEqual((await post(hub, reports, batch([own, own, own]), agent.token)).json, { acknowledged: 3 });
  const [before, reported] = [snapshot(stage), reportsOf(stage)];
  const row = { ...sentRow, key: '1' };
  const rows = { run, chunk: 0, first: 0, sentAt: 1, settledAt: 2, rows: [row] };
  const error = { code: 'RUN_LOST', message: 'x', next: 'y' };
  const zero = { read: 1, sent: 1, succeeded: 1, created: 1, updated: 0, rejected: 0, unknown: 0 };
  const ended = {
    run,
    status: 'completed',
    endedAt: 3,
    rows: zero,
    loaded: null,
    mode: null,
    modeReason: null,
    error: null,
  };
  const started = {
    run,
    interface: 'orders',
    direction: 'inbound',
    version: 1,
    trigger: 'hub',
    dueAt: null,
    startedAt: 1,
  };
  const harmful = [
    { kind: 'runStarted', at: 1, body: started },
    { kind: 'runStarted', at: 1, body: { ...started, trigger: 'schedule', dueAt: 1, run: 'a-run-that-nobody-knows' } },
    { kind: 'rows', at: 1, body: rows },
    { kind: 'rows', at: 1, body: { ...rows, run: run.toUpperCase() } },
    { kind: 'runInterrupted', at: 1, body: { run, error, resumesAt: 9 } },
    { kind: 'runEnded', at: 1, body: { ...ended, nothingProcessed: false } },
    { kind: 'runEnded', at: 1, body: { ...ended, nothingProcessed: true } },
    { kind: 'runEnded', at: 1, body: { ...ended, status: 'failed', error, nothingProcessed: true } },
  ];
  const said = await post(hub, reports, batch(harmful), stranger.token);
  assert.deepEqual([said.status, said.json], [200, { acknowledged: harmful.length }]);
  assert.deepEqual(snapshot(stage), before);
  assert.equal(reportsOf(stage) - reported, harmful.length, 'each is kept as it came');
  // The numbers of a journal are those of its agent, whatever it is called.
  const next = await post(hub, reports, batch([own], 4), agent.token);
  assert.deepEqual([next.status, next.json], [200, { acknowledged: 4 }]);
  const behind = { ...batch([own], 100), oldest: 1 };
  assert.equal((await post(hub, reports, behind, stranger.token)).json.wanted, harmful.length + 1);
});

/** Of the stranger, what changes is that it was heard of. */
function snapshot({ sql, stranger }: Awaited<ReturnType<typeof openCrossing>>) {
  return touchable.map((name) =>
    sql(`SELECT * FROM ${name}`).filter((row) => ![row.agent_id, row.agent].includes(stranger.about.id)),
  );
}

function reportsOf({ sql, stranger }: Awaited<ReturnType<typeof openCrossing>>): number {
  return Number(sql('SELECT count(*) AS n FROM agent_report WHERE agent_id = :id', { id: stranger.about.id })[0]?.n);
}
