/** Two people who edited one interface: what differs, and mine laid over theirs, field by field. */
import type { Plain } from './lines.ts';

export type Differing = { field: string; before: unknown; theirs: unknown; mine: unknown; both: boolean };

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Order of members does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isPlain(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder(value[name])]),
  );
}

type Three = { before: unknown; theirs: unknown; mine: unknown };

const namesOf = (...values: readonly Plain[]) => [...new Set(values.flatMap((value) => Object.keys(value)))];

const into = ({ before, theirs, mine }: Three, name: string): Three => ({
  before: (Object(before) as Plain)[name],
  theirs: (Object(theirs) as Plain)[name],
  mine: (Object(mine) as Plain)[name],
});

/** What the other save changed; lists and lines of the mapping are compared as a whole. */
export function differing(three: Three, path: readonly string[] = []): Differing[] {
  const { before, theirs, mine } = three;
  if (isSame(before, theirs)) return [];
  if (path.length < 2 && isPlain(before) && isPlain(theirs))
    return namesOf(before, theirs).flatMap((name) => differing(into(three, name), [...path, name]));
  const both = !isSame(before, mine) && !isSame(theirs, mine);
  return [{ field: path.join('.'), before, theirs, mine, both }];
}

/** What I changed stays mine; all else is theirs. */
export function merged(three: Three, depth = 0): unknown {
  const { before, theirs, mine } = three;
  if (isSame(before, mine)) return theirs;
  if (depth >= 2 || !isPlain(theirs) || !isPlain(mine)) return mine;
  const members = namesOf(theirs, mine).map((name) => [name, merged(into(three, name), depth + 1)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}
