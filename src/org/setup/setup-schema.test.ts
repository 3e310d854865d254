import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setupFileSchema } from './setup-schema.ts';

/** Written anew by `SLUICE_UPDATE=1 node --test src/org/setup/setup-schema.test.ts`, and committed with the change that asked for it. */
const published = join(import.meta.dirname, '..', '..', '..', 'docs', 'reference', 'org.schema.json');

test('the published JSON Schema of the setup file is the one it is checked by', () => {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
  const text = `${JSON.stringify({ ...head, ...setupFileSchema }, null, 2)}\n`;
  if (process.env.SLUICE_UPDATE) writeFileSync(published, text);
  assert.equal(readFileSync(published, 'utf8'), text);
});
