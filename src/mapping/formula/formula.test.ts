import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SluiceError } from '../../base/index.ts';
import { cellReader, cellWriter } from './cell-text.ts';
import { compileFormula } from './compile.ts';
import { functionTable } from './function-table.ts';
import { operators } from './operators.ts';
import { FormulaFault, type FormulaType } from './value.ts';

/** 2026-11-25 23:30 in UTC, which is the 26th in Berlin. */
const context = { now: Date.UTC(2026, 10, 25, 23, 30), timeZone: 'Europe/Berlin' };

type Columns = Record<string, readonly [FormulaType, string | null]>;

/** What a formula gives, as the text of a cell. */
function evaluate(formula: string, columns: Columns = {}): string | null {
  const names = Object.keys(columns);
  const readers = new Map(names.map((name) => [name, cellReader(columns[name]![0], name)]));
  const find = (name: string) => {
    const place = names.indexOf(name);
    const type = columns[name]?.[0];
    return type && { type, read: (row: readonly unknown[]) => readers.get(name)!(row[place] as string | null) };
  };
  const compiled = compileFormula(formula, { find, names }, context);
  return cellWriter(compiled.type)(compiled.run(names.map((name) => columns[name]![1])));
}

function refuses(
  formula: string,
  columns: Columns,
  [line, column, reason, hint]: [number, number, RegExp, RegExp],
): void {
  assert.throws(
    () => evaluate(formula, columns),
    (error: SluiceError) => {
      assert.equal(error.code, 'FORMULA_INVALID', formula);
      assert.deepEqual([error.values.line, error.values.column], [line, column], `${formula}: ${error.message}`);
      assert.match(error.message, reason);
      assert.match(error.next, hint);
      return true;
    },
  );
}

test('the example of every function and operator gives what its page says', () => {
  assert.ok(functionTable.size > 60, `saw ${functionTable.size} functions`);
  for (const { example } of [...functionTable.values(), ...operators]) {
    assert.equal(evaluate(example[0]), example[1], example[0]);
  }
});

test('every function has an example that calls it, and one sentence', () => {
  for (const { name, example, sentence } of functionTable.values()) {
    assert.ok(example[0].includes(`${name}(`), name);
    assert.match(sentence, /^[^\n]+\.$/, name);
  }
});

test('operators bind as in Salesforce: a power less than a product, a sign most, from left to right', () => {
  for (const [formula, wanted] of [
    ['2 + 5 * 7 ^ 2', '1227'],
    ['2 ^ 5 * 2', '1024'],
    ['2 ^ 3 ^ 2', '64'],
    ['-2 ^ 2', '4'],
    ['10 - 3 - 2', '5'],
    ['8 / 2 / 2', '2'],
    ['1 + 1 = 2 && 2 > 1', 'true'],
    ['TRUE || FALSE && FALSE', 'true'],
    ['!FALSE && TRUE', 'true'],
    ['NOT FALSE', 'true'],
    ['1 < 2 = TRUE', 'true'],
    ['/* all */ 1 /* of */ + /* it * 2 */ 1', '2'],
  ] as const) {
    assert.equal(evaluate(formula), wanted, formula);
  }
});

test('numbers are exact, and halves are rounded away from zero', () => {
  for (const [formula, wanted] of [
    ['0.1 + 0.2', '0.3'],
    ['1.1 * 1.1', '1.21'],
    ['9007199254740991 + 1', '9007199254740992'],
    ['9007199254740993 * 3', '27021597764222979'],
    ['99999999999999999.99 + 0.01', '100000000000000000'],
    ['1 / 3', '0.333333333333333333333333333333333333333'],
    ['2 / 3 * 3', '2'],
    ['ROUND(2.5, 0)', '3'],
    ['ROUND(-2.5, 0)', '-3'],
    ['ROUND(1250, -2)', '1300'],
    ['ROUND(1.005, 2)', '1.01'],
    ['0 - 0', '0'],
    ['-0', '0'],
    ['2 ^ -2', '0.25'],
    ['10 ^ 20', '100000000000000000000'],
    ['MOD(7.5, 2)', '1.5'],
    ['VALUE("1e3")', '1000'],
    ['TEXT(VALUE("0.0000001"))', '0.0000001'],
  ] as const) {
    assert.equal(evaluate(formula), wanted, formula);
  }
});

test('a blank stays blank in arithmetic, joins as nothing, and is unequal to nothing but a blank text', () => {
  const columns: Columns = { number: ['Number', null], text: ['Text', ''], day: ['Date', null], set: ['Text', 'x'] };
  for (const [formula, wanted] of [
    ['number + 1', null],
    ['day + 1', null],
    ['text & "a"', 'a'],
    ['text & text', null],
    ['text = ""', 'true'],
    ['text <> "a"', 'true'],
    ['set = NULL', 'false'],
    ['IF(number = 0, "zero", "not zero")', 'not zero'],
    ['IF(number <> 0, "not zero", "nobody knows")', 'nobody knows'],
    ['IF(NOT(number > 5), "small", "nobody knows")', 'nobody knows'],
    ['number > 5', 'false'],
    ['number > 5 || TRUE', 'true'],
    ['ISBLANK(number) && ISBLANK(text) && ISNULL(number)', 'true'],
    ['ISNULL(text)', 'false'],
    ['NULLVALUE(text, "a")', null],
    ['NULLVALUE(number, 1)', '1'],
    ['BLANKVALUE(number, 0) + 1', '1'],
    ['LEN(text)', '0'],
    ['UPPER(text)', null],
    ['CONTAINS(set, text)', 'true'],
    ['CONTAINS(text, "a")', 'false'],
    ['VALUE(text)', null],
    ['CASE(text, "", "empty", "full")', 'empty'],
    ['CASE(number, 0, "zero", "other")', 'other'],
    ['LEFT("abc", 0)', null],
    ['MAX(1, number)', null],
    ['ISNUMBER(text)', 'false'],
    ['NULL', null],
  ] as const) {
    assert.equal(evaluate(formula, columns), wanted, formula);
  }
});

test('texts: letters are counted from 1, lengths below zero are zero, and what is too long is cut', () => {
  for (const [formula, wanted] of [
    ['MID("abc", 0, 2)', 'ab'],
    ['MID("abc", 3, 9)', 'c'],
    ['MID("abc", 4, 1)', null],
    ['LEFT("abc", -1)', null],
    ['RIGHT("abc", 9)', 'abc'],
    ['LPAD("abcdef", 3)', 'abc'],
    ['RPAD("a", 3) & "|"', 'a  |'],
    ['FIND("b", "abcb", 3)', '4'],
    ['FIND("z", "abc")', '0'],
    ['SUBSTITUTE("a.b.c", ".", "$&")', 'a$&b$&c'],
    [String.raw`"a\"b" & 'c"d' & "\\"`, String.raw`a"bc"d\ `.trim()],
    ['CASESAFEID("001Da00000xnAkB")', '001Da00000xnAkBIAU'],
    ['REGEX("ab", "a")', 'false'],
  ] as const) {
    assert.equal(evaluate(formula), wanted, formula);
  }
});

test('dates and times: months end where they end, zones decide over days, midnight wraps', () => {
  const columns: Columns = { at: ['DateTime', '2026-03-29T23:30:00.000Z'], day: ['Date', '2024-02-29'] };
  for (const [formula, wanted] of [
    ['TODAY()', '2026-11-26'],
    ['NOW()', '2026-11-25T23:30:00.000Z'],
    ['DATEVALUE(at)', '2026-03-30'],
    ['at + 0.5', '2026-03-30T11:30:00.000Z'],
    ['at - DATETIMEVALUE("2026-03-28 23:30:00")', '1'],
    ['TEXT(at)', '2026-03-29 23:30:00Z'],
    ['ADDMONTHS(day, 12)', '2025-02-28'],
    ['ADDMONTHS(DATE(2026, 1, 30), 1)', '2026-02-28'],
    ['ADDMONTHS(at, -1)', '2026-02-28T23:30:00.000Z'],
    ['day + 1.9', '2024-03-01'],
    ['TIMEVALUE("23:59:59.000") + 2000', '00:00:01.000Z'],
    ['TIMEVALUE("01:00") - TIMEVALUE("02:00")', '82800000'],
    ['TEXT(TIMEVALUE(at))', '23:30:00.000'],
    ['WEEKDAY(DATE(1969, 12, 31))', '4'],
    ['DATETIMEVALUE("2026-03-29T02:30:00+0200")', '2026-03-29T00:30:00.000Z'],
    ['YEAR(DATE(1, 1, 1))', '1'],
    ['DATE(9999, 12, 31) - DATE(1970, 1, 1)', '2932896'],
  ] as const) {
    assert.equal(evaluate(formula, columns), wanted, formula);
  }
});

test('a value that a formula cannot work with refuses its row, with the place in the formula', () => {
  for (const [formula, reason] of [
    ['VALUE("abc")', /^"abc" is no number \(line 1, column 1 of the formula\)/],
    ['1 +\n 1 / (1 - 1)', /divides by zero \(line 2, column 4 /],
    ['MOD(1, 0)', /divides by zero/],
    ['DATE(2026, 2, 29)', /there is no day 2026-2-29/],
    ['DATE(9999, 12, 31) + 1', /years 1 to 9999/],
    ['DATEVALUE("2026-02-30")', /is no date/],
    ['SQRT(-1)', /no number below zero/],
    ['LN(0)', /above zero/],
    ['4 ^ 0.5', /no whole number/],
    ['10 ^ 65', /too large/],
    ['EXP(1000)', /too large/],
    ['CASESAFEID("x")', /is no Salesforce id/],
    ['SUBSTITUTE(LPAD("a", 131072, "a"), "a", LPAD("b", 131072, "b"))', /may become too long/],
  ] as const) {
    assert.throws(
      () => evaluate(formula),
      (error) => error instanceof FormulaFault && reason.test(error.message),
      formula,
    );
  }
  assert.throws(() => evaluate('n + 1', { n: ['Number', 'many'] }), /the column n holds "many", which is no Number/);
});

test('what is wrong with a formula is said at its line and column, with what to write instead', () => {
  const columns: Columns = { name: ['Text', 'x'], amount: ['Number', '1'], since: ['Date', '2026-01-01'] };
  refuses('UPER(name)', columns, [1, 1, /no function UPER/, /Is UPPER meant\?/]);
  refuses('1 +\n  names & "a"', columns, [2, 3, /no column names/, /Is name meant\?/]);
  refuses('colour', columns, [1, 1, /no column colour/, /name, amount, since/]);
  refuses('LEFT(name)', columns, [1, 1, /LEFT takes 2 arguments, and 1 is given/, /LEFT\(text, num_chars\)/]);
  refuses('LPAD(name)', columns, [1, 1, /2 to 3 arguments/, /LPAD\(text, padded_length\[, pad_text\]\)/]);
  refuses('AND()', columns, [1, 1, /at least 1 argument,/, /AND\(condition, …\)/]);
  refuses('UPPER(amount)', columns, [1, 7, /takes Text as text, and this is Number/, /TEXT\(…\)/]);
  refuses('name & amount', columns, [1, 8, /& takes Text behind Text, and this is Number/, /TEXT\(…\)/]);
  refuses('amount + name', columns, [1, 10, /takes Number or Date or DateTime behind Number/, /VALUE\(…\)/]);
  refuses('YEAR(name)', columns, [1, 6, /takes Date as date, and this is Text/, /DATEVALUE\(…\)/]);
  refuses('since = name', columns, [1, 9, /= takes Date behind Date/, /DATEVALUE/]);
  refuses('-name', columns, [1, 2, /the sign - takes Number/, /VALUE/]);
  refuses('IF(name, 1, 2)', columns, [1, 4, /takes Boolean as condition/, /./]);
  refuses('IF(TRUE, 1, name)', columns, [1, 13, /it is Text, and the value before it Number/, /one type/]);
  refuses('CASE(name, "a", 1)', columns, [1, 6, /CASE takes 4, 6, 8/, /pairs/]);
  refuses('CASE(name, 1, 1, 2)', columns, [1, 12, /it is Number, and the value before it Text/, /one type/]);
  refuses('CASE(TRUE, TRUE, 1, 2)', columns, [1, 6, /no Boolean/, /IF/]);
  refuses('LEFT(name, 2', columns, [1, 1, /the bracket of LEFT is never closed/, /Put \)/]);
  refuses('(1 + 2', columns, [1, 1, /this bracket is never closed/, /Put \)/]);
  refuses('1 + 2)', columns, [1, 6, /closes nothing/, /Take it out/]);
  refuses('name amount', columns, [1, 6, /no operator between/, /&/]);
  refuses('1 +', columns, [1, 4, /ends where a value is due/, /column/]);
  refuses('', columns, [1, 1, /ends where a value is due/, /column/]);
  refuses('LEFT(name, )', columns, [1, 12, /closes nothing, or a value is missing/, /Take it out/]);
  refuses('"abc', columns, [1, 1, /begins with " and never ends/, /behind it/]);
  refuses('[name', columns, [1, 1, /never ends/, /\]/]);
  refuses('1 /* one', columns, [1, 3, /comment/, /\*\//]);
  refuses('"a\\x"', columns, [1, 3, /no \\x in a text/, /\\\\/]);
  refuses('name # 1', columns, [1, 6, /"#" means nothing here/, /square brackets/]);
  refuses('{!name}', columns, [1, 1, /no curly brackets/, /alone/]);
  refuses('REGEX(name, "(")', columns, [1, 13, /no regular expression/, /Look-around/]);
  refuses('REGEX(name, "(?=a)")', columns, [1, 13, /no regular expression/, /Look-around/]);
  refuses(`${'('.repeat(200)}1${')'.repeat(200)}`, columns, [1, 101, /nested deeper/, /CASE/]);
  refuses(`${'-'.repeat(200)}1`, columns, [1, 201, /too many signs/, /Leave/]);
  refuses(`"${'x'.repeat(4000)}"`, columns, [1, 1, /4002 letters/, /Split/]);
});

test('a column whose name is no plain word stands in square brackets', () => {
  assert.equal(evaluate('[first name] & "!"', { 'first name': ['Text', 'Ada'] }), 'Ada!');
});
