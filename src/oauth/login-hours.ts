/** Login hours of a profile: for each day of the week from when to when, in the time zone of the org. */

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

export type Weekday = (typeof weekdays)[number];

/**
 * Minutes since midnight, `end` not included: 0 to 1440 is the whole day, an `end` at `start` is never. A day that is left
 * out is free, as in Salesforce.
 */
export type LoginHours = {
  /** IANA name, e.g. `Europe/Berlin`. */
  timeZone: string;
  days: Readonly<Partial<Record<Weekday, { start: number; end: number }>>>;
};

/** `at` in milliseconds since 1970. */
export function isWithinLoginHours({ timeZone, days }: LoginHours, at: number): boolean {
  const { weekday, minute } = localTime(timeZone, at);
  const hours = days[weekday];
  return hours === undefined || (minute >= hours.start && minute < hours.end);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(timeZone: string, at: number): { weekday: Weekday; minute: number } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const weekday = weekdays.find((day) => day === parts.get('weekday')?.toLowerCase()) ?? 'sunday';
  return { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/** Making one takes far longer than using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const fields = { weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, ...fields });
  formats.set(timeZone, format);
  return format;
}
