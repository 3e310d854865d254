import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiRefused } from '../../web/index.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { type BodyFormat, readRecords } from './read-records.ts';

/** In blocks of this many bytes. */
async function* blocksOf(body: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: string | Uint8Array, format: BodyFormat = 'JSON', size = 7): Promise<IncomingRecord[]> {
  const all: IncomingRecord[] = [];
  for await (const records of readRecords(blocksOf(body, size), format)) all.push(...records);
  return all;
}

const plain = (records: IncomingRecord[]) => JSON.parse(JSON.stringify(records)) as unknown;
const cellsOf = async (body: string, format?: BodyFormat) =>
  (await read(body, format)).map(({ cells }) => ({ ...cells }));

async function refusal(body: string | Uint8Array, format: BodyFormat = 'JSON', size = 7): Promise<string> {
  try {
    await read(body, format, size);
  } catch (error) {
    assert.ok(error instanceof ApiRefused, String(error));
    assert.equal(error.refusal.status, 400);
    assert.match(error.refusal.errors[0]?.next ?? '', /nothing of it was kept/);
    return error.message;
  }
  assert.fail(`read: ${String(body).slice(0, 80)}`);
}

test('a list, a list in records, one object and an object a line are the same records', async () => {
  const one = { a: '1', b: 'x' };
  for (const body of [
    '[{"a":1,"b":"x"}]',
    ' {"records" :\n[ {"a":1,"b":"x"} ] } ',
    '{"a":1,"b":"x"}\n',
    '\ufeff[{"a":1,"b":"x"}]',
  ])
    assert.deepEqual(await cellsOf(body), [one], body);
  assert.deepEqual(await cellsOf('{"a":1,"b":"x"}\n{"a":1,"b":"x"}\r\n'), [one, one]);
  assert.deepEqual(await cellsOf('a,b\r\n1,x\n\n1,"x"', 'CSV'), [one, one]);
  assert.deepEqual(await cellsOf('[]'), []);
});

test('numbers keep their digits, and what is empty is null', async () => {
  const [cells] = await cellsOf(
    '[{"a":12345678901234567890.10,"b":1E+2,"c":-0.0,"d":true,"e":null,"f":"","g":"\\u00e9\\n"}]',
  );
  assert.deepEqual(cells, {
    a: '12345678901234567890.10',
    b: '1E+2',
    c: '-0.0',
    d: 'true',
    e: null,
    f: null,
    g: 'é\n',
  });
  assert.deepEqual(await cellsOf('a,b\n,""\n', 'CSV'), [{ a: null, b: null }]);
});

test('records may be nested one level deep, as a list or as one', async () => {
  assert.deepEqual(plain(await read('[{"a":1,"line":[{"n":1},{"n":2}],"note":{"t":"x"},"none":[]}]')), [
    {
      cells: { a: '1' },
      nested: [
        { name: 'line', records: [{ n: '1' }, { n: '2' }] },
        { name: 'note', records: [{ t: 'x' }] },
        { name: 'none', records: [] },
      ],
    },
  ]);
});

test('each mistake in JSON is told with its record and line', async () => {
  const cases: [string, RegExp][] = [
    ['hello', /^The body is not JSON/],
    ['[1]', /^Record 1 \(line 1\) is not an object/],
    ['[{"a":1},]', /^Record 2 \(line 1\) is not an object/],
    ['[{"a":1} {"a":2}]', /^Record 2 .* without a comma/],
    ['[{"a":1}', /broke off/],
    ['{"records":[{"a":1}]', /broke off/],
    ['{"records":[{"a":1}],"b":1}', /behind the end of the records/],
    ['[{"a":1}] x', /behind the end/],
    ['{"a":1}\n[1]', /^Record 2 \(line 2\) does not begin with/],
    ['[\n{"a":1},\n{"a":1,\n"a":2}]', /^Record 2 \(line 4\) has the column a twice/],
    ['[{"a":01}]', /has no } where one must be/],
    ['[{"a":+1}]', /has no value of JSON in a/],
    ['[{"a":"\n"}]', /has no value where one must be/],
    ['[{"a":"\\ud800"}]', /half of a surrogate pair/],
    ['[{"a":"\\u0000"}]', /NUL/],
    ['[{"":1}]', /column without a name/],
    ['[{"__proto__":{"x":1}}]', /__proto__/],
    ['[{"a\\u0007":1}]', /control character/],
    ['[{a:1}]', /has no name in quotes/],
    ['[{"a":[1]}]', /list whose members are not records/],
    ['[{"a":{"b":{"c":1}}}]', /one level deep/],
    [`[${'{"a":'.repeat(9)}1${'}'.repeat(9)}]`, /more than 5 levels deep/],
    ['[{"a":1]}', /^Record 2 .* is not an object/],
    [`[{${Array.from({ length: 1001 }, (_, n) => `"c${n}":1`)}}]`, /more than 1000 columns/],
    [`[{"${'x'.repeat(300)}":1}]`, /longer than 255/],
  ];
  for (const [body, expected] of cases) assert.match(await refusal(body), expected, body.slice(0, 60));
  assert.deepEqual(await read(''), []);
  assert.match(await refusal(Buffer.from([91, 123, 34, 97, 34, 58, 34, 0xff, 34, 125, 93])), /^Record 1 .* not UTF-8/);
  assert.match(await refusal(Buffer.from('\ufeff[{"a":1}]', 'utf16le')), /is not JSON/);
  assert.match(await refusal(`[{"a":"${'x'.repeat(5_000_000)}"}]`, 'JSON', 65_536), /longer than 4000000 bytes/);
});

test('each mistake in CSV is told with its place', async () => {
  const cases: [string, RegExp][] = [
    ['a,a\n1,2', /^The header has the column a twice/],
    ['a,\n1,2', /without a name/],
    ['a,__proto__\n1,2', /__proto__/],
    ['a,b\n1,2\n1\n', /^Record 2 has 1 cells, and the header 2/],
    ['a,b\n1,"2', /line 2: a quote is opened/],
    ['a,b\n1,x\0', /NUL/],
  ];
  for (const [body, expected] of cases) assert.match(await refusal(body, 'CSV'), expected, body);
  const bytes = Buffer.concat([Buffer.from('a,b\n1,é\n1,'), Buffer.from([0xc3, 10])]);
  assert.match(await refusal(bytes, 'CSV', 100), /^Line 3 has bytes that are not UTF-8/);
  assert.match(await refusal(Buffer.from([97, 10, 0xc3]), 'CSV'), /^Line 2 has bytes that are not UTF-8/);
});

test('however a body is cut into blocks, and whatever stands in it, it is read as JSON reads it', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((text) => [...text].every((letter) => letter >= ' '));
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const row = fc.dictionary(
    name.filter((text) => text !== '__proto__'),
    value,
    { maxKeys: 5, noNullPrototype: false },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 2),
      async (rows, size, indent) => {
        const found = (await read(JSON.stringify(rows, null, indent), 'JSON', size)).map(({ cells }) => ({ ...cells }));
        const expected = rows.map((one) =>
          Object.fromEntries(
            Object.entries(one).map(([key, cell]) => [key, cell === null || cell === '' ? null : String(cell)]),
          ),
        );
        assert.deepEqual(found, expected);
      },
    ),
  );
});

test('whatever bytes come as a body, they are read or refused with a sentence', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\n',
      'a',
      '1',
      'null',
      '"a":1',
      '{"a":1}',
      '{"records":[',
    ),
    fc.string(),
  );
  let good = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.constantFrom('JSON', 'CSV'), async (pieces, format) => {
      try {
        await read(pieces.join(''), format, 3);
        good += 1;
      } catch (error) {
        assert.ok(error instanceof ApiRefused, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(good > 20, `${good} good`);
});
