/** Date literals such as TODAY and LAST_N_DAYS:7, as half-open ranges of days in the user's time zone. */

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** What a literal is counted against. */
export type Moment = {
  /** Milliseconds since 1970. */
  now: number;
  /** IANA name, e.g. `Europe/Berlin`. */
  timeZone: string;
};

/** Two days as UTC midnights; `end` is the first day behind the range. */
export type DayRange = { start: number; end: number };

const dayMs = 86_400_000;
/** 0 is Sunday. It follows the user's locale in Salesforce; this is that of the United States. */
const firstDayOfWeek = 0;
/** The fiscal year is the calendar year unless an org sets it otherwise. */
const fiscalYearStartsInMonth = 0;

const singles: Record<string, readonly [Unit, number, number]> = {
  YESTERDAY: ['day', -1, 0],
  TODAY: ['day', 0, 1],
  TOMORROW: ['day', 1, 2],
  LAST_90_DAYS: ['day', -90, 1],
  NEXT_90_DAYS: ['day', 1, 91],
};
const steps: Record<string, readonly [number, number]> = { LAST: [-1, 0], THIS: [0, 1], NEXT: [1, 2] };
const single = /^(LAST|THIS|NEXT)_(?:(WEEK|MONTH)|(?:FISCAL_)?(QUARTER|YEAR))$/;
const counted =
  /^(?:(LAST|NEXT)_N_(DAY|WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)S|N_(DAY|WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)S_AGO)$/;

/** Whether this word, in capital letters and without its number, is a date literal. */
export function isDateRange(word: string): boolean {
  return word in singles || single.test(word) || counted.test(word);
}

/** The days a literal means at this moment. */
export function rangeOfDays(word: string, count: number, moment: Moment): DayRange {
  const [unit, from, to] = spanOf(word, count);
  const today = localDay(moment);
  return { start: clamp(shift(today, unit, from)), end: clamp(shift(today, unit, to)) };
}

const firstDay = Date.parse('0001-01-01');
const lastDay = Date.parse('9999-12-31');

function clamp(day: number): number {
  if (Number.isNaN(day)) return firstDay;
  return Math.min(Math.max(day, firstDay), lastDay);
}

function spanOf(word: string, count: number): readonly [Unit, number, number] {
  const plain = singles[word];
  if (plain !== undefined) return plain;
  const [, step, short, long] = single.exec(word) ?? [];
  const [from, to] = steps[step ?? ''] ?? [0, 0];
  if (step !== undefined) return [(short ?? long ?? '').toLowerCase() as Unit, from, to];
  const [, direction, unitName, agoUnitName] = counted.exec(word) ?? [];
  const unit = (unitName ?? agoUnitName ?? '').replace('FISCAL_', '').toLowerCase() as Unit;
  if (direction === 'NEXT') return [unit, 1, count + 1];
  if (direction === 'LAST') return [unit, -count, unit === 'day' ? 1 : 0];
  return [unit, -count, 1 - count];
}

/** The start of the unit the day is in, moved by so many units. */
function shift(day: number, unit: Unit, by: number): number {
  const date = new Date(day);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (unit === 'day') return day + by * dayMs;
  if (unit === 'week') return day + (by * 7 - ((date.getUTCDay() - firstDayOfWeek + 7) % 7)) * dayMs;
  if (unit === 'month') return Date.UTC(year, month + by, 1);
  const monthOfYear = (month - fiscalYearStartsInMonth + 12) % 12;
  if (unit === 'quarter') return Date.UTC(year, month - (monthOfYear % 3) + by * 3, 1);
  return Date.UTC(year + by, month - monthOfYear, 1);
}

function localDay({ now, timeZone }: Moment): number {
  return Math.floor((now + offsetAt(now, timeZone)) / dayMs) * dayMs;
}

/** When a local day begins, in milliseconds since 1970. */
export function startOfDay(day: number, timeZone: string): number {
  const guess = day - offsetAt(day, timeZone);
  return day - offsetAt(guess, timeZone);
}

export function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** Milliseconds by which local time is ahead of UTC. */
function offsetAt(instant: number, timeZone: string): number {
  if (timeZone === 'UTC' || timeZone === 'GMT') return 0;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(instant);
  const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
