import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programWord } from './program-word.ts';

test('lines to type begin with the word that started the program', () => {
  assert.equal(programWord({ npm_command: 'exec' }), 'npx sluice');
  assert.equal(programWord({}), 'sluice');
  assert.equal(programWord({ npm_command: 'run-script' }), 'sluice');
});
