import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportedRow } from '../../protocol/index.ts';
import { openScriptedAgent, until } from '../runs/scripted-agent-in-test.ts';
import { useAgent } from './carrier-in-test.ts';
import { type CarryInput, type IntegrateInTest, lines, openIntegrateInTest } from './integrate-in-test.ts';

const query = 'integration=Shop&interface=orders&mode=Synchronous';
const body = JSON.stringify([{ number: 1, total: 5 }, { total: 7 }, { number: 3, note: 'a,b' }]);
const counts = { read: 2, sent: 2, succeeded: 1, created: 1, updated: 0, rejected: 1, unknown: 0 };

const row = (key: string, more: Partial<ReportedRow> = {}): ReportedRow => ({
  ...{
    key,
    outcome: 'succeeded',
    created: true,
    salesforceId: `a01${key}`,
    rejectedBy: null,
    code: null,
    reason: null,
    cells: null,
  },
  ...more,
});

const refusedRow = row('3', {
  ...{ outcome: 'rejected', created: null, salesforceId: null, rejectedBy: 'salesforce' },
  ...{ code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', reason: 'No note with a comma', cells: { Number__c: '3' } },
});

const ended = (run: string, rows: ReportedRow[], error: object | null = null) => ({
  state: 'ended',
  ended: {
    run: {
      ...{ run, status: error === null ? 'completed with rejects' : 'failed', endedAt: 1, rows: counts, loaded: null },
      ...{ mode: 'collections', modeReason: null, error, nothingProcessed: error !== null },
    },
    rows,
  },
});

/** Sends, and answers as the agent what it is asked. */
async function carried(stage: IntegrateInTest, carry: (input: CarryInput) => unknown, more: object = {}) {
  await stage.poll();
  const sent = stage.send({ body, query, ...more });
  await stage.answerNext({ carryRecords: carry });
  return await sent;
}

test('the outcome of each record is answered in their order, and each is a message of a run', async () => {
  await using stage = await openIntegrateInTest();
  let given: CarryInput | undefined;
  const answer = await carried(stage, (input) => {
    given = input;
    return ended(input.run, [refusedRow, row('1')]);
  });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(
    answer.json.results.map(({ message: _, ...rest }: Record<string, unknown>) => rest),
    [
      { record: 1, status: 'Completed', success: true, id: 'a011', created: true, errors: [] },
      {
        ...{ record: 2, status: 'Failed', success: false, id: null, created: null },
        errors: [
          {
            statusCode: 'KEY_MISSING',
            message: 'The record has no value for Number__c, by which records are told apart.',
            fields: [],
          },
        ],
      },
      {
        ...{ record: 3, status: 'Failed', success: false, id: null, created: null },
        errors: [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'No note with a comma', fields: [] }],
      },
    ],
  );
  assert.equal(given?.csv, 'number,total,note\n1,5,\n3,,"a,b"\n');
  assert.deepEqual(
    [given?.interface, given?.form, given?.mode, given?.waitMs],
    ['orders', 'source', 'collections', 30_000],
  );
  const runs = stage.sql('SELECT run, state, lease, lease_until, agent_row, trigger FROM run');
  assert.deepEqual(runs, [
    {
      ...{ run: given?.run, state: 'confirmed', lease: 0, lease_until: null },
      agent_row: stage.agentRow,
      trigger: 'records',
    },
  ]);
  assert.deepEqual(
    stage.sql('SELECT key, status, run_id FROM message ORDER BY id').map(({ status, run_id }) => [status, run_id]),
    [
      ['Processing', 1],
      ['Failed', null],
      ['Processing', 1],
    ],
  );
});

test('when every record is refused at once there is nothing to wait for, with the agent away too', async () => {
  await using stage = await openIntegrateInTest();
  const refused = await stage.send({ body: '[{"total":7},{"note":"x"}]', query });
  assert.deepEqual([refused.status, refused.json.reason, refused.headers.location], [200, undefined, undefined]);
  assert.deepEqual(
    refused.json.results.map(({ success }: Record<string, unknown>) => success),
    [false, false],
  );
});

test('with the agent away the caller is told so, and nothing is kept', async () => {
  await using stage = await openIntegrateInTest();
  const away = await stage.send({ body, query });
  assert.deepEqual([away.status, away.headers['retry-after']], [503, '10']);
  assert.match(away.message, /^The agent Berlin is not connected/);
  for (const table of ['message', 'call', 'run', 'kept_answer'])
    assert.deepEqual(stage.sql(`SELECT * FROM ${table}`), []);
});

test('what an agent refuses that never took the run is taken back', async () => {
  await using stage = await openIntegrateInTest();
  await stage.poll();
  const sent = stage.send({ body, query, headers: { 'idempotency-key': 'k' } });
  const errors = [{ field: null, message: 'The interface orders is not here.', next: 'Deploy it.' }];
  let run = '';
  await stage.answerNext({
    carryRecords: (input: CarryInput) => {
      run = input.run;
      return { status: 422, json: { errors }, errorCode: 'INTERFACE_MISSING' };
    },
  });
  const rows = { ...counts, read: 0, sent: 0, succeeded: 0, created: 0, rejected: 0 };
  await stage.answerNext({ lookAtRuns: () => [{ run, state: 'unknown', phase: null, rows, processed: 0 }] });
  const answer = await sent;
  assert.equal(answer.status, 503, answer.text);
  assert.match(answer.message, /The interface orders is not here/);
  for (const table of ['message', 'call', 'run', 'kept_answer'])
    assert.deepEqual(stage.sql(`SELECT * FROM ${table}`), []);
});

test('an interface that was just saved is waited for until its agent has it', async () => {
  await using stage = await openIntegrateInTest();
  await stage.poll();
  const sent = stage.send({ body: '[{"number":1}]', query });
  const errors = [{ field: null, message: 'This agent has no interface orders.', next: 'Deploy it.' }];
  for (let time = 0; time < 2; time += 1)
    await stage.answerNext({
      carryRecords: () => ({ status: 422, json: { errors }, errorCode: 'INTERFACE_NOT_DEPLOYED' }),
    });
  await stage.answerNext({ carryRecords: ({ run }: CarryInput) => ended(run, [row('1')]) });
  const answer = await sent;
  assert.deepEqual([answer.status, answer.json.results?.[0].success], [200, true], answer.text);
});

test('an interface that was just changed reaches its agent before the records that are sent after it', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openScriptedAgent(stage, 'Late', {
    carryRecords: ({ run }) => ended(run, [row('1')]),
  });
  await useAgent(stage, agent);
  await until(
    'the hub knows that the agent has the interface',
    () => stage.sql('SELECT 1 FROM deployment WHERE has > 0').length > 0,
  );
  const { id, version, definition } = stage.kept;
  const changed = { definition: { ...definition, mapping: { Number__c: 'number', Total__c: 'note' } }, version };
  assert.equal((await stage.call('PUT', `/interfaces/${id}`, changed)).status, 200);
  const answer = await stage.send({ body: '[{"number":1}]', query });
  assert.equal(answer.status, 200, answer.text);
  const asked = agent.asked.map(({ name }) => name).filter((name) => name === 'deploy' || name === 'carryRecords');
  assert.deepEqual(asked, ['deploy', 'deploy', 'carryRecords']);
});

test('when the deadline is over the records are on their way, which is said, and the same call again is told the same', async () => {
  await using stage = await openIntegrateInTest();
  const headers = { 'idempotency-key': 'k' };
  const answer = await carried(stage, () => ({ state: 'confirmed' }), { headers, query: `${query}&wait=3` });
  assert.equal(answer.status, 202, answer.text);
  assert.match(answer.json.reason, /not through in time/);
  assert.deepEqual(stage.sql(`SELECT DISTINCT status FROM message WHERE key IS NOT NULL`), [{ status: 'Processing' }]);
  const again = await stage.send({ body, headers, query: `${query}&wait=3` });
  assert.deepEqual([again.status, again.text], [202, answer.text]);
});

test('the same call while the first is under way is put off, and one that was cut off is answered from its messages', async () => {
  await using stage = await openIntegrateInTest();
  const headers = { 'idempotency-key': 'k' };
  await stage.poll();
  const first = stage.send({ body, query, headers });
  await stage.answerNext({
    carryRecords: ({ run }: CarryInput) => ended(run, [row('1')]),
    ...(await secondCall(stage, headers)),
  });
  assert.equal((await first).status, 200);
  stage.sql('UPDATE kept_answer SET status = NULL, body = NULL, content_type = NULL');
  stage.clock.forward(10 * 60_000);
  const later = await stage.send({ body, query, headers });
  assert.equal(later.status, 202, later.text);
  assert.deepEqual(
    later.json.results.map(({ status }: { status: string }) => status),
    ['Processing', 'Failed', 'Processing'],
  );
});

async function secondCall(stage: IntegrateInTest, headers: Record<string, string>) {
  while (stage.sql('SELECT * FROM kept_answer').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await stage.send({ body, query, headers });
  assert.deepEqual([second.status, second.headers['retry-after']], [409, '1'], second.text);
  return {};
}

test('a run that failed as a whole leaves its records on their way, with the reason', async () => {
  await using stage = await openIntegrateInTest();
  const error = { code: 'SALESFORCE_LOGIN', message: 'The org refused the consumer secret.', next: 'Enter it anew.' };
  const answer = await carried(stage, ({ run }) => ended(run, [], error));
  assert.deepEqual([answer.status, answer.json.reason], [202, 'The org refused the consumer secret.']);
});

test('records go after older ones of the same key, and a call takes each key once', async () => {
  await using stage = await openIntegrateInTest();
  const older = await stage.send({
    body: '{"number":1}',
    query: 'integration=Shop&interface=orders&mode=Asynchronous',
  });
  assert.equal(older.status, 202);
  await stage.poll();
  const behind = await stage.send({ body, query });
  assert.equal(behind.status, 202, behind.text);
  assert.match(behind.json.reason, /An older record of the same key/);
  const twice = await stage.send({ body: '[{"number":7},{"number":8},{"number":7}]', query });
  assert.deepEqual([twice.status, twice.message.slice(0, 38)], [400, 'Records 1 and 3 have the same key; a c']);
});

test('of two calls with the same key at the same time one is carried, and the other goes after it', async () => {
  await using stage = await openIntegrateInTest();
  await stage.poll();
  const sent = ['{"number":1,"note":"a"}', '{"number":1,"note":"b"}'].map((one) => stage.send({ body: one, query }));
  await stage.answerNext({ carryRecords: ({ run }) => ended(run, [row('1')]) });
  const answers = await Promise.all(sent);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 202], answers.map(({ text }) => text).join());
  const behind = answers.find(({ status }) => status === 202);
  assert.match(behind?.json.reason, /An older record of the same key/);
});

test('nested records follow on their own, once their parents are through', async () => {
  await using stage = await openIntegrateInTest();
  await stage.addInterface(lines);
  const nested = JSON.stringify({ number: 1, lines: [{ line: 10 }] });
  const answer = await carried(stage, ({ run }) => ended(run, [row('1')]), { body: nested });
  assert.deepEqual(
    answer.json.results.map(({ status, interface: name }: Record<string, unknown>) => [status, name]),
    [
      ['Completed', undefined],
      ['New', 'lines'],
    ],
  );
});
