import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SluiceError } from '../../base/index.ts';
import { createFolder, handWrittenProject } from './project-in-test.ts';
import { readSetup } from './read-setup.ts';

const pieces = [
  '<',
  '>',
  '</',
  '/>',
  '&',
  '&amp;',
  '&#0;',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE',
  '<?',
  '"',
  '\0',
  '\n',
  ' ',
  'true',
  '-1',
  '1e9',
  '__proto__',
  '__c',
  '<a>',
  '</a>',
  'ü',
  '\u2028',
];

type Change = { file: number; at: number; cut: number; put: readonly string[] };

const change: fc.Arbitrary<Change> = fc.record({
  file: fc.nat(),
  at: fc.nat(),
  cut: fc.nat({ max: 40 }),
  put: fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 3 }),
});

test('whatever becomes of a file of a project, it is read or refused with its name', async (t) => {
  const folder = createFolder(t);
  cpSync(handWrittenProject, folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(xml|json)$/.test(name));
  assert.ok(files.length > 25);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(change, async ({ file, at, cut, put }) => {
      const name = files[file % files.length]!;
      const before = readFileSync(join(folder, name), 'utf8');
      const start = at % before.length;
      writeFileSync(join(folder, name), before.slice(0, start) + put.join('') + before.slice(start + cut));
      try {
        await readSetup(folder);
      } catch (error) {
        refused += 1;
        assert.ok(error instanceof SluiceError, String(error));
        assert.match(error.code, /^METADATA_/);
        assert.doesNotMatch(error.message, /^the project|undefined|\[object/);
      } finally {
        writeFileSync(join(folder, name), before);
      }
    }),
    { numRuns: 120 },
  );
  assert.ok(refused > 0, `${refused} were refused`);
});
