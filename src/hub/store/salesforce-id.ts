/** Salesforce ids: 15 characters where case matters, or 18 whose last three say which letters are capitals. */

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The form of 18 characters; what is no id stays as it is. An id of 18 whose case was lost gets it back. */
export function toLongId(id: string): string {
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-5]{3})?$/.test(id)) return id;
  const short = id.length === 18 ? withCaseOf(id) : id;
  return short + [0, 5, 10].map((start) => signOf(short.slice(start, start + 5))).join('');
}

function signOf(five: string): string {
  let bits = 0;
  for (const [place, letter] of [...five].entries()) if (/[A-Z]/.test(letter)) bits |= 1 << place;
  return signs.charAt(bits);
}

function withCaseOf(id: string): string {
  const flags = [...id.slice(15).toUpperCase()].map((sign) => signs.indexOf(sign));
  return [...id.slice(0, 15)]
    .map((letter, place) => {
      const isCapital = ((flags[Math.floor(place / 5)] ?? 0) >> (place % 5)) & 1;
      return isCapital === 1 ? letter.toUpperCase() : letter.toLowerCase();
    })
    .join('');
}
