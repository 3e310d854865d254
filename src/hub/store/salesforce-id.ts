/** Salesforce ids: 15 characters where case matters, or 18 whose last three say which letters are capitals. */

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The form of 18 characters; what is no id stays as it is. An id of 18 whose case was lost gets it back. */
export function toLongId(id: string): string {
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-5]{3})?$/.test(id)) return id;
  if (id.length === 18 && id === withSigns(id.slice(0, 15))) return id;
  return withSigns(id.length === 18 ? withCaseOf(id) : id);
}

function withSigns(short: string): string {
  return short + signOf(short.slice(0, 5)) + signOf(short.slice(5, 10)) + signOf(short.slice(10));
}

/** Asked three times for each row that is reported. */
function signOf(five: string): string {
  let bits = 0;
  for (let place = 0; place < five.length; place++) {
    const letter = five.charCodeAt(place);
    if (letter >= capitalA && letter <= capitalZ) bits |= 1 << place;
  }
  return signs.charAt(bits);
}

const capitalA = 65;
const capitalZ = 90;

function withCaseOf(id: string): string {
  const flags = [...id.slice(15).toUpperCase()].map((sign) => signs.indexOf(sign));
  return [...id.slice(0, 15)]
    .map((letter, place) => {
      const isCapital = ((flags[Math.floor(place / 5)] ?? 0) >> (place % 5)) & 1;
      return isCapital === 1 ? letter.toUpperCase() : letter.toLowerCase();
    })
    .join('');
}
