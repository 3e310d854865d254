import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import {
  type Asked,
  quick,
  type Reply,
  type Script,
  sessionExpired,
  startScriptedServer,
  tokenNumber,
} from '../scripted-server.test.ts';

const jobId = '7505fEXAMPLE4C2AAM';
const jobUrl = `/jobs/query/${jobId}`;
function job(state: string, more: object = {}): Reply {
  return { json: { id: jobId, object: 'Account', operation: 'query', state, ...more } };
}

const row = (n: number) => `"001${n}","Name ${n}, of\nAccount"\n`;
const header = '"Id","Name"\n';

/** Page `index` of `pages` pages of `size` rows. */
function pageText(index: number, size: number): string {
  return header + Array.from({ length: size }, (_, n) => row(index * size + n)).join('');
}

type Wish = { pages: number; size: number; said?: number; cut?: (asked: Asked, index: number) => Reply | undefined };

/** An org with one job whose results are `pages` pages; `cut` may answer in its place. */
function orgWithResults({ pages, size, said = pages * size, cut }: Wish, more: Script = {}) {
  return startScriptedServer({
    rest(asked) {
      const { pathname, searchParams } = new URL(asked.path, 'http://x');
      if (pathname === jobUrl) return job('JobComplete', { numberRecordsProcessed: said });
      const index = Number(searchParams.get('locator')?.slice(1) ?? 0);
      return cut?.(asked, index) ?? { text: pageText(index, size), headers: headersOf(index, { pages, size }) };
    },
    ...more,
  });
}

function headersOf(index: number, { pages, size }: Pick<Wish, 'pages' | 'size'>): Record<string, string> {
  const next = index + 1 < pages ? `L${index + 1}` : 'null';
  return { 'content-type': 'text/csv', 'sforce-locator': next, 'sforce-numberofrecords': String(size) };
}

/** Sends the head of a page and some of its bytes, then ends the connection. */
function breakOff({ response }: Asked, headers: Record<string, string>, text: string): Reply {
  response.writeHead(200, headers);
  response.write(text);
  setTimeout(() => response.destroy(), 10);
  return 'answered';
}

async function textOf(blocks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all).toString('utf8');
}

const wholeText = (rows: number) => header + Array.from({ length: rows }, (_, n) => row(n)).join('');

test('a query job is made with commas and LF, and made again after a lost answer, since it changes nothing', async () => {
  await using server = await startScriptedServer({
    rest: ({ before }) => (before === 0 ? 'drop' : job('UploadComplete')),
  });
  await using org = server.open(quick);
  const made = await org.bulkQuery.createJob({ soql: 'SELECT Id FROM Account', all: true });
  assert.deepEqual([made.id, made.state], [jobId, 'UploadComplete']);
  assert.equal(server.asked.length, 2);
  for (const { method, path, body } of server.asked) {
    assert.deepEqual([method, path], ['POST', '/jobs/query']);
    assert.deepEqual(JSON.parse(body), {
      operation: 'queryAll',
      query: 'SELECT Id FROM Account',
      contentType: 'CSV',
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
    });
  }
});

test('a query that Salesforce refuses is refused in its words, and is not in doubt', async () => {
  const message = 'Selecting compound data not supported in Bulk Query';
  await using server = await startScriptedServer({
    rest: () => ({ status: 400, json: [{ errorCode: 'API_ERROR', message }] }),
  });
  await using org = server.open(quick);
  await assert.rejects(org.bulkQuery.createJob({ soql: 'SELECT BillingAddress FROM Account' }), {
    code: 'SALESFORCE_REFUSED',
    inDoubt: false,
    errors: [{ errorCode: 'API_ERROR', message }],
  });
  assert.equal(server.asked.length, 1);
});

test('a job is waited for, aborted, deleted and listed by its own paths', async () => {
  let state = 'InProgress';
  await using server = await startScriptedServer({
    rest({ method, path, body }) {
      if (method === 'PATCH') state = JSON.parse(body).state;
      if (path.startsWith('/jobs/query?')) return { json: { done: true, records: [{ id: jobId, state }] } };
      return method === 'DELETE' ? { status: 204 } : job(state);
    },
  });
  await using org = server.open(quick);
  const seen: string[] = [];
  const waiting = org.bulkQuery.wait(jobId, {
    onProgress(info) {
      seen.push(info.state);
      if (seen.length === 3) state = 'JobComplete';
    },
  });
  assert.equal((await waiting).state, 'JobComplete');
  assert.deepEqual(seen, ['InProgress', 'InProgress', 'InProgress', 'JobComplete']);
  state = 'InProgress';
  assert.equal((await org.bulkQuery.abort(jobId)).state, 'Aborted');
  for await (const listed of org.bulkQuery.list()) assert.equal(listed.id, jobId);
  await org.bulkQuery.delete(jobId);
  const calls = server.asked.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(calls.slice(-3), [`PATCH ${jobUrl}`, 'GET /jobs/query?jobType=V2Query', `DELETE ${jobUrl}`]);
});

test('pages come in their order with every row once, however many are under way', async () => {
  for (const pagesAtOnce of [1, 2, 4, 10]) {
    await using server = await orgWithResults({ pages: 7, size: 50 });
    await using org = server.open();
    const options = { pagesAtOnce, maxRecords: 50 };
    assert.equal(await textOf(org.bulkQuery.csv(jobId, options)), wholeText(350));
    assert.equal(server.asked.length, 8);
    assert.ok(server.asked.slice(1).every(({ path }) => path.includes('maxRecords=50')));
    const rows: Record<string, string | null>[] = [];
    for await (const record of org.bulkQuery.rows(jobId, options)) rows.push(record);
    assert.equal(rows.length, 350);
    assert.deepEqual(rows[349], { Id: '001349', Name: 'Name 349, of\nAccount' });
  }
});

test('a page that is slow holds up none of those behind it, and they still come after it', async () => {
  const held: (() => void)[] = [];
  let most = 0;
  await using server = await orgWithResults({
    pages: 6,
    size: 10,
    cut({ response }, index) {
      response.writeHead(200, headersOf(index, { pages: 6, size: 10 }));
      response.write(header);
      held.push(() => response.end(pageText(index, 10).slice(header.length)));
      most = Math.max(most, held.length);
      // A page ends when the two behind it have begun, and a moment later, in which no fourth may begin.
      if (held.length >= 3) setTimeout(() => held.shift()?.(), 50);
      if (index === 5) setTimeout(() => held.splice(0).map((end) => end()), 60);
      return 'answered';
    },
  });
  await using org = server.open();
  const options = { pagesAtOnce: 3, signal: AbortSignal.timeout(30_000) };
  assert.equal(await textOf(org.bulkQuery.csv(jobId, options)), wholeText(60));
  assert.equal(most, 3);
});

test('the next page is asked for only when there is room for it', async () => {
  await using server = await orgWithResults({ pages: 9, size: 1 });
  await using org = server.open();
  let seen = 0;
  for await (const _ of org.bulkQuery.pages(jobId, { pagesAtOnce: 2 })) {
    seen += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(server.asked.length <= seen + 2, `${server.asked.length} calls at page ${seen}`);
  }
});

test('a page whose connection breaks, packed or not, is read on from where it broke: nothing is lost or doubled', async () => {
  for (const packed of [false, true]) {
    const broken = new Map<number, number>();
    await using server = await orgWithResults({
      pages: 4,
      size: 200,
      cut(asked, index) {
        const times = (broken.get(index) ?? 0) + 1;
        broken.set(index, times);
        const headers = headersOf(index, { pages: 4, size: 200 });
        const text = pageText(index, 200);
        if (!packed) return times < 4 ? breakOff(asked, headers, text.slice(0, times * 700 + index)) : undefined;
        const { response } = asked;
        response.writeHead(200, { ...headers, 'content-encoding': 'gzip' });
        if (times >= 3) {
          response.end(gzipSync(text));
          return 'answered';
        }
        const gzip = createGzip();
        gzip.pipe(response);
        gzip.write(text.slice(0, times * 900));
        gzip.flush(() => setTimeout(() => response.destroy(), 10));
        return 'answered';
      },
    });
    await using org = server.open(quick);
    assert.equal(await textOf(org.bulkQuery.csv(jobId)), wholeText(800));
    assert.deepEqual([...broken.values()], packed ? [3, 3, 3, 3] : [4, 4, 4, 4]);
  }
});

test('a page that ends before its last record is fetched again, and given up at last when it never gets longer', async () => {
  const short = (times: number) => {
    let seen = 0;
    return orgWithResults({
      pages: 1,
      size: 100,
      cut(_, index) {
        seen += 1;
        const headers = headersOf(index, { pages: 1, size: 100 });
        return seen <= times ? { text: pageText(0, 100).slice(0, 500), headers } : undefined;
      },
    });
  };
  await using mending = await short(3);
  await using first = mending.open(quick);
  assert.equal(await textOf(first.bulkQuery.csv(jobId)), wholeText(100));
  await using never = await short(Number.POSITIVE_INFINITY);
  await using second = never.open({ ...quick, retryForMs: 0 });
  await assert.rejects(textOf(second.bulkQuery.csv(jobId)), {
    code: 'ANSWER_LOST',
    inDoubt: false,
    message: /a page ended after \d+ of 100 records/,
  });
});

test('a page that comes back with other bytes, or holds more than it says, is an invalid answer', async () => {
  let times = 0;
  await using changing = await orgWithResults({
    pages: 1,
    size: 100,
    cut(asked, index) {
      times += 1;
      const headers = headersOf(index, { pages: 1, size: 100 });
      if (times === 1) return breakOff(asked, headers, pageText(0, 100).slice(0, 500));
      return { text: pageText(0, 100).replace('Name 3', 'Name x'), headers };
    },
  });
  await using first = changing.open(quick);
  await assert.rejects(textOf(first.bulkQuery.csv(jobId)), { code: 'ANSWER_INVALID', message: /other bytes/ });
  await using longer = await orgWithResults({
    pages: 1,
    size: 100,
    cut: (_, index) => ({ text: pageText(0, 101), headers: headersOf(index, { pages: 1, size: 100 }) }),
  });
  await using second = longer.open(quick);
  await assert.rejects(textOf(second.bulkQuery.csv(jobId)), { code: 'ANSWER_INVALID', message: /101 of 100/ });
});

test('pages are counted against the job, and a page that does not say how many it holds is invalid', async () => {
  await using more = await orgWithResults({ pages: 2, size: 10, said: 21 });
  await using first = more.open();
  await assert.rejects(textOf(first.bulkQuery.csv(jobId)), {
    code: 'ANSWER_INVALID',
    message: /they hold 20 records, the job says 21/,
  });
  await using silent = await orgWithResults({
    pages: 1,
    size: 1,
    cut: () => ({ text: pageText(0, 1), headers: { 'content-type': 'text/csv' } }),
  });
  await using second = silent.open();
  await assert.rejects(textOf(second.bulkQuery.csv(jobId)), { code: 'ANSWER_INVALID' });
});

test('reading goes on from a locator, and the whole is still counted', async () => {
  await using server = await orgWithResults({ pages: 5, size: 10 });
  await using org = server.open();
  const seen: [string | null, string | null, number][] = [];
  for await (const { locator, nextLocator, records, bytes } of org.bulkQuery.pages(jobId)) {
    assert.equal((await textOf(bytes)).split('"001').length - 1, records);
    seen.push([locator, nextLocator, records]);
  }
  assert.deepEqual(seen, [
    [null, 'L1', 10],
    ['L1', 'L2', 10],
    ['L2', 'L3', 10],
    ['L3', 'L4', 10],
    ['L4', null, 10],
  ]);
  const from = (more: object) => textOf(org.bulkQuery.csv(jobId, { locator: 'L3', ...more }));
  const rest = header + wholeText(50).slice(wholeText(30).length);
  assert.deepEqual([await from({}), await from({ recordsBefore: 30 })], [rest, rest]);
  await assert.rejects(from({ recordsBefore: 29 }), { code: 'ANSWER_INVALID' });
});

test('a token that ends between two pages is renewed, and the pages go on', async () => {
  await using server = await orgWithResults({
    pages: 4,
    size: 10,
    cut: ({ token }, index) => (index >= 2 && token === tokenNumber(1) ? sessionExpired : undefined),
  });
  await using org = server.open();
  assert.equal(await textOf(org.bulkQuery.csv(jobId)), wholeText(40));
  assert.equal(server.tokenRequests.length, 2);
});

test('an org that is away for a moment between pages is waited for', async () => {
  let refusals = 0;
  await using server = await orgWithResults({
    pages: 4,
    size: 10,
    cut(_, index) {
      if (index !== 2 || refusals >= 3) return undefined;
      refusals += 1;
      return refusals === 2 ? 'drop' : { status: 503, text: 'maintenance' };
    },
  });
  await using org = server.open(quick);
  assert.equal(await textOf(org.bulkQuery.csv(jobId)), wholeText(40));
  assert.equal(refusals, 3);
});

test('a job that failed gives its reason, one at work has to be waited for, one that is gone is not found', async () => {
  const cases: [Reply, string, RegExp][] = [
    [job('Failed', { errorMessage: 'InvalidBatch : no' }), 'QUERY_JOB_FAILED', /InvalidBatch : no/],
    [job('Aborted'), 'QUERY_JOB_FAILED', /it is Aborted/],
    [job('InProgress'), 'SALESFORCE_REFUSED', /still InProgress/],
    [{ status: 404, json: [{ errorCode: 'NOT_FOUND', message: 'gone' }] }, 'JOB_NOT_FOUND', /7505f/],
  ];
  for (const [reply, code, message] of cases) {
    await using server = await startScriptedServer({ rest: () => reply });
    await using org = server.open();
    await assert.rejects(textOf(org.bulkQuery.csv(jobId)), { code, message, inDoubt: false });
  }
});

test('a reader who has seen enough ends all pages under way, and a caller who stops is told so', async () => {
  let closed = 0;
  const endless = (): Wish => ({
    pages: 9,
    size: 1_000_000,
    cut({ response }, index) {
      response.on('close', () => {
        closed += 1;
      });
      response.writeHead(200, headersOf(index, { pages: 9, size: 1_000_000 }));
      response.write(header);
      const more = () => {
        while (!response.destroyed && response.write(row(1).repeat(1000)));
      };
      response.on('drain', more);
      more();
      return 'answered';
    },
  });
  await using server = await orgWithResults(endless());
  await using org = server.open();
  for await (const { bytes } of org.bulkQuery.pages(jobId, { pagesAtOnce: 3 })) {
    for await (const _ of bytes) break;
    while (server.asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    break;
  }
  while (closed < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const signal = AbortSignal.timeout(300);
  await assert.rejects(textOf(org.bulkQuery.csv(jobId, { signal })), { code: 'CANCELLED', inDoubt: false });
});

test('results of any size need no more memory, and a slow reader makes the org wait', async () => {
  const block = Buffer.from(row(1).repeat(2000));
  let sent = 0;
  const size = 2000 * 100;
  const wish: Wish = {
    pages: 12,
    size,
    cut({ response }, index) {
      response.writeHead(200, headersOf(index, { pages: 12, size }));
      response.write(header);
      let left = 100;
      const more = () => {
        while (left > 0) {
          left -= 1;
          sent += block.length;
          if (!response.write(block)) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
      return 'answered';
    },
  };
  await using server = await orgWithResults(wish);
  await using org = server.open();
  let bytes = 0;
  let peak = 0;
  const before = process.memoryUsage.rss();
  for await (const part of org.bulkQuery.csv(jobId)) {
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    if (bytes === 0) assert.ok(sent < 60e6, `${sent} bytes were sent to a reader who took one block`);
    bytes += part.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  assert.equal(bytes, header.length + 12 * 100 * block.length);
  assert.ok((peak - before) / 1e6 < 150, `${(peak - before) / 1e6} MB for ${bytes / 1e6} MB of results`);
});
