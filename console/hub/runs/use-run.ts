/** Follows one run: each answer comes a second after the one before, or when the run has ended. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import type { Run } from './run-values.ts';

const waitSeconds = 1;

export function useRun(id: string) {
  return useQuery({
    queryKey: ['/runs/:id', { id }],
    queryFn: ({ signal, client, queryKey }): Promise<Run> => {
      const known = client.getQueryData<Run>(queryKey);
      // The first answer is wanted at once; later ones wait at the server, so that the end is seen when it comes.
      const wait = known === undefined || known.state === 'ended' ? 0 : waitSeconds;
      return api.call('GET', '/runs/:id', { params: { id }, query: { wait }, signal });
    },
    refetchInterval: ({ state: { data, status } }) => {
      if (data?.state === 'ended') return false;
      return status === 'error' ? 5_000 : 1;
    },
  });
}
