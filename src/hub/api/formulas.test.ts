import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';

test('a formula is judged as it is typed: what it gives, or where it is wrong and what to write', async () => {
  await using hub = await openHubInTest();
  const judge = async (formula: string, columns?: object) =>
    (await hub.call('POST', '/formulas/check', { formula, ...(columns === undefined ? {} : { columns }) })).json;
  assert.deepEqual(await judge('UPPER(name)', { name: 'Text' }), { gives: 'Text', columns: ['name'], problem: null });
  const wrong = await judge('UPER(name)');
  assert.deepEqual([wrong.gives, wrong.problem.line, wrong.problem.column], [null, 1, 1]);
  assert.match(wrong.problem.hint, /UPPER/);
  const long = await judge(`"${'x'.repeat(4_000)}"`);
  assert.match(long.problem.reason, /4002 letters/);
});

test('what formulas may use is listed with a sentence and an example each', async () => {
  await using hub = await openHubInTest();
  const { json } = await hub.call('GET', '/formulas/functions');
  const upper = json.functions.find(({ name }: { name: string }) => name === 'UPPER');
  assert.match(upper.signature, /^UPPER\(/);
  assert.ok(upper.sentence.length > 10 && upper.example.length > 5);
  assert.ok(json.operators.length > 10);
});
