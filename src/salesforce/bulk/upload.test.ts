import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type Asked, quick, type Reply, sessionExpired, startScriptedServer } from '../scripted-server.test.ts';

const jobId = '7505fEXAMPLE4C2AAM';
const csv = 'Name\nא\n';
const bytes = Buffer.byteLength(csv);
const open = () => Readable.from([Buffer.from(csv)]);

/** A stream of `count` blocks of 64 KiB, made as they are taken. */
function blocks(count: number): Readable {
  const block = Buffer.alloc(65_536, 'a');
  let left = count;
  return new Readable({
    read() {
      this.push(left-- > 0 ? block : null);
    },
  });
}

async function drain({ request }: Asked): Promise<number> {
  let taken = 0;
  for await (const block of request) taken += (block as Buffer).length;
  return taken;
}

test('an upload is one PUT of exactly its bytes', async () => {
  await using server = await startScriptedServer({ rest: () => ({ status: 201 }) });
  await using org = server.open();
  await org.bulk.upload(jobId, { open, bytes });
  const { method, path, headers, body } = server.asked[0]!;
  assert.deepEqual([method, path, body], ['PUT', `/jobs/ingest/${jobId}/batches`, csv]);
  assert.equal(headers['content-length'], String(bytes));
  assert.equal(headers['content-type'], 'text/csv; charset=UTF-8');
  assert.equal(server.asked.length, 1);
});

test('after a refused token the upload is opened anew and sent once more', async () => {
  let opened = 0;
  await using server = await startScriptedServer({
    rest: ({ before }) => (before === 0 ? sessionExpired : { status: 201 }),
  });
  await using org = server.open();
  await org.bulk.upload(jobId, {
    bytes,
    open: () => {
      opened += 1;
      return open();
    },
  });
  assert.equal(opened, 2);
  assert.deepEqual(
    server.asked.map(({ body }) => body),
    [csv, csv],
  );
});

test('a refusal that comes before the upload is through is understood', async () => {
  const count = 200;
  await using server = await startScriptedServer({
    leaveBody: true,
    async rest(asked): Promise<Reply> {
      if (asked.before === 0) return sessionExpired;
      await drain(asked);
      return { status: 201 };
    },
  });
  await using org = server.open(quick);
  await org.bulk.upload(jobId, { open: () => blocks(count), bytes: count * 65_536 });
  assert.equal(server.tokenRequests.length, 2);
  assert.equal(server.asked.length, 2);
});

test('an upload that breaks in its middle, or whose answer is lost, is in doubt and not repeated', async () => {
  const count = 200;
  for (const cut of ['middle', 'end'] as const) {
    await using server = await startScriptedServer({
      leaveBody: true,
      async rest(asked): Promise<Reply> {
        if (cut === 'end') await drain(asked);
        else await new Promise((resolve) => asked.request.once('data', resolve));
        return 'drop';
      },
    });
    await using org = server.open(quick);
    const upload = { open: () => blocks(count), bytes: count * 65_536 };
    await assert.rejects(org.bulk.upload(jobId, upload), { code: 'ANSWER_LOST', inDoubt: true }, cut);
    assert.equal(server.asked.length, 1);
  }
});

test('the refusal of a second upload says that the first one arrived', async () => {
  const message = `Found multiple contents for job: <${jobId}>, please 'Close' / 'Abort' / 'Delete' the current Job`;
  const refusal: Reply = { status: 400, json: [{ errorCode: 'INVALIDJOBSTATE', message }] };
  await using server = await startScriptedServer({ rest: () => refusal });
  await using org = server.open();
  await assert.rejects(org.bulk.upload(jobId, { open, bytes }), { code: 'UPLOAD_ALREADY_THERE', inDoubt: true });
});

test('a source that breaks, or has other bytes than it said, is named as the cause', async () => {
  await using server = await startScriptedServer({ rest: () => ({ status: 201 }) });
  await using org = server.open(quick);
  const broken = () =>
    Readable.from(
      (async function* () {
        yield Buffer.from('Na');
        throw new Error('disk is gone');
      })(),
    );
  await assert.rejects(org.bulk.upload(jobId, { open: broken, bytes }), {
    code: 'UPLOAD_SOURCE_FAILED',
    message: /disk is gone/,
  });
  for (const wrong of [bytes - 1, bytes + 1]) {
    await assert.rejects(org.bulk.upload(jobId, { open, bytes: wrong }), {
      code: 'UPLOAD_SOURCE_FAILED',
      inDoubt: true,
    });
  }
});

test('an upload may take as long as it moves, and ends when the other side takes nothing more', async () => {
  const idleMs = 1_500;
  const upload = { open: () => blocks(640), bytes: 640 * 65_536 };
  await using server = await startScriptedServer({
    leaveBody: true,
    async rest({ request }): Promise<Reply> {
      for await (const _ of request) await new Promise((resolve) => setTimeout(resolve, 5));
      return { status: 201 };
    },
  });
  await using org = server.open({ deadlines: { uploadIdleMs: idleMs } });
  const startedMs = performance.now();
  await org.bulk.upload(jobId, upload);
  assert.ok(performance.now() - startedMs > idleMs, 'longer than the idle deadline in all');

  await using deaf = await startScriptedServer({ leaveBody: true, rest: () => 'silence' });
  await using second = deaf.open({ deadlines: { uploadIdleMs: 500 } });
  await assert.rejects(second.bulk.upload(jobId, upload), { code: 'ANSWER_LOST', inDoubt: true });
});

test('four times as large an upload needs no more memory', async () => {
  await using server = await startScriptedServer({
    leaveBody: true,
    rest: async (asked) =>
      (await drain(asked)) === Number(asked.headers['content-length']) ? { status: 201 } : { status: 400 },
  });
  await using org = server.open();
  const memoryAfter = async (count: number): Promise<number> => {
    await org.bulk.upload(jobId, { open: () => blocks(count), bytes: count * 65_536 });
    return process.memoryUsage.rss() / 1e6;
  };
  await memoryAfter(1_600);
  const small = await memoryAfter(1_600);
  const large = await memoryAfter(6_400);
  assert.ok(large - small < 80, `${small} MB after 105 MB, ${large} MB after 419 MB`);
});
