import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { openIntegrateInTest } from './integrate-in-test.ts';

/** A call over a true connection whose body is left to the test. */
function open(url: string, token: string, headers: Record<string, string | number> = {}, mode = 'Asynchronous') {
  const sent = request(`${url}/V4/integrate?integration=Shop&interface=orders&mode=${mode}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
  });
  sent.on('error', () => undefined);
  const answered = once(sent, 'response').then(async ([answer]) => {
    let text = '';
    for await (const piece of answer) text += piece;
    return { status: answer.statusCode as number, text, headers: answer.headers };
  });
  answered.catch(() => undefined);
  return { sent, answered };
}

test('a body that breaks off in its middle leaves nothing, however far it came', async () => {
  await using stage = await openIntegrateInTest();
  const url = await stage.hub.listen();
  const record = (number: number) => JSON.stringify({ number, note: 'x'.repeat(2_000) });
  const call = open(url, stage.client.token, {}, 'Bulk');
  call.sent.write(`[${Array.from({ length: 2_500 }, (_, number) => record(number)).join(',')}`);
  const slices = () => Number(stage.sql('SELECT count(*) AS n FROM call_slice')[0]?.n);
  while (slices() === 0) await sleep(20);
  assert.deepEqual(stage.sql('SELECT * FROM message'), [], 'nobody sees any of it');
  call.sent.destroy();
  while (slices() > 0) await sleep(20);
  assert.deepEqual(stage.sql('SELECT * FROM call'), []);
});

test('a body that stands still is given up, and one that announces too much is refused before it comes', async () => {
  await using stage = await openIntegrateInTest({ integrate: { bodyIdleMs: 200, maxBodyBytes: 1_000_000 } });
  const url = await stage.hub.listen();
  const slow = open(url, stage.client.token);
  slow.sent.write('[{"number":1},');
  assert.equal((await slow.answered).status, 408);
  const large = open(url, stage.client.token, { 'content-length': 2_000_000 });
  large.sent.write('[');
  assert.equal((await large.answered).status, 413);
  slow.sent.destroy();
  large.sent.destroy();
});

test('bodies that together need more memory than there is are put off, and those under way come through', async () => {
  await using stage = await openIntegrateInTest({ integrate: { maxBytesInMemory: 300_000 } });
  const url = await stage.hub.listen();
  const connected = once(stage.hub.app.server, 'connection') as Promise<[Socket]>;
  const first = open(url, stage.client.token);
  first.sent.write(`[{"number":1,"note":"${'x'.repeat(200_000)}"}`);
  const [socket] = await connected;
  while (socket.bytesRead < 200_000) await sleep(5);
  const second = open(url, stage.client.token);
  second.sent.end(`[{"number":2,"note":"${'x'.repeat(200_000)}"}]`);
  const putOff = await second.answered;
  assert.deepEqual([putOff.status, putOff.headers['retry-after']], [429, '2']);
  first.sent.end(']');
  assert.equal((await first.answered).status, 202);
  assert.equal((await stage.send({ body: '{"number":3}' })).status, 202, 'what was held is given back');
});

test('ten thousand bad records among many good ones are all accounted for', async () => {
  await using stage = await openIntegrateInTest();
  const bodies = Array.from({ length: 30_000 }, (_, number) =>
    JSON.stringify(number % 3 === 0 ? { total: 1 } : { number }),
  );
  const taken = await stage.send({ body: bodies.join('\n'), query: 'integration=Shop&interface=orders&mode=Bulk' });
  assert.deepEqual([taken.status, taken.json.messages], [202, 30_000], taken.text);
  const count = (where: string) => Number(stage.sql(`SELECT count(*) AS n FROM message WHERE ${where}`)[0]?.n);
  while (count('true') < 30_000) await sleep(50);
  assert.deepEqual(
    [count(`code = 'KEY_MISSING' OR code = 'COLUMNS_MISSING'`), count(`status IN ('New', 'Pending')`)],
    [10_000, 20_000],
  );
});

test('whatever is called in whatever way, nothing of the hub fails', async () => {
  await using stage = await openIntegrateInTest();
  const name = fc.constantFrom(
    'integration',
    'interface',
    'mode',
    'request-format',
    'response-format',
    'wait',
    '__proto__',
    'x',
  );
  const value = fc.oneof(
    fc.constantFrom('Shop', 'orders', 'Bulk', 'JSON', 'CSV', '1', 'Asynchronous', ''),
    fc.string(),
  );
  const body = fc.oneof(
    fc.constantFrom('{"number":1}', '[{"number":2}]'),
    fc.constantFrom('<script>alert(1)</script>', `${'['.repeat(5_000)}`, '{"__proto__":{"a":1}}'),
    fc.json(),
    fc.string(),
  );
  const headers = fc.dictionary(
    fc.constantFrom('content-type', 'idempotency-key', 'content-encoding'),
    fc.constantFrom('text/csv', 'gzip', 'a', ''),
  );
  const header = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, headers);
  // Some are to be taken, whatever else is made of chance.
  const pairs = fc.oneof(
    fc.array(fc.tuple(name, value), { maxLength: 2 }),
    fc.constant([['mode', 'Asynchronous'] as [string, string]]),
  );
  let good = 0;
  await fc.assert(
    fc.asyncProperty(pairs, body, header, fc.boolean(), async (chosen, text, headers, known) => {
      const more = new URLSearchParams(chosen.filter(([one]) => !known || !one.startsWith('int'))).toString();
      const { status } = await stage.send({
        body: text,
        query: `${known ? 'integration=Shop&interface=orders&' : ''}${more}`,
        headers,
      });
      assert.ok(status < 500 || status === 503, `${status}`);
      if (status < 300) good += 1;
    }),
    { numRuns: 300 },
  );
  assert.ok(good > 3, `${good} good`);
});
