import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceText } from './difference-text.ts';

const named = { from: 'version 1', to: 'version 2' };

test('what differs stands as lines of YAML: texts of several lines, lists, and what is there on one side alone', async () => {
  const differences = [
    { field: 'source.query', before: 'SELECT 1\nFROM shop', after: 'SELECT 2' },
    { field: 'tests', before: null, after: [{ name: 'one', row: { a: '1' } }] },
  ];
  assert.equal(
    await differenceText(differences, named),
    `--- version 1
+++ version 2
- source.query: |-
-   SELECT 1
-   FROM shop
+ source.query: SELECT 2
+ tests:
+   - name: one
+     row:
+       a: "1"
`,
  );
});

test('a null in place of nothing is said, and control characters do not reach the terminal', async () => {
  const differences = [
    { field: 'mapping.Name.constant', before: null, after: null },
    { field: 'mapping.Phone.constant', before: '\u001b[2J', after: null },
  ];
  const text = await differenceText(differences, named);
  assert.match(text, /^\? mapping\.Name\.constant: null in one, not there in the other$/m);
  assert.match(text, /^- mapping\.Phone\.constant: "\\e\[2J"$/m);
});
