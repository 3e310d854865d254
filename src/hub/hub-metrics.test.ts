import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialOutPaths } from '../protocol/index.ts';
import { parseMetrics, sampleOf } from '../web/metrics-in-test.ts';
import { pollInTest, post, registerInTest, tokenFor } from './agent-api/agent-in-test.ts';
import { openHubInTest } from './hub-in-test.ts';
import { openIntegrateInTest } from './integrate/integrate-in-test.ts';

type Stage = Awaited<ReturnType<typeof openHubInTest>>;

async function read({ hub }: Stage) {
  const { statusCode, headers, payload } = await hub.app.inject('/metrics');
  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  return parseMetrics(payload);
}

test('requests are counted by operation and status, and nothing a caller sends becomes a label', async () => {
  await using stage = await openHubInTest();
  const { app } = stage.hub;
  await stage.call('GET', '/people');
  await stage.call('GET', '/people');
  await stage.call('GET', '/people/999');
  for (const url of ['/made-up-1', '/api/made-up-2', '/api/people/made-up-3?made-up=4', '/oauth2/made-up-5'])
    await app.inject({ url, method: 'GET', headers: { 'made-up-6': 'x' } });
  await app.inject({ url: '/api/people', method: 'REPORT' as 'GET' });
  const samples = await read(stage);
  const requests = (operation: string, status: string) =>
    sampleOf(samples, 'sluice_http_requests_total', { server: 'hub', operation, status });
  assert.equal(requests('listPeople', '200'), 2);
  assert.equal(requests('getPerson', '404'), 1);
  assert.equal(requests('logIn', '201'), 1);
  assert.equal(requests('none', '404'), 3);
  assert.doesNotMatch(JSON.stringify(samples), /made-up|REPORT/);
  assert.ok(samples.length < 200, `${samples.length} samples`);
});

test('tokens, agents and their answers, reports and commits are counted', async () => {
  await using stage = await openHubInTest();
  const { token, id } = await registerInTest(stage);
  assert.equal((await tokenFor(stage, 'nobody', 'wrong')).status, 401);
  await post(stage, dialOutPaths.requests, pollInTest, token);
  const report = { kind: 'agentStarted', at: 1, body: { version: '1.2.3' } };
  const batch = { journal: 'a'.repeat(32), oldest: 1, from: 1, reports: [report, report] };
  for (const _ of ['once', 'and once more, since the answer was lost'])
    assert.equal((await post(stage, dialOutPaths.reports, batch, token)).status, 200);
  const asked = stage.call('POST', `/agents/${id}/ping`);
  const { requests } = (await post(stage, dialOutPaths.requests, { ...pollInTest, waitMs: 5_000 }, token)).json;
  const answer = { status: 503, json: { errors: [{ field: null, message: 'No.', next: 'Wait.' }] } };
  await post(stage, `${dialOutPaths.answers}/${requests[0].id}`, answer, token);
  assert.equal((await asked).json.ok, false);
  const samples = await read(stage);
  assert.equal(sampleOf(samples, 'sluice_tokens_issued_total'), 1);
  const duration = 'sluice_hub_agent_request_duration_seconds_count';
  assert.equal(sampleOf(samples, duration, { request: 'about', result: 'refused' }), 1);
  const refused = samples.filter(({ name }) => name === 'sluice_token_requests_refused_total');
  assert.deepEqual(
    refused.map(({ labels, value }) => [labels.reason, value]),
    [['unknown client', 1]],
  );
  assert.equal(sampleOf(samples, 'sluice_agents_connected'), 1);
  assert.equal(sampleOf(samples, 'sluice_agent_reports_received_total'), 2);
  assert.ok((sampleOf(samples, 'sluice_store_commit_works_count') ?? 0) > 2);
  stage.clock.forward(61_000);
  assert.equal(sampleOf(await read(stage), 'sluice_agents_connected'), 0);
});

test('metrics are for this machine alone, and for who knows the token', async () => {
  const token = 'made-by-chance-0123456789-abcdefghij';
  await using closed = await openHubInTest();
  await using open = await openHubInTest({ metricsToken: token });
  const status = async ({ hub }: Stage, headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    (await hub.app.inject({ url: '/metrics', headers, remoteAddress })).statusCode;
  for (const host of ['localhost', '127.0.0.1:8088', '[::1]:8088']) assert.equal(await status(closed, { host }), 200);
  assert.equal(await status(closed, {}, '192.0.2.7'), 403);
  assert.equal(await status(closed, { authorization: `Bearer ${token}` }, '192.0.2.7'), 403);
  // A proxy on this machine.
  assert.equal(await status(closed, { 'x-forwarded-for': '192.0.2.7' }), 403);
  assert.equal(await status(closed, { host: 'sluice.acme.example' }), 403);
  assert.equal(await status(open, {}, '192.0.2.7'), 401);
  assert.equal(await status(open, { authorization: `Bearer ${token}x` }, '192.0.2.7'), 401);
  assert.equal(await status(open, { authorization: `Bearer ${token}` }, '192.0.2.7'), 200);
  assert.equal(await status(open, { authorization: `bearer ${token}`, host: 'sluice.acme.example' }), 200);
  const refused = await open.hub.app.inject({ url: '/metrics', remoteAddress: '192.0.2.7' });
  assert.match(refused.json().errors[0].next, /Authorization: Bearer/);
  assert.doesNotMatch(refused.payload, /made-by-chance/);
});

test('rows, runs and messages are counted as they are reported, once, and what waits is told with its age', async () => {
  await using stage = await openIntegrateInTest();
  const sample = async (name: string, labels?: Record<string, string>) => sampleOf(await read(stage), name, labels);
  assert.equal(await sample('sluice_messages', { status: 'New' }), 0);
  assert.equal(await sample('sluice_oldest_waiting_message_age_seconds'), 0);
  await stage.call('PUT', `/integrations/${stage.kept.integrationId}`, {
    ...{ name: 'Shop', description: null, sequence: 1, state: 'inactive' },
    version: (await stage.call('GET', `/integrations/${stage.kept.integrationId}`)).json.version,
  });
  assert.equal((await stage.send({ body: '[{"number":1},{"number":2}]' })).status, 202);
  stage.clock.forward(7_000);
  assert.equal(await sample('sluice_oldest_waiting_message_age_seconds'), 7);
  const waiting = await Promise.all(['New', 'Pending'].map((status) => sample('sluice_messages', { status })));
  assert.equal((waiting[0] ?? 0) + (waiting[1] ?? 0), 2);
  assert.equal(await sample('sluice_runs', { state: 'running' }), 0);
  assert.ok(((await sample('sluice_dispatch_lag_seconds')) ?? 99) <= 7);

  const run = 'a'.repeat(36);
  const body = {
    run,
    interface: 'orders',
    direction: 'inbound',
    version: 1,
    trigger: 'schedule',
    dueAt: 1,
    startedAt: 1,
  };
  const row = { key: 'k', outcome: 'succeeded', created: true, salesforceId: '001000000000001AAA', rejectedBy: null };
  const rows = {
    run,
    chunk: 0,
    first: 0,
    sentAt: 1,
    settledAt: 2,
    rows: [{ ...row, code: null, reason: null, cells: null }],
  };
  const counts = { read: 1, sent: 1, succeeded: 1, created: 1, updated: 0, rejected: 0, unknown: 0 };
  const ended = { run, status: 'completed', endedAt: 3, rows: counts, loaded: null, mode: null, modeReason: null };
  const reports = [
    { kind: 'runStarted', at: 1, body },
    { kind: 'rows', at: 2, body: rows },
    { kind: 'runEnded', at: 3, body: { ...ended, error: null, nothingProcessed: false } },
    { kind: 'rows', at: 3, body: { ...rows, run: 'of-nobody' } },
  ];
  const batch = { journal: 'a'.repeat(32), oldest: 1, from: 1, reports };
  stage.sql('INSERT OR IGNORE INTO deployed_interface (agent_row, name, interface_id) VALUES (:agent, :name, :id)', {
    ...{ agent: stage.agentRow, name: 'orders', id: stage.kept.id },
  });
  for (const _ of ['once', 'and again'])
    assert.equal((await post(stage as never, dialOutPaths.reports, batch, stage.agent.token)).status, 200);
  assert.equal(await sample('sluice_rows_settled_total', { outcome: 'succeeded' }), 1);
  assert.equal(await sample('sluice_runs_ended_total', { status: 'completed' }), 1);
});
