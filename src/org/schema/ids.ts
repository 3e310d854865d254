/** Salesforce ids: 15 characters that mind their case, and three more that let the case be restored. */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checkAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const counterLength = 9;

/** The three check characters of a 15-character id: one a group of five, a bit for each upper-case letter. */
export function checkCharacters(id15: string): string {
  let check = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let bit = 0; bit < 5; bit += 1) {
      const character = id15.charCodeAt(start + bit);
      if (character >= 65 && character <= 90) bits |= 1 << bit;
    }
    check += checkAlphabet[bits];
  }
  return check;
}

/** The 18-character form of an id given with 15 or 18 characters; undefined when the text is no id. */
export function toId18(text: string): string | undefined {
  if (/^[0-9A-Za-z]{15}$/.test(text)) return text + checkCharacters(text);
  if (!/^[0-9A-Za-z]{15}[A-Za-z0-5]{3}$/.test(text)) return undefined;
  const restored = restoreCase(text.slice(0, 15), text.slice(15).toUpperCase());
  return restored + checkCharacters(restored);
}

function restoreCase(id15: string, check: string): string {
  let restored = '';
  for (let index = 0; index < 15; index += 1) {
    const bits = checkAlphabet.indexOf(check[Math.floor(index / 5)] ?? 'A');
    const character = id15[index] ?? '';
    restored += bits & (1 << (index % 5)) ? character.toUpperCase() : character.toLowerCase();
  }
  return restored;
}

/** The id of the `number`th record behind a six-character head (key prefix and instance), e.g. `001Sb0` and 1. */
export function idAt(head: string, number: number): string {
  let rest = number;
  let counter = '';
  while (counter.length < counterLength) {
    counter = (alphabet[rest % 62] ?? '0') + counter;
    rest = Math.floor(rest / 62);
  }
  const id15 = head + counter;
  return id15 + checkCharacters(id15);
}

/** The instance part (characters 4 to 6) of all ids of the org in a box. */
export const instancePart = 'Sb0';
