import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import {
  add,
  compare,
  divide,
  isZero,
  multiply,
  numberOfText,
  remainder,
  round,
  subtract,
  textOfNumber,
} from './numbers.ts';
import type { Num } from './value.ts';

const Oracle = Decimal.clone({ precision: 39, rounding: Decimal.ROUND_HALF_UP });

const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^\d{1,20}$/),
    fc.option(fc.stringMatching(/^\d{1,18}$/), { nil: undefined }),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`);

const read = (text: string): Num => numberOfText(text) ?? assert.fail(text);
const plain = (number: Decimal) => (number.isZero() ? '0' : number.toFixed());

test('short numbers and long ones give what decimals of 39 digits give', () => {
  const ways = [
    ['add', add],
    ['sub', subtract],
    ['mul', multiply],
    ['div', divide],
    ['mod', remainder],
  ] as const;
  fc.assert(
    fc.property(numberText, numberText, fc.constantFrom(...ways), (left, right, [name, way]) => {
      const [one, other] = [read(left), read(right)];
      fc.pre(!((name === 'div' || name === 'mod') && isZero(other)));
      assert.equal(textOfNumber(way(one, other)), plain(Oracle[name](left, right)), `${left} ${name} ${right}`);
      assert.equal(Math.sign(compare(one, other)) + 0, new Oracle(left).cmp(right));
    }),
    { numRuns: 3000 },
  );
});

test('rounding of short numbers is that of decimals', () => {
  const roundings = [
    ['nearest', Decimal.ROUND_HALF_UP],
    ['away', Decimal.ROUND_UP],
    ['towards', Decimal.ROUND_DOWN],
    ['up', Decimal.ROUND_CEIL],
    ['down', Decimal.ROUND_FLOOR],
  ] as const;
  fc.assert(
    fc.property(
      numberText,
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom(...roundings),
      (text, digits, [way, mode]) => {
        const rounded = new Oracle(text).toDecimalPlaces(digits, mode);
        assert.equal(textOfNumber(round(read(text), digits, way)), plain(rounded), `${text} ${digits} ${way}`);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a number comes back as it was written, without zeros that say nothing', () => {
  fc.assert(
    fc.property(numberText, (text) => {
      assert.equal(textOfNumber(read(text)), plain(new Oracle(text)));
    }),
    { numRuns: 1000 },
  );
  for (const text of ['', ' ', '1,5', '1.2.3', 'NaN', 'Infinity', '0x10', '1e', '--1', '1 2']) {
    assert.equal(numberOfText(text), undefined, text);
  }
});
