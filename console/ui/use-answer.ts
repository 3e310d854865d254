/** Reads from a described API into a page, and again when what was read may have changed. */
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { AnswerOf, Api, DescribedOperation, Given, PathOf, Query } from './api.ts';

type Wanted = {
  params?: Readonly<Record<string, string>>;
  query?: Query;
  /** Read again so often, for what moves by itself. */
  everyMs?: number;
  /** How long it is kept once no page shows it; 0 for secrets. */
  keptMs?: number;
  /** False: not now. */
  wanted?: boolean;
};

/** Everything read stands under a key that begins with its path, so that one word makes it be read again. */
export function createUseAnswer<Operation extends DescribedOperation>(api: Api<Operation>) {
  return function useAnswer<Path extends PathOf<Operation, 'GET'> & string>(
    path: Path,
    { params = {}, query = {}, everyMs, keptMs, wanted = true }: Wanted = {},
  ): UseQueryResult<AnswerOf<Operation, 'GET', Path>> {
    return useQuery({
      queryKey: [path, params, query],
      queryFn: ({ signal }) => read(api, path, { params, query, signal }),
      enabled: wanted,
      ...(Object.keys(query).length > 0 ? { placeholderData: keepPreviousData } : {}),
      ...(keptMs === undefined ? {} : { gcTime: keptMs }),
      ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
    }) as UseQueryResult<AnswerOf<Operation, 'GET', Path>>;
  };
}

function read<Operation extends DescribedOperation, Path extends PathOf<Operation, 'GET'> & string>(
  api: Api<Operation>,
  path: Path,
  given: Given<undefined>,
): Promise<AnswerOf<Operation, 'GET', Path>> {
  const call = api.call as (method: string, path: string, given: Given<undefined>) => Promise<unknown>;
  return call('GET', path, given) as Promise<AnswerOf<Operation, 'GET', Path>>;
}
