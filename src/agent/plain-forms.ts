/** Looks at cells where they stand, without cutting them out: true only for what is certainly in the plain form of its type. */

type Fits = (text: string, start: number, end: number) => boolean;

const isDigit = (code: number) => code >= 48 && code <= 57;

export const fitsBoolean: Fits = (text, start, end) =>
  (end - start === 4 && text.startsWith('true', start)) || (end - start === 5 && text.startsWith('false', start));

/** At most so many digits before the point; a whole number has none behind. */
export function fitsNumber(mostDigits: number, whole: boolean): Fits {
  return (text, start, end) => {
    let at = text.charCodeAt(start) === 45 ? start + 1 : start;
    const first = at;
    while (at < end && isDigit(text.charCodeAt(at))) at++;
    if (at === first || at - first > mostDigits) return false;
    if (at === end) return true;
    if (whole || text.charCodeAt(at) !== 46 || at + 1 === end) return false;
    for (at++; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
    return true;
  };
}

/** Two digits as a number; NaN for others. */
function two(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return isDigit(tens) && isDigit(ones) ? (tens - 48) * 10 + ones - 48 : Number.NaN;
}

/** `YYYY-MM-DD` from here, up to the 28th, which every month has. */
function startsWithDay(text: string, start: number): boolean {
  const [month, day] = [two(text, start + 5), two(text, start + 8)];
  const dashes = text.charCodeAt(start + 4) === 45 && text.charCodeAt(start + 7) === 45;
  const year = two(text, start) + two(text, start + 2);
  return dashes && year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

export const fitsDate: Fits = (text, start, end) => end - start === 10 && startsWithDay(text, start);

const instantLength = '2026-03-29T02:30:00.000Z'.length;

/** The form that databases are read in. */
export const fitsInstant: Fits = (text, start, end) =>
  end - start === instantLength &&
  startsWithDay(text, start) &&
  text.charAt(start + 10) === 'T' &&
  two(text, start + 11) < 24 &&
  text.charAt(start + 13) === ':' &&
  two(text, start + 14) < 60 &&
  text.charAt(start + 16) === ':' &&
  two(text, start + 17) < 60 &&
  text.charAt(start + 19) === '.' &&
  isDigit(text.charCodeAt(start + 20)) &&
  two(text, start + 21) >= 0 &&
  text.charAt(start + 23) === 'Z';

export const fitsId: Fits = (text, start, end) => {
  if (end - start !== 15 && end - start !== 18) return false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at) | 32;
    if (!isDigit(text.charCodeAt(at)) && (code < 97 || code > 122)) return false;
  }
  return true;
};
