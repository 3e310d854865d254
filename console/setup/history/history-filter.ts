/** By what a long list is filtered; it stands in the address, so that it can be linked to. */
import { useSearchParams } from 'wouter';

export type FilterField = { name: string; label: string } & (
  | { kind: 'text' | 'time' }
  | { kind: 'choice'; any: string; choices: readonly string[] }
);

/** As the API takes it: texts, and times in milliseconds since 1970. */
export type HistoryFilter = Readonly<Record<string, string | number>>;

export function useHistoryFilter(fields: readonly FilterField[]) {
  const [params, setParams] = useSearchParams();
  const given = fields.flatMap(({ name, kind }): [string, string | number][] => {
    const value = params.get(name) ?? '';
    if (value === '' || (kind === 'time' && !/^\d{1,15}$/.test(value))) return [];
    return [[name, kind === 'time' ? Number(value) : value]];
  });
  const filter: HistoryFilter = Object.fromEntries(given);
  /** An empty text takes one out. */
  const change = (part: Readonly<Record<string, string>>) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(part)) {
        if (value === '') after.delete(name);
        else after.set(name, value);
      }
      return after;
    });
  const clear = () => setParams(new URLSearchParams());
  return { filter, change, clear, isEmpty: given.length === 0 };
}

export type UsedFilter = ReturnType<typeof useHistoryFilter>;
