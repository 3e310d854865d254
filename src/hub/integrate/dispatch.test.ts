import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { until } from '../runs/scripted-agent-in-test.ts';
import { allIn, keyOf, openCarrier, refused, statuses, useAgent } from './carrier-in-test.ts';
import { lines, openIntegrateInTest } from './integrate-in-test.ts';

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

const step = fc.oneof(
  fc.record({
    act: fc.constant('send' as const),
    mode: fc.constantFrom('Asynchronous', 'Batch', 'Bulk'),
    keys: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ act: fc.constantFrom('reprocess' as const, 'edit' as const, 'cancel' as const), which: fc.nat(30) }),
  fc.record({ act: fc.constant('rest' as const) }),
);

test('whatever fails, is reprocessed, edited or cancelled meanwhile, no record goes after a newer one of its key is there', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 12 }),
    fc.array(fc.constantFrom('good', 'good', 'lock', 'bad'), { minLength: 5, maxLength: 5 }),
    async (steps, fates) => {
      await using stage = await openIntegrateInTest();
      const met = new Set<string>();
      const done: { key: string; total: number; isGood: boolean; run: string }[] = [];
      await using agent = await openCarrier(stage, ({ number = '', total = '', run = '' }) => {
        const fate = met.has(total) ? 'good' : fates[Number(total) % fates.length];
        met.add(total);
        done.push({ key: number, total: Number(total), isGood: fate === 'good', run });
        if (fate === 'good') return undefined;
        return refused(fate === 'lock' ? 'UNABLE_TO_LOCK_ROW' : 'FIELD_CUSTOM_VALIDATION_EXCEPTION');
      });
      await useAgent(stage, agent);
      const messages = () => stage.sql('SELECT id, key, status, attempt FROM message ORDER BY id');
      let total = 0;
      const act = (name: string, ids: unknown[]) => stage.call('POST', `/messages/${name}`, { ids });
      for (const one of [{ act: 'send', mode: 'Batch', keys: [1, 2, 3, 1] } as const, ...steps]) {
        if (one.act === 'rest') await new Promise((resolve) => setTimeout(resolve, 30));
        if (one.act === 'send') {
          const body = JSON.stringify(one.keys.map((number) => ({ number, total: ++total })));
          const query = `integration=Shop&interface=orders&mode=${one.mode}`;
          assert.equal((await stage.send({ body, query })).status, 202);
        }
        if (!('which' in one)) continue;
        const all = messages();
        const { id, key, attempt } = all[one.which % all.length] ?? {};
        if (one.act === 'edit') {
          const payload = { number: String(key), total: String(++total) };
          const { status } = await stage.call('POST', `/messages/${id}/edit`, { payload, attempt });
          assert.ok(status === 201 || status === 409, `edit: ${status}`);
        } else assert.equal((await act(one.act, [id])).status, 200);
      }
      await until(
        'the end of all',
        async () => {
          const open = messages().filter(({ status }) => status !== 'Completed' && status !== 'Cancelled');
          if (open.length > 0)
            await act(
              'reprocess',
              open.map(({ id }) => id),
            );
          return open.length === 0;
        },
        30_000,
      );
      for (const [place, { key, total: later, run }] of done.entries()) {
        const before = done.slice(0, place).filter((other) => other.key === key);
        assert.ok(
          !before.some((other) => other.isGood && other.total >= later),
          `${later} of key ${key} came late: ${JSON.stringify(done)}`,
        );
        assert.ok(!before.some((other) => other.run === run), `run ${run} has key ${key} twice`);
      }
      const completed = messages().filter(({ status }) => status === 'Completed').length;
      assert.equal(done.filter(({ isGood }) => isGood).length, completed, 'what is Completed went through once');
    },
  );
  await fc.assert(property, { numRuns: 6 });
});
