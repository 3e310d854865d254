/** Times as a field for date and time has them, in the time zone of whoever looks; the address has milliseconds since 1970. */

export function localTimeOf(at: string | number | undefined): string {
  if (at === undefined || at === '') return '';
  const date = new Date(Number(at));
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function millisecondsOf(local: string): string {
  return local === '' ? '' : String(new Date(local).getTime());
}
