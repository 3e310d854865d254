/** Dates, instants and times of the day as numbers, to and from text; by the Gregorian calendar, years 1 to 9999. */

export const dayMs = 86_400_000;

export type Civil = { year: number; month: number; day: number };

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const lastDayOfMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (daysBeforeMonth[month] ?? 365) - (daysBeforeMonth[month - 1] ?? 0);

/** Days from 1970-01-01 to this day; undefined for a day that does not exist. */
export function dateOf(year: number, month: number, day: number): number | undefined {
  const exists =
    year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= lastDayOfMonth(year, month);
  if (!exists || !Number.isInteger(year + month + day)) return undefined;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const inYear = (daysBeforeMonth[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day;
  return before * 365 + leapDays + inYear - daysBefore1970;
}

const daysBefore1970 = 719_163;

/** 0001-01-01 to 9999-12-31. */
export const isDate = (date: number): boolean => date >= 1 - daysBefore1970 && date <= 2_932_896;

export function civilOf(date: number): Civil {
  const at = new Date(date * dayMs);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

const dateForm = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const instantForm = /^(\d{4}-\d{1,2}-\d{1,2})[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))?$/;
const timeForm = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?Z?$/;

/** `2026-03-29`; undefined for other texts and days that do not exist. */
export function dateOfText(text: string): number | undefined {
  const parts = dateForm.exec(text);
  return parts ? dateOf(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
}

/** `2026-03-29 02:30:00`, also with `T`, fraction and offset; without an offset it is UTC. */
export function instantOfText(text: string): number | undefined {
  const [, day = '', hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = instantForm.exec(text) ?? [];
  const date = dateOfText(day);
  const time = timeOf(Number(hour), Number(minute), Number(second ?? 0), fraction);
  if (date === undefined || time === undefined) return undefined;
  const offset = sign === undefined ? 0 : Number(offsetHours) * 60 + Number(offsetMinutes);
  return date * dayMs + time - (sign === '-' ? -offset : offset) * 60_000;
}

/** `10:15:30.500`, seconds and fraction may be left out. */
export function timeOfText(text: string): number | undefined {
  const [, hour, minute, second, fraction] = timeForm.exec(text) ?? [];
  return hour === undefined ? undefined : timeOf(Number(hour), Number(minute), Number(second ?? 0), fraction);
}

function timeOf(hour: number, minute: number, second: number, fraction = ''): number | undefined {
  if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

const two = (number: number) => (number < 10 ? `0${number}` : String(number));

export function textOfDate(date: number): string {
  const { year, month, day } = civilOf(date);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2026-03-29T02:30:00.000Z`. */
export const textOfInstant = (instant: number): string => new Date(instant).toISOString();

/** `02:30:00.000`. */
export const textOfTime = (time: number): string => new Date(time).toISOString().slice(11, 23);

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** The day that a calendar in this zone (IANA name) shows at an instant. */
export function dateInZone(instant: number, timeZone: string): number {
  if (timeZone === 'UTC') return Math.floor(instant / dayMs);
  let format = zoneFormats.get(timeZone);
  if (!format) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en', { timeZone, calendar: 'iso8601', ...fields });
    zoneFormats.set(timeZone, format);
  }
  const shown = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return dateOf(shown.year ?? 0, shown.month ?? 0, shown.day ?? 0) ?? Math.floor(instant / dayMs);
}
