import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCharacters, idAt, toId18 } from './ids.ts';

test('the check characters are those Salesforce gives', () => {
  const recorded = {
    '0019H00000H1RMD': 'QA3',
    '001Da00000xnAkB': 'IAU',
    '0059H0000059qXZ': 'QAY',
    '01254000001upcK': 'AAQ',
  };
  for (const [id, check] of Object.entries(recorded)) assert.equal(checkCharacters(id), check);
});

test('an id is known with 15 characters, with 18, and with 18 whose case was lost', () => {
  assert.equal(toId18('0019H00000H1RMD'), '0019H00000H1RMDQA3');
  assert.equal(toId18('0019H00000H1RMDQA3'), '0019H00000H1RMDQA3');
  assert.equal(toId18('0019h00000h1rmdqa3'), '0019H00000H1RMDQA3');
  assert.equal(toId18('0019H00000H1RM'), undefined);
  assert.equal(toId18('0019H00000H1RM-'), undefined);
});

test('ids count upwards through digits, capitals and small letters', () => {
  assert.equal(idAt('001Sb0', 0).slice(0, 15), '001Sb0000000000');
  assert.equal(idAt('001Sb0', 61).slice(0, 15), '001Sb000000000z');
  assert.equal(idAt('001Sb0', 62).slice(0, 15), '001Sb0000000010');
  assert.equal(idAt('001Sb0', 62 ** 8 - 1).slice(0, 15), '001Sb00zzzzzzzz');
});
