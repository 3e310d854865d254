/** Login hours as pages say and take them: times of the day in words, and as minutes for the API. */
import type { SetupOperation } from '../../../src/org/index.ts';
import { type AnswerOf, ApiFailure } from '../../ui/api.ts';
import { text } from '../text.ts';

const words = text.rights.loginHours;

export type LoginHours = AnswerOf<SetupOperation, 'GET', '/profiles/:id'>['loginHours'];
export type Weekday = keyof typeof words.days;

/** In the order of Salesforce. */
export const weekdays = Object.keys(words.days) as Weekday[];

/** Minutes of the day as text; empty: none is chosen. */
export type ChosenHours = Readonly<Record<Weekday, { start: string; end: string }>>;

const endOfDay = 1440;
const fullHours = Array.from({ length: 25 }, (_, hour) => hour * 60);

/** `480` is 8:00 AM. */
export function saidTime(minutes: number): string {
  if (minutes === endOfDay) return words.endOfDay;
  const hour = Math.floor(minutes / 60);
  return words.timeOf(((hour + 11) % 12) + 1, String(minutes % 60).padStart(2, '0'), hour < 12);
}

/** Full hours, as in Salesforce, and the one that stands there already. */
export function timeChoices(chosen: string): { value: string; label: string }[] {
  const own = chosen === '' || fullHours.includes(Number(chosen)) ? [] : [Number(chosen)];
  const times = [...fullHours, ...own].toSorted((one, other) => one - other);
  return [
    { value: '', label: words.noTime },
    ...times.map((minutes) => ({ value: String(minutes), label: saidTime(minutes) })),
  ];
}

export function chosenOf(hours: LoginHours): ChosenHours {
  const of = (day: Weekday) => {
    const found = hours[day];
    return found === undefined ? { start: '', end: '' } : { start: String(found.start), end: String(found.end) };
  };
  return Object.fromEntries(weekdays.map((day) => [day, of(day)])) as ChosenHours;
}

/** @throws ApiFailure for a day with a start or an end alone. */
export function hoursOf(chosen: ChosenHours): LoginHours {
  const half = weekdays.filter((day) => (chosen[day].start === '') !== (chosen[day].end === ''));
  if (half.length > 0)
    throw new ApiFailure(
      400,
      half.map((day) => ({ field: `loginHours.${day}`, ...words.half(words.days[day]) })),
    );
  const set = weekdays.filter((day) => chosen[day].start !== '');
  return Object.fromEntries(
    set.map((day) => [day, { start: Number(chosen[day].start), end: Number(chosen[day].end) }]),
  );
}
