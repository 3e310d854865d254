import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ErrorEntry, errorTable, SluiceError } from '../src/base/index.ts';

const src = join(import.meta.dirname, '..', 'src');

/** The sources that can throw, without the table itself and without tests. */
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith(join('base', 'errors.ts')))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));

const entries: readonly [string, ErrorEntry][] = Object.entries(errorTable);

test('the errors test sees the sources it is meant to judge', () => {
  assert.ok(sources.length > 40, `saw ${sources.length} files`);
  assert.ok(sources.filter(({ text }) => text.includes('SluiceError(')).length > 10);
});

test('every error that is thrown stands in the table', () => {
  const unknown = sources.flatMap(({ name, text }) =>
    [...text.matchAll(/new (?:Sluice|Salesforce|OAuth)Error\(\s*'([A-Z_]+)'/g)]
      .filter(([, code]) => !Object.hasOwn(errorTable, code!))
      .map(([, code]) => `${name}: ${code}`),
  );
  assert.deepEqual(unknown, []);
});

test('every error of the table is thrown somewhere', () => {
  const idle = entries.map(([code]) => code).filter((code) => !sources.some(({ text }) => text.includes(`'${code}'`)));
  assert.deepEqual(idle, []);
});

test('every error has a sentence and a next step, each with a full stop, and codes are in capitals', () => {
  const wrong = entries.filter(([code, { sentence, next }]) => {
    const closed = (text: string) => /[.?!]["”)]?$/.test(text) || /^\{\w+\}$/.test(text) || /\{\w+\}[.]?$/.test(text);
    return !/^[A-Z][A-Z0-9_]+$/.test(code) || !closed(sentence) || !closed(next) || /\.\.$/.test(sentence + next);
  });
  assert.deepEqual(
    wrong.map(([code]) => code),
    [],
  );
});

test('where an error is thrown with its values written out, every hole of its sentence and next step is filled', () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { name, text } of sources) {
    for (const [, code, values] of text.matchAll(/new SluiceError\(\s*'([A-Z_]+)'\s*,\s*\{([^{}]*)\}/g)) {
      if (values!.includes('...')) continue;
      seen++;
      const entry: ErrorEntry | undefined = errorTable[code as keyof typeof errorTable];
      const holes = [...`${entry?.sentence} ${entry?.next}`.matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole!);
      for (const hole of holes)
        if (!new RegExp(`\\b${hole}\\b\\s*(?:[:,]|$)`).test(values!.trim()))
          wrong.push(`${name}: ${code} lacks ${hole}`);
    }
  }
  assert.ok(seen > 10, `saw ${seen} throws`);
  assert.deepEqual(wrong, []);
});

test('a value that is missing leaves nothing behind that looks like a hole', () => {
  for (const [code] of entries) {
    const error = new SluiceError(code as keyof typeof errorTable);
    assert.doesNotMatch(`${error.message} ${error.next}`, /\{\w+\}|undefined/);
  }
});
