/** Times, in the words of the browser's own language and time zone. */
import { text } from './text.ts';

const form = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** `at` in milliseconds since 1970; null: never. */
export function Moment({ at }: { at: number | null }) {
  if (at === null) return text.empty;
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{inTwo(form.formatToParts(date))}</time>;
}

/** A narrow place has the date above the time, and breaks neither; a language in which the time comes first is left as it is. */
function inTwo(parts: readonly Intl.DateTimeFormatPart[]): string {
  const hour = parts.findIndex(({ type }) => type === 'hour');
  const whole = (some: readonly Intl.DateTimeFormatPart[]) => some.map(({ value }) => value).join('');
  if (hour < 1) return whole(parts);
  const kept = (some: readonly Intl.DateTimeFormatPart[]) => whole(some).replaceAll(' ', '\u00a0');
  return `${kept(parts.slice(0, hour - 1))}${parts[hour - 1]?.value}${kept(parts.slice(hour))}`;
}
