/** Deletes a permission set, after a question. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import type { Holder } from './holder.ts';

const words = text.rights;

export function DeleteSet({ holder: { id, label } }: { holder: Holder }) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const remove = useMutation({
    mutationFn: () => api.call('DELETE', '/permission-sets/:id', { params: { id } }),
    onSuccess: async () => {
      tell(text.deleted(label));
      navigate('/permission-sets');
      queries.removeQueries({ queryKey: ['/permission-sets/:id', { id }] });
      await queries.invalidateQueries({ queryKey: ['/permission-sets'] });
    },
  });
  return (
    <>
      <Button look="danger" onPress={() => setAsking(true)}>
        {text.delete}
      </Button>
      <Question
        title={words.deleteTitle(label)}
        isOpen={isAsking}
        yes={text.delete}
        isBusy={remove.isPending}
        onNo={() => setAsking(false)}
        onYes={() => remove.mutate()}
      >
        <p>{words.deleteText}</p>
        <Problems errors={errorsOf(remove.error)} />
      </Question>
    </>
  );
}
