/** Dates and times as text turned into Salesforce's form; what is none is left to the caller, so that nothing is bent into shape. */

const instantForm = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const timeForm = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?Z?$/;

/**
 * `2026-03-29 02:30:00`, with or without seconds, fraction and offset, as `2026-03-29T00:30:00.000Z`; what carries no offset is
 * read in `timeZone` (IANA). Null for other texts and for days that do not exist. Fractions are cut to milliseconds.
 */
export function toInstant(text: string, timeZone: string): string | null {
  const parts = instantForm.exec(text);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, milliseconds(parts[7]));
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return null;
  const offset = parts[8] === undefined ? findOffset(local.getTime(), timeZone) : parseOffset(parts[8]);
  const instant = new Date(local.getTime() - offset);
  const utcYear = instant.getUTCFullYear();
  return utcYear < 1 || utcYear > 9999 ? null : instant.toISOString();
}

/** `10:15` or `10:15:30.5` as `10:15:30.500Z`; null for other texts. */
export function toTime(text: string): string | null {
  const [, hour, minute, second = '00', fraction] = timeForm.exec(text) ?? [];
  if (hour === undefined) return null;
  return `${hour}:${minute}:${second}.${String(milliseconds(fraction)).padStart(3, '0')}Z`;
}

const milliseconds = (fraction = '') => Number(fraction.slice(0, 3).padEnd(3, '0'));

function parseOffset(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

const day = 86_400_000;
const quarter = 900_000;
const remembered = 4096;
const offsets = new Map<string, number>();

/** Milliseconds by which the zone's clock is ahead of UTC when it shows `local`. Zones change at quarters of an hour, so quarters are remembered. */
function findOffset(local: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const key = `${timeZone} ${Math.floor(local / quarter)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= remembered) offsets.clear();
  const offset = decideOffset(local, timeZone);
  offsets.set(key, offset);
  return offset;
}

/** As PostgreSQL does it: an hour that is skipped counts from before the change, an hour that comes twice is the second one. */
function decideOffset(local: number, timeZone: string): number {
  const before = offsetAt(local - day, timeZone);
  const after = offsetAt(local + day, timeZone);
  if (before === after) return before;
  const fitsBefore = offsetAt(local - before, timeZone) === before;
  const fitsAfter = offsetAt(local - after, timeZone) === after;
  if (fitsAfter) return after;
  return fitsBefore || before < after ? before : after;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    const two = '2-digit';
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      era: 'short',
      ...fields,
    });
    formats.set(timeZone, format);
  }
  const shown = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const year = shown.era?.startsWith('B') ? 1 - Number(shown.year) : Number(shown.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(shown.month) - 1, Number(shown.day));
  wall.setUTCHours(Number(shown.hour), Number(shown.minute), Number(shown.second));
  return wall.getTime() - Math.floor(instant / 1000) * 1000;
}
