import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeFormula } from './judge-formula.ts';

test('a formula that is being written is judged with what it gives, or with the place of its first mistake', () => {
  const columns = { name: 'Text', people: 'Number' } as const;
  assert.deepEqual(judgeFormula('LEN(Name) + people', columns), {
    gives: 'Number',
    columns: ['Name', 'people'],
    problem: null,
  });
  const typed = judgeFormula('UPPER(name)\n  & people', columns);
  assert.deepEqual([typed.gives, typed.problem?.line, typed.problem?.column], [null, 2, 5]);
  const missing = judgeFormula('UPPER(nam)', columns);
  assert.match(`${missing.problem?.reason}. ${missing.problem?.hint}`, /no column nam\. Is name meant/);
});

test('without columns every name is taken for one', () => {
  assert.equal(judgeFormula('UPPER(nam)').problem, null);
  assert.deepEqual(judgeFormula('').problem?.line, 1);
});
