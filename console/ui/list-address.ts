/** What a list is filtered and sorted by, and which page of it is shown, stands in the address: it can be linked to and gone back to. */
import { useSearchParams } from 'wouter';

export type ListAddress = {
  page: number;
  search: string;
  sort: string | undefined;
  /** Of filters by their names; an empty text is no filter. */
  filters: Readonly<Record<string, string>>;
};

export const rowsOnPage = 25;

export function useListAddress(filterNames: readonly string[]) {
  const [params, setParams] = useSearchParams();
  const address: ListAddress = {
    page: Math.max(1, Number.parseInt(params.get('page') ?? '1', 10) || 1),
    search: params.get('search') ?? '',
    sort: params.get('sort') ?? undefined,
    filters: Object.fromEntries(filterNames.map((name) => [name, params.get(name) ?? ''])),
  };
  /** An empty text takes it out of the address. */
  const change = (part: Readonly<Record<string, string>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(part)) {
          if (value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  return { address, change };
}

/** What the API is asked. */
export function queryOf({ page, search, sort, filters }: ListAddress): Record<string, string | number | undefined> {
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
  return {
    page,
    pageSize: rowsOnPage,
    ...(search === '' ? {} : { search }),
    ...(sort === undefined ? {} : { sort }),
    ...given,
  };
}
