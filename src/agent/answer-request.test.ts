import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createLog, SluiceError } from '../base/index.ts';
import type { AgentHandlers } from '../protocol/index.ts';
import { answerRequest } from './answer-request.ts';

const { signal } = new AbortController();
const log = createLog({ level: 'silent' });

const answer = (about: unknown, given: object = {}) =>
  answerRequest(
    { handlers: { about } as AgentHandlers, log },
    { name: 'about', input: {}, withinMs: 5_000, ...given },
    signal,
  );

test('what a request comes to is said with status, sentence and next step', async () => {
  const full = new SluiceError('STORE_FULL', { file: 'x', reason: 'no room' });
  const cases: [unknown, object, number, RegExp][] = [
    [() => 'fine', { name: 'abuot' }, 404, /knows no request abuot/],
    [() => 'fine', { name: 'constructor' }, 404, /knows no request/],
    [() => 'fine', { input: { x: 1 } }, 400, /no field x/],
    [() => Promise.reject(full), {}, 422, /no room/],
    [() => Promise.reject(new Error('secret')), {}, 500, /Something went wrong/],
  ];
  for (const [about, given, status, message] of cases) {
    const said = await answer(about, given);
    assert.equal(said.status, status);
    const { errors } = said.json as { errors: { message: string; next: string }[] };
    assert.match(errors[0]?.message ?? '', message);
    assert.match(errors[0]?.next ?? '', /\.$/);
    assert.doesNotMatch(JSON.stringify(said), /secret/);
  }
  assert.deepEqual(await answer(() => 'fine'), { status: 200, json: 'fine' });
});

test('a request whose time is over is answered so, whether or not its work listens', async () => {
  const listens = async (_: object, means: { signal: AbortSignal }) => {
    await once(means.signal, 'abort');
    throw means.signal.reason;
  };
  for (const about of [listens, () => new Promise(() => undefined)]) {
    const said = await answer(about, { withinMs: 30 });
    assert.equal(said.status, 504);
    assert.match(JSON.stringify(said.json), /was not done with about within 1 seconds/);
  }
});
