/** Functions on dates and times. */
import { civilOf, dateInZone, dateOf, dayMs, isDate, lastDayOfMonth } from '../calendar.ts';
import { type Argument, type Call, type FunctionEntry, strict, strictIn } from '../function-entry.ts';
import { divide, multiply, round, toWhole } from '../numbers.ts';
import type { FormulaType, Num } from '../value.ts';

const group = 'Date and time';
const ofDate: readonly Argument[] = [{ name: 'date', type: 'Date' }];
const ofTime: readonly Argument[] = [{ name: 'time', type: 'Time' }];

type Part = Pick<FunctionEntry, 'name' | 'sentence' | 'example'>;

const partOfDate = (entry: Part, work: (date: number) => number): FunctionEntry => ({
  ...entry,
  group,
  args: ofDate,
  result: 'Number',
  compile: strict(work),
});

const partOfTime = (entry: Part, work: (time: number) => number): FunctionEntry => ({
  ...entry,
  group,
  args: ofTime,
  result: 'Number',
  compile: strict((time: number) => Math.floor(work(time))),
});

const present = (entry: Part & { result: FormulaType }, find: (call: Call) => number): FunctionEntry => ({
  ...entry,
  group,
  args: [],
  compile: (_, call) => {
    const value = find(call);
    return () => value;
  },
});

/** Sunday is 1; the first of January 1970 was a Thursday. */
const weekday = (date: number) => ((((date + 4) % 7) + 7) % 7) + 1;

/** The Thursday of a week decides over the year that the week belongs to. */
const thursdayOf = (date: number) => date - ((weekday(date) + 5) % 7) + 3;

const dayOfYear = (date: number) => date - (dateOf(civilOf(date).year, 1, 1) ?? date) + 1;

function addMonths({ fail }: Call, date: number, months: Num): number {
  const { year, month, day } = civilOf(date);
  const moved = year * 12 + month - 1 + toWhole(months);
  const [toYear, toMonth] = [Math.floor(moved / 12), (moved % 12) + 1];
  const last = lastDayOfMonth(toYear, toMonth);
  const atEnd = day === lastDayOfMonth(year, month);
  const found = dateOf(toYear, toMonth, atEnd ? last : Math.min(day, last));
  if (found === undefined) throw fail('the result lies outside of the years 1 to 9999');
  return found;
}

export const dateFunctions: readonly FunctionEntry[] = [
  {
    name: 'ADDMONTHS',
    group,
    args: [
      { name: 'date', type: ['Date', 'DateTime'] },
      { name: 'num_months', type: 'Number' },
    ],
    result: { as: 'that of the date', find: ({ types }) => types[0] ?? 'Date' },
    sentence: 'So many months later; from the last day of a month to the last day of the other.',
    example: ['ADDMONTHS(DATE(2026, 2, 28), 1)', '2026-03-31'],
    compile: (args, call) =>
      call.types[0] === 'DateTime'
        ? strict((instant: number, months: Num) => {
            const date = Math.floor(instant / dayMs);
            return instant + (addMonths(call, date, months) - date) * dayMs;
          })(args, call)
        : strict((date: number, months: Num) => addMonths(call, date, months))(args, call),
  },
  {
    name: 'DATE',
    group,
    args: [
      { name: 'year', type: 'Number' },
      { name: 'month', type: 'Number' },
      { name: 'day', type: 'Number' },
    ],
    result: 'Date',
    sentence: 'The date of a year, month and day; a day that does not exist refuses the row.',
    example: ['DATE(2026, 3, 29)', '2026-03-29'],
    compile: strictIn(({ fail }) => (year: Num, month: Num, day: Num) => {
      const found = dateOf(toWhole(year), toWhole(month), toWhole(day));
      if (found === undefined) throw fail(`there is no day ${toWhole(year)}-${toWhole(month)}-${toWhole(day)}`);
      return found;
    }),
  },
  partOfDate(
    { name: 'DAY', sentence: 'The day in its month, from 1 to 31.', example: ['DAY(DATE(2026, 3, 29))', '29'] },
    (date) => civilOf(date).day,
  ),
  partOfDate(
    {
      name: 'DAYOFYEAR',
      sentence: 'The day in its year, from 1 to 366.',
      example: ['DAYOFYEAR(DATE(2026, 12, 31))', '365'],
    },
    dayOfYear,
  ),
  {
    name: 'FROMUNIXTIME',
    group,
    args: [{ name: 'seconds', type: 'Number' }],
    result: 'DateTime',
    sentence: 'The date/time so many seconds after the beginning of 1970 in UTC.',
    example: ['FROMUNIXTIME(1774751400)', '2026-03-29T02:30:00.000Z'],
    compile: strictIn(({ fail }) => (seconds: Num) => {
      const instant = toWhole(round(multiply(seconds, 1000), 0, 'nearest'));
      if (!isDate(Math.floor(instant / dayMs))) throw fail('the result lies outside of the years 1 to 9999');
      return instant;
    }),
  },
  partOfTime(
    { name: 'HOUR', sentence: 'The hour of a time, from 0 to 23.', example: ['HOUR(TIMEVALUE("17:30:05.250"))', '17'] },
    (time) => time / 3_600_000,
  ),
  partOfDate(
    {
      name: 'ISOWEEK',
      sentence: 'The week by ISO 8601, from 1 to 53; it begins on Monday.',
      example: ['ISOWEEK(DATE(2027, 1, 1))', '53'],
    },
    (date) => Math.floor((dayOfYear(thursdayOf(date)) - 1) / 7) + 1,
  ),
  partOfDate(
    {
      name: 'ISOYEAR',
      sentence: 'The year that the week of a date belongs to by ISO 8601.',
      example: ['ISOYEAR(DATE(2027, 1, 1))', '2026'],
    },
    (date) => civilOf(thursdayOf(date)).year,
  ),
  partOfTime(
    {
      name: 'MILLISECOND',
      sentence: 'The milliseconds of a time, from 0 to 999.',
      example: ['MILLISECOND(TIMEVALUE("17:30:05.250"))', '250'],
    },
    (time) => time % 1000,
  ),
  partOfTime(
    {
      name: 'MINUTE',
      sentence: 'The minute of a time, from 0 to 59.',
      example: ['MINUTE(TIMEVALUE("17:30:05.250"))', '30'],
    },
    (time) => (time / 60_000) % 60,
  ),
  partOfDate(
    { name: 'MONTH', sentence: 'The month, from 1 to 12.', example: ['MONTH(DATE(2026, 3, 29))', '3'] },
    (date) => civilOf(date).month,
  ),
  present(
    {
      name: 'NOW',
      result: 'DateTime',
      sentence: 'The moment the run began, the same for all its rows.',
      example: ['NOW() - FROMUNIXTIME(0) > 0', 'true'],
    },
    ({ context }) => context.now,
  ),
  partOfTime(
    {
      name: 'SECOND',
      sentence: 'The seconds of a time, from 0 to 59.',
      example: ['SECOND(TIMEVALUE("17:30:05.250"))', '5'],
    },
    (time) => (time / 1000) % 60,
  ),
  present(
    {
      name: 'TIMENOW',
      result: 'Time',
      sentence: 'The time in UTC at which the run began.',
      example: ['ISBLANK(TIMENOW())', 'false'],
    },
    ({ context }) => context.now % dayMs,
  ),
  present(
    {
      name: 'TODAY',
      result: 'Date',
      sentence: "The day on which the run began, in the interface's time zone.",
      example: ['TODAY() > DATE(2026, 1, 1)', 'true'],
    },
    ({ context }) => dateInZone(context.now, context.timeZone),
  ),
  {
    name: 'UNIXTIMESTAMP',
    group,
    args: [{ name: 'value', type: ['Date', 'DateTime', 'Time'] }],
    result: 'Number',
    sentence: 'Seconds from the beginning of 1970 to a date or date/time in UTC, or from midnight to a time.',
    example: ['UNIXTIMESTAMP(DATE(2026, 3, 29))', '1774742400'],
    compile: (args, call) =>
      strict(call.types[0] === 'Date' ? (date: number) => date * 86_400 : (ms: number) => divide(ms, 1000))(args, call),
  },
  partOfDate(
    {
      name: 'WEEKDAY',
      sentence: 'The day of the week, from 1 for Sunday to 7 for Saturday.',
      example: ['WEEKDAY(DATE(2026, 3, 29))', '1'],
    },
    weekday,
  ),
  partOfDate(
    { name: 'YEAR', sentence: 'The year.', example: ['YEAR(DATE(2026, 3, 29))', '2026'] },
    (date) => civilOf(date).year,
  ),
];
