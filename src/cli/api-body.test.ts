import assert from 'node:assert/strict';
import { addAbortSignal, PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { bodyOfFields, bodyOfFile, withSecrets } from './api-body.ts';

const field = (name: string, text: string) => ({ name, text });
const fetchSecret = async (reference: string) => `secret of ${reference}`;

test('names with dots stand inside one another, and a number keeps its digits', () => {
  const body = bodyOfFields([
    field('agent.agentId', '12345678901234567890'),
    field('agent.password', 'env:SLUICE_SECRET_AGENT'),
    field('name', 'a=b'),
    field('description', ''),
    field('__proto__.x', '1'),
  ]);
  assert.equal(
    JSON.stringify(body),
    '{"agent":{"agentId":12345678901234567890,"password":"env:SLUICE_SECRET_AGENT"},"name":"a=b","description":"","__proto__":{"x":1}}',
  );
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
});

test('a name that is a whole and has parts, or an empty part, is refused', () => {
  const cases = [
    [field('a.b', '1'), field('a', '2')],
    [field('a', '{"b":1}'), field('a.c', '2')],
    [field('a', '5'), field('a.c', '2')],
    [field('a..b', '1')],
    [field('a.', '1')],
  ];
  for (const fields of cases)
    assert.throws(
      () => bodyOfFields(fields),
      (error) => error instanceof SluiceError && error.code === 'USAGE',
      JSON.stringify(fields),
    );
});

test('secrets are fetched wherever the schema says that a field is never shown again', async () => {
  const password = { anyOf: [{ type: 'string' }, { type: 'null' }], writeOnly: true };
  const shape = {
    anyOf: [{ type: 'object', properties: { list: { items: { properties: { password } } } } }],
    properties: { password, other: {}, none: password },
  };
  const given = { password: 'env:A', none: null, other: { password: 'kept' }, list: [{ password: 'file:b' }] };
  assert.deepEqual(await withSecrets(given, shape, fetchSecret), {
    password: 'secret of env:A',
    none: null,
    other: { password: 'kept' },
    list: [{ password: 'secret of file:b' }],
  });
  for (const value of [5, true, ['x'], { x: 'y' }])
    await assert.rejects(
      withSecrets({ password: value }, shape, fetchSecret),
      (error) => error instanceof SluiceError && error.code === 'SECRET_REFERENCE_INVALID',
    );
});

const terminal = { out: () => undefined, err: () => undefined, watched: false, columns: 80, closed: false };
const read = (input: AsyncIterable<string>, signal: AbortSignal) =>
  bodyOfFile('-', { ...terminal, environment: {}, workingFolder: '/', input: () => input }, signal);

test('a body that is too large or no JSON is told so, without a word of it, and one that never ends is left at a stop', async () => {
  const { signal } = new AbortController();
  const cases: [AsyncIterable<string>, RegExp][] = [
    [
      Readable.from(endless()),
      /^The file standard input cannot be read: it is larger than the megabyte that a hub takes\.$/,
    ],
    [Readable.from(['{"password": "hunter2']), /^The file standard input cannot be read: it is no JSON\.$/],
  ];
  for (const [input, message] of cases) await assert.rejects(read(input, signal), { code: 'FILE_UNREADABLE', message });
  const stop = new AbortController();
  const reading = read(addAbortSignal(stop.signal, new PassThrough({ encoding: 'utf8' })), stop.signal);
  stop.abort(new Error('told to stop'));
  await assert.rejects(reading, /told to stop/);
});

function* endless() {
  for (;;) yield '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],'.repeat(100);
}
