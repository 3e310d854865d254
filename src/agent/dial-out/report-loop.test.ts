import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import type { ReportBatch } from '../../protocol/index.ts';
import { openReportJournal } from '../report-journal/report-journal.ts';
import { createHubCalls } from './hub-calls.ts';
import { openHubTransport } from './hub-transport.ts';
import { createSending } from './report-loop.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sending-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A hub that keeps batches as they come, and acknowledges what it is told to. */
async function openStage(name: string) {
  const batches: ReportBatch[] = [];
  const answers: (number | 'cut')[] = [];
  const server = createServer(async (request, response) => {
    const batch = (await json(request)) as ReportBatch;
    batches.push(batch);
    const answer = answers.shift() ?? batch.from + batch.reports.length - 1;
    if (answer === 'cut') response.destroy();
    else response.end(JSON.stringify({ acknowledged: answer }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const transport = openHubTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined);
  const token = { get: async () => 'token', refused: () => undefined };
  const calls = createHubCalls({ transport, token, protocol: { heard: () => undefined } });
  const journal = openReportJournal(join(folder, name));
  const tell = (version: string) => journal.append({ kind: 'agentStarted', at: 1, body: { version } });
  const close = async () => {
    await transport[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
    server.close();
  };
  return { batches, answers, calls, journal, tell, [Symbol.asyncDispose]: close };
}

const { signal } = new AbortController();
const long = 'x'.repeat(300_000);

test('batches are sent one behind the other and forgotten once the hub has them, each report once', async () => {
  await using stage = await openStage('once');
  for (const version of ['a', 'b', 'c']) await stage.tell(version + long);
  const sendBatch = createSending(stage);
  const sent: boolean[] = [];
  for (let more = true; more; sent.push(more)) more = await sendBatch(signal);
  assert.deepEqual(sent, [true, true, true, false]);
  assert.deepEqual(
    stage.batches.map(({ from, reports }) => [from, reports.length]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  );
  assert.equal(stage.journal.nextBatch(), undefined, 'nothing is kept that the hub has');
  await stage.tell('d');
  assert.deepEqual([await sendBatch(signal), stage.batches.at(-1)?.from], [true, 4]);
});

test('what was not acknowledged is sent again, from the first report that the hub does not have', async () => {
  await using stage = await openStage('again');
  for (const version of ['a', 'b', 'c']) await stage.tell(version);
  stage.answers.push('cut', 1);
  const sendBatch = createSending(stage);
  await assert.rejects(sendBatch(signal), { code: 'HUB_UNREACHABLE' });
  assert.deepEqual([await sendBatch(signal), await sendBatch(signal), await sendBatch(signal)], [true, true, false]);
  assert.deepEqual(
    stage.batches.map(({ from, reports }) => [from, reports.length]),
    [
      [1, 3],
      [1, 3],
      [2, 2],
    ],
  );
});

test('an agent that dies before it has forgotten what the hub has sends it again', async () => {
  await using stage = await openStage('dies');
  await stage.tell('a');
  assert.equal(await createSending(stage)(signal), true);
  await createSending(stage)(signal);
  assert.deepEqual(stage.batches[1], stage.batches[0]);
});
