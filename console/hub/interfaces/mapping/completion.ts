/** What may be meant by the word before the caret of a formula, and the formula with it taken. */

export type Candidate = { name: string; kind: 'function' | 'column'; hint: string };

const mostShown = 6;
const plainName = /^[A-Za-z_$][\w$.:#]*$/;

/** From where the word goes; null where none is being written. */
export function wordBefore(formula: string, caret: number): { from: number; word: string } | null {
  const before = formula.slice(0, caret);
  const inQuotes = (before.replaceAll(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
  const found = /(?:\[[^\]\r\n]*|[A-Za-z_$][\w$.:#]*)$/.exec(before);
  if (inQuotes || found === null) return null;
  return { from: found.index, word: found[0] };
}

export function candidatesFor(word: string, all: readonly Candidate[]): Candidate[] {
  const isColumn = word.startsWith('[');
  const wanted = (isColumn ? word.slice(1) : word).toLowerCase();
  const fitting = all.filter(
    ({ name, kind }) => (!isColumn || kind === 'column') && name.toLowerCase().includes(wanted) && name !== word,
  );
  const begins = ({ name }: Candidate) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return fitting.sort((one, other) => begins(one) - begins(other)).slice(0, mostShown);
}

/** The caret stands behind what was taken. */
export function take(formula: string, caret: number, { name, kind }: Candidate): { formula: string; caret: number } {
  const from = wordBefore(formula, caret)?.from ?? caret;
  const taken = kind === 'function' ? `${name}(` : plainName.test(name) ? name : `[${name}]`;
  return { formula: formula.slice(0, from) + taken + formula.slice(caret), caret: from + taken.length };
}

/** The formula in three parts, the middle one of which is what a problem is about. */
export function markAt(formula: string, line: number, column: number): readonly [string, string, string] {
  const lines = formula.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const at = Math.min(before + column - 1, formula.length);
  const word = /^(?:[\w$.:#]+|\[[^\]\n]*\]?|"[^"\n]*"?|[\s\S])/.exec(formula.slice(at))?.[0] ?? ' ';
  return [formula.slice(0, at), word, formula.slice(at + word.length)];
}
