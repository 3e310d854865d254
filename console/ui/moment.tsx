/** Times, in the words of the browser's own language and time zone. */
import { text } from './text.ts';

const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;

const forms = {
  minute: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
  second: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
  /** With the day of the week and the time zone, for what is to come. */
  zone: new Intl.DateTimeFormat(undefined, {
    ...day,
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }),
};

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** `at` in milliseconds since 1970; null: never. To the second where things follow each other closely. */
export function Moment({ at, to = 'minute' }: { at: number | null; to?: keyof typeof forms }) {
  if (at === null) return text.empty;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={whole.format(date)}>
      {inTwo(forms[to].formatToParts(date))}
    </time>
  );
}

/** Whose times they are. */
export function TimeZoneNote() {
  return <p className="soft small zone">{text.timeZone(whole.resolvedOptions().timeZone)}</p>;
}

/** A narrow place has the date above the time, and breaks neither; a language in which the time comes first is left as it is. */
function inTwo(parts: readonly Intl.DateTimeFormatPart[]): string {
  const hour = parts.findIndex(({ type }) => type === 'hour');
  const joined = (some: readonly Intl.DateTimeFormatPart[]) => some.map(({ value }) => value).join('');
  if (hour < 1) return joined(parts);
  const kept = (some: readonly Intl.DateTimeFormatPart[]) => joined(some).replaceAll(' ', '\u00a0');
  return `${kept(parts.slice(0, hour - 1))}${parts[hour - 1]?.value}${kept(parts.slice(hour))}`;
}
