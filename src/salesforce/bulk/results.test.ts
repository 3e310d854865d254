import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import { type Asked, quick, startScriptedServer } from '../scripted-server.test.ts';

const jobId = '7505fEXAMPLE4C2AAM';
const csv = '"sf__Id","sf__Error",Name\n"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","א"\n';

async function textOf(blocks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all).toString('utf8');
}

test('results come as the bytes the org sent, packed or not', async () => {
  for (const packed of [false, true]) {
    await using server = await startScriptedServer({
      rest({ response }) {
        response.writeHead(200, { 'content-type': 'text/csv', ...(packed && { 'content-encoding': 'gzip' }) });
        response.end(packed ? gzipSync(csv) : csv);
        return 'answered';
      },
    });
    await using org = server.open();
    assert.equal(await textOf(org.bulk.results(jobId, 'failedResults')), csv);
    assert.equal(server.asked[0]!.path, `/jobs/ingest/${jobId}/failedResults`);
  }
});

test('results that break in their middle are an error, never a shorter result', async () => {
  const cut = (asked: Asked, headers: Record<string, string>, bytes: Buffer): 'answered' => {
    asked.response.writeHead(200, headers).write(bytes);
    setTimeout(() => asked.response.destroy(), 20);
    return 'answered';
  };
  const packed = gzipSync(csv);
  const ways: ((asked: Asked) => 'answered')[] = [
    (asked) => cut(asked, {}, Buffer.from(csv)),
    (asked) => cut(asked, { 'content-length': '1000' }, Buffer.from(csv)),
    (asked) => cut(asked, { 'content-encoding': 'gzip' }, packed.subarray(0, packed.length - 4)),
    ({ response }) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, packed.length - 4));
      return 'answered';
    },
  ];
  for (const rest of ways) {
    await using server = await startScriptedServer({ rest });
    await using org = server.open(quick);
    await assert.rejects(textOf(org.bulk.results(jobId, 'successfulResults')), { code: 'ANSWER_LOST', inDoubt: false });
  }
});

test('a reader who has seen enough ends the answer', async () => {
  let closed = false;
  await using server = await startScriptedServer({
    rest({ response }) {
      response.on('close', () => {
        closed = true;
      });
      Readable.from(endless())
        .on('error', () => undefined)
        .pipe(response);
      return 'answered';
    },
  });
  await using org = server.open();
  for await (const _ of org.bulk.results(jobId, 'successfulResults')) break;
  while (!closed) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a job with no such results is not found, by its id', async () => {
  await using server = await startScriptedServer({
    rest: () => ({ status: 404, json: [{ errorCode: 'NOT_FOUND', message: 'gone' }] }),
  });
  await using org = server.open();
  await assert.rejects(textOf(org.bulk.results(jobId, 'successfulResults')), { code: 'JOB_NOT_FOUND' });
});

test('four times as large a result needs no more memory, packed or not', async () => {
  for (const packed of [false, true]) {
    await using server = await startScriptedServer({
      async rest({ path, response }) {
        response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {});
        const source = Readable.from(blocks(Number(path.split('/')[3])));
        await (packed ? pipeline(source, createGzip({ level: 1 }), response) : pipeline(source, response));
        return 'answered' as const;
      },
    });
    await using org = server.open();
    const peakWhileReading = async (count: number): Promise<number> => {
      let read = 0;
      let peak = 0;
      for await (const block of org.bulk.results(String(count), 'successfulResults')) {
        read += block.length;
        peak = Math.max(peak, process.memoryUsage.rss());
      }
      assert.equal(read, count * 65_536);
      return peak / 1e6;
    };
    await peakWhileReading(1_600);
    const small = await peakWhileReading(1_600);
    const large = await peakWhileReading(6_400);
    assert.ok(large - small < 80, `${small} MB for 105 MB of results, ${large} MB for 419 MB`);
  }
});

test('a reader who takes his time makes the org wait, instead of filling the memory', async () => {
  let sent = 0;
  await using server = await startScriptedServer({
    rest({ response }) {
      const counted = function* () {
        for (const block of blocks(4_000)) {
          sent += block.length;
          yield block;
        }
      };
      Readable.from(counted())
        .on('error', () => undefined)
        .pipe(response);
      return 'answered';
    },
  });
  await using org = server.open();
  for await (const _ of org.bulk.results(jobId, 'successfulResults')) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    break;
  }
  assert.ok(sent < 30e6, `${sent} bytes of 262 MB were sent to a reader who took one block`);
});

function* blocks(count: number): Generator<Buffer> {
  const block = Buffer.alloc(65_536, 'row,');
  for (let n = 0; n < count; n++) yield block;
}

function* endless(): Generator<Buffer> {
  for (;;) yield* blocks(1);
}
