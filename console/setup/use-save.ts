/** What Save of a form does: saves, says so, leaves the form, and has all pages read again. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTell } from '../ui/toasts.tsx';
import { text } from './text.ts';

type SaveOf = {
  save: () => Promise<unknown>;
  /** What was saved, as it is called. */
  name: string;
  leave: () => void;
};

export function useSave({ save, name, leave }: SaveOf) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: save,
    onSuccess: async () => {
      tell(text.saved(name));
      leave();
      await queries.invalidateQueries();
    },
  });
}
