import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { quick, startScriptedServer } from '../scripted-server.test.ts';

const jobId = '7505fEXAMPLE4C2AAM';
const header = '"Id","Name"\n';

const rows = fc.array(
  fc.string({ maxLength: 30, unit: fc.constantFrom('a', 'é', '😀', ' ', ',', '""', '\n', '\r\n') }),
  {
    maxLength: 60,
  },
);

/** How a page is answered, one try after the other; behind the last of them it comes whole. */
const faults = fc.array(
  fc.record({ at: fc.nat({ max: 400 }), ending: fc.constantFrom('break', 'end early', 'busy', 'drop') }),
  { maxLength: 3 },
);

type Fault = { at: number; ending: string };

function answerBytes(response: ServerResponse, bytes: Buffer, fault: Fault | undefined): void {
  if (fault === undefined || fault.at >= bytes.length) response.end(bytes);
  else if (fault.ending === 'end early') response.end(bytes.subarray(0, fault.at));
  else response.write(bytes.subarray(0, fault.at), () => setTimeout(() => response.destroy(), 3));
}

async function textOf(blocks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all).toString('utf8');
}

test('whatever breaks on the way, the bytes of all pages come together, each once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(faults, { maxLength: 8 }),
      async (texts, size, pagesAtOnce, plans) => {
        const lines = texts.map((text, n) => `"${n}","${text}"\n`);
        const tries = new Map<number, number>();
        await using server = await startScriptedServer({
          rest({ path, response }) {
            const { pathname, searchParams } = new URL(path, 'http://x');
            if (!pathname.endsWith('/results'))
              return { json: { id: jobId, state: 'JobComplete', numberRecordsProcessed: lines.length } };
            const from = Number(searchParams.get('locator') ?? 0);
            const page = Math.floor(from / size);
            const times = tries.get(page) ?? 0;
            tries.set(page, times + 1);
            const fault = plans[page]?.[times];
            if (fault?.ending === 'drop') return 'drop';
            if (fault?.ending === 'busy') return { status: 503, text: '' };
            const some = lines.slice(from, from + size);
            response.writeHead(200, {
              'sforce-locator': from + size < lines.length ? String(from + size) : 'null',
              'sforce-numberofrecords': some.length,
            });
            answerBytes(response, Buffer.from(header + some.join('')), fault);
            return 'answered';
          },
        });
        await using org = server.open(quick);
        assert.equal(await textOf(org.bulkQuery.csv(jobId, { pagesAtOnce })), header + lines.join(''));
      },
    ),
    { numRuns: 60 },
  );
});
