/** By what messages are found; it stands in the address, so that it can be linked to. */
import { useSearchParams } from 'wouter';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { BodyOf, Query } from '../../ui/api.ts';

export type MessageFilter = BodyOf<HubOperation, 'POST', '/messages/preview'>['filter'];

const texts = [
  'status',
  'outcome',
  'rejectedBy',
  'interface',
  'integration',
  'run',
  'keyPrefix',
  'key',
  'salesforceId',
  'text',
] as const;

const numbers = ['from', 'before', 'parent', 'attempt'] as const;

export type FilterName = (typeof texts)[number] | (typeof numbers)[number];

/** An empty text takes one out. */
export type FilterChange = Partial<Record<FilterName | 'cursor', string>>;

export function useMessageFilter() {
  const [params, setParams] = useSearchParams();
  const given = (name: string) => params.get(name) ?? '';
  const filter: Record<string, string | number> = {};
  for (const name of texts) if (given(name) !== '') filter[name] = given(name);
  for (const name of numbers) if (/^\d+$/.test(given(name))) filter[name] = Number(given(name));
  /** Another filter begins at its first page. */
  const change = (part: FilterChange) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete('cursor');
      for (const [name, value] of Object.entries(part)) {
        if (value === '') after.delete(name);
        else after.set(name, value);
      }
      return after;
    });
  const clear = () => setParams(new URLSearchParams());
  return { filter, cursor: given('cursor'), change, clear, isEmpty: Object.keys(filter).length === 0 };
}

export type UsedFilter = ReturnType<typeof useMessageFilter>;

/** What is found is the same, whether a list or an act asks. */
export const asFilter = (filter: UsedFilter['filter']) => filter as MessageFilter;
export const asQuery = (filter: UsedFilter['filter']) => filter as Query;
