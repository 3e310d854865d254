/** New Interface. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { BeginWith } from '../begin-with.tsx';
import { text } from '../text.ts';
import { InterfaceForm } from './interface-form.tsx';
import { definitionOf, valuesOf } from './interface-values.ts';

const words = text.interfaces;

const start = valuesOf({}, 0);

export function NewInterface() {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const draft = useDraft('new interface', start);
  const save = useMutation({
    mutationFn: async () => await api.call('POST', '/interfaces', { body: { definition: definitionOf(draft.values) } }),
    onSuccess: async ({ id, definition, version }) => {
      draft.discard();
      tell(words.saved(definition.name, version));
      navigate(`/interfaces/${id}`);
      await queries.invalidateQueries({ queryKey: ['/interfaces'] });
    },
  });
  const leave = () => {
    draft.discard();
    navigate('/interfaces');
  };
  return (
    <Page title={words.newTitle} product={text.product}>
      <BeginWith words={words}>
        {() => (
          <>
            <DraftNote draft={draft} />
            <InterfaceForm
              label={words.newTitle}
              values={draft.values}
              change={draft.change}
              error={save.error}
              isBusy={save.isPending}
              onSave={() => save.mutate()}
              onCancel={leave}
            />
          </>
        )}
      </BeginWith>
    </Page>
  );
}
