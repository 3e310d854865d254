/** What differs between two definitions, field by field; lists are compared as a whole. */
import { isDeepStrictEqual } from 'node:util';

export type Difference = { field: string; before: unknown; after: unknown };

/** In the order of the first, then what only the second has. Null stands for what is not there. */
export function differencesOf(before: unknown, after: unknown, field = ''): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ field, before: before ?? null, after: after ?? null }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    differencesOf(memberOf(before, name), memberOf(after, name), field === '' ? name : `${field}.${name}`),
  );
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(holder: Plain, name: string): unknown {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}
