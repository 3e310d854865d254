/** What a page does: it tells when it is done, and everything shown is read anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTell } from '../ui/toasts.tsx';

type Act<Given, Answer> = {
  act: (given: Given) => Promise<Answer>;
  /** The sentence that is shown; nothing where what was done is plain to see. */
  tells?: (answer: Answer) => string;
  /** Where to go, or what to forget, after it. */
  done?: (answer: Answer) => void;
};

/** Nothing of its answer is kept longer than the page: it may hold a secret. */
export function useAct<Given = void, Answer = unknown>({ act, tells, done }: Act<Given, Answer>) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: act,
    gcTime: 0,
    onSuccess: async (answer) => {
      if (tells !== undefined) tell(tells(answer));
      done?.(answer);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
}
