/** Salesforce ids: the three letters that make one safe where upper and lower case get lost. */
import { strictIn } from '../function-entry.ts';

const checkLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const lettersTogether = 5;

/** Each check letter says which of five letters are capitals, the first in the lowest bit. */
function checkLetterOf(letters: string): string {
  const bits = [...letters].reduce((sum, letter, place) => sum | (letter >= 'A' && letter <= 'Z' ? 1 << place : 0), 0);
  return checkLetters[bits] ?? '';
}

export const caseSafeId = strictIn(({ fail }) => (id: string) => {
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(id)) throw fail(`"${id}" is no Salesforce id of 15 or 18 letters`);
  if (id.length === 18) return id;
  const groups = [0, 1, 2].map((group) => id.slice(group * lettersTogether, (group + 1) * lettersTogether));
  return id + groups.map(checkLetterOf).join('');
});
