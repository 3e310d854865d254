import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toInstant, toTime } from './instant.ts';
import { plainNumber } from './plain-number.ts';

const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Sao_Paulo'];

/** What the clocks of a zone show at an instant, in the form databases write. */
function showIn(instant: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return `${format.format(instant)}.${String(instant.getUTCMilliseconds()).padStart(3, '0')}`;
}

test('a time shown by the clocks of a zone is read as an instant at which they show it', () => {
  const instants = fc.date({ min: new Date('1930-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
      const shown = showIn(instant, zone);
      const read = new Date(toInstant(shown, zone) ?? Number.NaN);
      assert.equal(showIn(read, zone), shown);
      assert.ok(read >= instant, 'an hour that comes twice is the second one');
    }),
    { numRuns: 1000 },
  );
});

test('texts that are no instants, and days that do not exist, are left to the caller', () => {
  for (const text of [
    '',
    'now',
    '2026-02-29 10:00',
    '2026-13-01 10:00',
    '2026-01-01',
    '2026-01-01 24:00',
    '2026-01-01 10:60',
    '1.1.2026 10:00',
  ]) {
    assert.equal(toInstant(text, 'UTC'), null, text);
  }
});

test('offsets and fractions are read', () => {
  assert.equal(toInstant('2026-01-01T10:00:00.1239+0530', 'Europe/Paris'), '2026-01-01T04:30:00.123Z');
  assert.equal(toInstant('2026-01-01 10:00Z', 'Europe/Paris'), '2026-01-01T10:00:00.000Z');
  assert.equal(toInstant('2026-01-01 10:00:00-03', 'Europe/Paris'), '2026-01-01T13:00:00.000Z');
  assert.equal(toTime('10:15'), '10:15:00.000Z');
  assert.equal(toTime('24:00'), null);
});

test('numbers are written with all their digits and no exponent', () => {
  assert.equal(plainNumber(1e21), '1000000000000000000000');
  assert.equal(plainNumber(-1.5e-7), '-0.00000015');
  assert.equal(plainNumber(1.2345e22), '12345000000000000000000');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.match(plainNumber(value), /^-?\d+(\.\d+)?$/);
      assert.equal(Number(plainNumber(value)), value === 0 ? 0 : value);
    }),
  );
});
