/** Times, in the words of the browser's own language and time zone. */
import { text } from './text.ts';

const form = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** `at` in milliseconds since 1970; null: never. */
export function Moment({ at }: { at: number | null }) {
  if (at === null) return text.empty;
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{form.format(date)}</time>;
}
