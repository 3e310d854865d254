import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indented, parseExactly } from './exact-json.ts';

test('numbers keep their digits, however long they are and however they are written', () => {
  const text = '{"id":12345678901234567890,"total":9.50,"list":[1e2,-0],"word":"9.50","none":null}';
  assert.equal(JSON.stringify(parseExactly(text)), text);
  assert.equal(indented('{"total":9.50}'), '{\n  "total": 9.50\n}');
});

test('what a terminal would obey is written as an escape, and means the same', () => {
  const text = JSON.stringify({ name: 'a\u001b[2Jb\u009b2Jc' });
  const shown = indented(text);
  assert.match(shown, /^[\n\u0020-\u007e]*$/);
  assert.deepEqual(JSON.parse(shown), JSON.parse(text));
});
