import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsv } from '../../base/index.ts';
import { type AgentInput, maxRowsInReport, type ReportedRow } from '../../protocol/index.ts';
import { openScriptedAgent, until } from '../runs/scripted-agent-in-test.ts';
import { lines, openIntegrateInTest } from './integrate-in-test.ts';

type Row = Record<string, string>;

/** What becomes of a record that is sent; undefined: it succeeds. */
type Judge = (row: Row, sent: number) => Partial<ReportedRow> | undefined;

/** An agent that carries what it is given at once, and writes down in which order. */
async function openCarrier(stage: Awaited<ReturnType<typeof openIntegrateInTest>>, judge: Judge = () => undefined) {
  const parts = new Map<string, string[]>();
  const wanted = new Map<string, { interface: string; mode: string | undefined }>();
  const sent: (Row & { interface: string; run: string })[] = [];
  let carrying: Promise<unknown> = Promise.resolve();
  const agent = await openScriptedAgent(stage, 'Carrier', {
    putRecords({ run, part, csv }: AgentInput<'putRecords'>) {
      const had = parts.get(run) ?? [];
      had[part] = csv;
      parts.set(run, had);
      return { parts: had.length };
    },
    startRun({ run, interface: name, records }: AgentInput<'startRun'>) {
      wanted.set(run, { interface: name, mode: records?.mode });
      return { state: 'taken' };
    },
    confirmRun({ run }: AgentInput<'confirmRun'>) {
      carrying = carrying.then(() => carry(run));
      return { state: 'confirmed' };
    },
  });
  async function carry(run: string): Promise<void> {
    const { interface: name = '' } = wanted.get(run) ?? {};
    const [header = [], ...cells] = (
      await Array.fromAsync(parseCsv([Buffer.from((parts.get(run) ?? []).join(''))]))
    ).flat();
    const rows = cells.map((row) => Object.fromEntries(header.map((column, place) => [column, row[place] ?? ''])));
    const settled = rows.map((row) => {
      sent.push({ ...row, interface: name, run });
      return outcomeOf(row, judge(row, sent.length));
    });
    await agent.report({ kind: 'runStarted', at: 1, body: started(run, name) });
    for (let first = 0; first < settled.length; first += maxRowsInReport) {
      const some = settled.slice(first, first + maxRowsInReport);
      await agent.report({ kind: 'rows', at: 1, body: { run, chunk: 0, first, sentAt: 1, settledAt: 2, rows: some } });
    }
    await agent.report({ kind: 'runEnded', at: 1, body: endedWith(run, settled) });
  }
  return { ...agent, sent, wanted };
}

const keyOf = (row: Row) => row.number ?? `${row['parent.number']}-${row.line}`;

function outcomeOf(row: Row, more: Partial<ReportedRow> | undefined): ReportedRow {
  const good = {
    outcome: 'succeeded',
    created: true,
    salesforceId: 'a01',
    rejectedBy: null,
    code: null,
    reason: null,
    cells: null,
  } as const;
  return { key: keyOf(row), ...good, ...more };
}

const refused = (code: string) =>
  ({
    outcome: 'rejected',
    created: null,
    salesforceId: null,
    rejectedBy: 'salesforce',
    code,
    reason: 'no',
    cells: {},
  }) as const;

const started = (run: string, name: string) => {
  const fixed = { direction: 'inbound', version: 1, trigger: 'hub', dueAt: null, startedAt: 1 };
  return { run, interface: name, ...fixed };
};

function endedWith(run: string, rows: readonly ReportedRow[]) {
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const counts = { read: rows.length, sent: rows.length, succeeded: count('succeeded'), created: 0, updated: 0 };
  const status = count('rejected') > 0 ? 'completed with rejects' : 'completed';
  return {
    ...{
      run,
      status,
      endedAt: 2,
      loaded: null,
      mode: 'collections',
      modeReason: null,
      error: null,
      nothingProcessed: false,
    },
    rows: { ...counts, rejected: count('rejected'), unknown: count('unknown') },
  };
}

/** The interfaces of the stage go to this agent from now on. */
async function useAgent(stage: Awaited<ReturnType<typeof openIntegrateInTest>>, agent: { about: { id: string } }) {
  const [found] = stage.sql('SELECT id FROM agent WHERE agent_id = :id', { id: agent.about.id });
  stage.sql('UPDATE connection SET agent_row = :id', { id: Number(found?.id) });
}

const statuses = (stage: { sql: (text: string) => Record<string, unknown>[] }) =>
  stage.sql('SELECT status FROM message ORDER BY id').map(({ status }) => status);
const allIn = (status: string) => (found: unknown[]) => found.every((one) => one === status);

test('what was accepted goes to its agent by itself, and its messages tell what became of it', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openCarrier(stage, (row) =>
    row.number === '2' ? refused('FIELD_CUSTOM_VALIDATION_EXCEPTION') : undefined,
  );
  await useAgent(stage, agent);
  const taken = await stage.send({ body: '[{"number":1},{"number":2,"note":"x"}]' });
  await until('the end of both', () => statuses(stage).join() === 'Completed,Failed');
  const shown = (await stage.ask(taken.json.url)).json.results;
  assert.deepEqual(
    shown.map(
      ({
        status,
        success,
        id,
        errors: [error],
      }: {
        status: string;
        success: boolean;
        id: string;
        errors: { statusCode: string }[];
      }) => [...[status, success, id, error?.statusCode]],
    ),
    [
      ['Completed', true, 'a01', undefined],
      ['Failed', false, null, 'FIELD_CUSTOM_VALIDATION_EXCEPTION'],
    ],
  );
});

test('Batch goes by collections, Bulk by Bulk API, and of one key one after the other', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openCarrier(stage);
  await useAgent(stage, agent);
  const send = (mode: string, body: string) =>
    stage.send({ body, query: `integration=Shop&interface=orders&mode=${mode}` });
  await send('Batch', '[{"number":1,"total":1},{"number":1,"total":2}]');
  await send('Bulk', '[{"number":1,"total":3},{"number":2,"total":1}]');
  await until('all four', () => statuses(stage).length === 4 && allIn('Completed')(statuses(stage)));
  const ones = agent.sent.filter(({ number }) => number === '1');
  assert.deepEqual(
    ones.map(({ total }) => total),
    ['1', '2', '3'],
  );
  assert.equal(new Set(ones.map(({ run }) => run)).size, 3, 'each in a run of its own');
  const modes = [...agent.wanted.values()].map(({ mode }) => mode);
  assert.deepEqual(new Set(modes), new Set(['collections', 'bulk']));
});

test('nested records wait until their parent is through, and are refused with it', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openCarrier(stage, (row) =>
    row.number === '2' ? refused('REQUIRED_FIELD_MISSING') : undefined,
  );
  await useAgent(stage, agent);
  await stage.addInterface(lines);
  await stage.send({ body: '[{"number":1,"lines":[{"line":10},{"line":20}]},{"number":2,"lines":{"line":30}}]' });
  await until('the end of all', () => statuses(stage).join() === 'Completed,Completed,Completed,Failed,Failed');
  assert.deepEqual(agent.sent.map(keyOf), ['1', '2', '1-10', '1-20']);
  assert.deepEqual(stage.sql('SELECT code FROM message ORDER BY id DESC LIMIT 1'), [{ code: 'PARENT_REFUSED' }]);
});

test('what failed for a passing reason holds back the newer ones of its key, and no others', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openCarrier(stage, (row, sent) =>
    row.number === '1' && sent === 1 ? refused('UNABLE_TO_LOCK_ROW') : undefined,
  );
  await useAgent(stage, agent);
  await stage.send({ body: '[{"number":1,"total":1}]' });
  await until('the first try', () => agent.sent.length === 1);
  await stage.send({ body: '[{"number":1,"total":2},{"number":2}]' });
  await until('the other key', () => agent.sent.some(({ number }) => number === '2'));
  assert.deepEqual(agent.sent.map(keyOf), ['1', '2']);
  stage.sql('UPDATE message SET next_try_at = 1 WHERE next_try_at IS NOT NULL');
  await until('the second try', () => allIn('Completed')(statuses(stage)));
  assert.deepEqual(
    agent.sent.filter(({ number }) => number === '1').map(({ total }) => total),
    ['1', '1', '2'],
  );
});

test('messages of an inactive integration wait until it is active', async () => {
  await using stage = await openIntegrateInTest();
  await using agent = await openCarrier(stage);
  await useAgent(stage, agent);
  stage.sql(`UPDATE integration SET state = 'inactive'`);
  await stage.send({ body: '{"number":1}' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(statuses(stage), ['New']);
  stage.sql(`UPDATE integration SET state = 'active'`);
  await until('its end', () => allIn('Completed')(statuses(stage)));
});

test('whatever is sent at once in whatever modes, each key goes in the order in which it was accepted', async () => {
  const call = fc.record({
    mode: fc.constantFrom('Asynchronous', 'Batch', 'Bulk', 'Auto'),
    keys: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 6 }), async (calls) => {
      await using stage = await openIntegrateInTest();
      await using agent = await openCarrier(stage);
      await useAgent(stage, agent);
      let total = 0;
      for (const { mode, keys } of calls) {
        const body = JSON.stringify(keys.map((number) => ({ number, total: ++total })));
        const taken = await stage.send({ body, query: `integration=Shop&interface=orders&mode=${mode}` });
        assert.equal(taken.status, 202, taken.text);
      }
      await until('the end', () => statuses(stage).length === total && allIn('Completed')(statuses(stage)));
      for (const key of ['1', '2', '3', '4']) {
        const order = agent.sent.filter(({ number }) => number === key).map((row) => Number(row.total));
        assert.deepEqual(
          order,
          [...order].sort((one, other) => one - other),
          `key ${key}`,
        );
      }
      assert.equal(agent.sent.length, total, 'each once');
    }),
    { numRuns: 3 },
  );
});
