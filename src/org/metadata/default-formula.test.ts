import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultOfFormula, formulaOfDefault } from './default-formula.ts';

test('plain values are read, formulas that would have to be worked out are not', () => {
  assert.equal(defaultOfFormula('checkbox', 'TRUE'), true);
  assert.equal(defaultOfFormula('number', ' -1.5 '), -1.5);
  assert.equal(defaultOfFormula('percent', '0.07'), 7);
  assert.equal(defaultOfFormula('text', '"a \\"b\\" \\\\"'), 'a "b" \\');
  assert.equal(defaultOfFormula('text', "'it'"), 'it');
  for (const formula of ['TODAY()', '"a" & "b"', '"', '\'a"', '"a\\"'])
    assert.equal(defaultOfFormula('text', formula), undefined, formula);
  assert.equal(defaultOfFormula('number', '1 + 1'), undefined);
  assert.equal(defaultOfFormula('checkbox', '1'), undefined);
});

test('every default is the same when it is read from the formula it was written as', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (text, number) => {
        assert.equal(defaultOfFormula('text', formulaOfDefault('text', `x${text}x`)), `x${text}x`);
        assert.equal(defaultOfFormula('number', formulaOfDefault('number', number)), Number(String(number)));
      },
    ),
  );
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (hundredths) => {
      const value = Number(`${hundredths}e-2`);
      assert.equal(defaultOfFormula('percent', formulaOfDefault('percent', value)), value === 0 ? 0 : value);
    }),
  );
});
