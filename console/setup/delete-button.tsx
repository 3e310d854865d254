/** Delete, asked about first; then the list it was in is shown. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../ui/button.tsx';
import { Question } from '../ui/dialog.tsx';
import { errorsOf, Problems } from '../ui/problems.tsx';
import { useTell } from '../ui/toasts.tsx';
import { text } from './text.ts';

type DeleteProps = {
  name: string;
  title: string;
  message: string;
  act: () => Promise<unknown>;
  /** Where the list stands. */
  list: string;
  /** As the API calls the list; what is in it is under `<path>/:id`. */
  path: string;
  id: string;
};

export function DeleteButton({ name, title, message, act, list, path, id }: DeleteProps) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const remove = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      tell(text.deleted(name));
      navigate(list);
      queries.removeQueries({ queryKey: [`${path}/:id`, { id }] });
      await queries.invalidateQueries({ queryKey: [path] });
    },
  });
  return (
    <>
      <Button look="danger" onPress={() => setAsking(true)}>
        {text.delete}
      </Button>
      <Question
        title={title}
        isOpen={isAsking}
        yes={text.delete}
        isBusy={remove.isPending}
        onNo={() => setAsking(false)}
        onYes={() => remove.mutate()}
      >
        <p>{message}</p>
        <Problems errors={errorsOf(remove.error)} />
      </Question>
    </>
  );
}
