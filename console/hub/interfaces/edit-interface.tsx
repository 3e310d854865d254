/** Edit an interface: every save is a version, and who comes second is told and loses nothing. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { ApiFailure } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { Conflict } from './conflict.tsx';
import { InterfaceForm } from './interface-form.tsx';
import { definitionOf, type InterfaceValues, type Kept, valuesOf } from './interface-values.ts';
import { isSame } from './merge.ts';

const words = text.interfaces;

export function EditInterface({ id }: { id: string }) {
  const found = useAnswer('/interfaces/:id', { params: { id } });
  return (
    <Loaded of={found} isAnew>
      {(kept) => <Editor kept={kept} />}
    </Loaded>
  );
}

/** Whether somebody has entered anything. */
function isTouched(values: InterfaceValues): boolean {
  return !isSame(values, valuesOf(values.base, values.version));
}

function Editor({ kept }: { kept: Kept }) {
  const { id, definition, version } = kept;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit interface ${id}`, valuesOf(definition, version));
  const { values, discard } = draft;
  const isStale = values.version !== version;
  const wasTouched = isTouched(values);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version replaces what nobody has touched
  useEffect(() => {
    if (isStale && !wasTouched) discard();
  }, [isStale, wasTouched]);
  const leave = () => {
    discard();
    navigate(`/interfaces/${id}`);
  };
  const save = useSave(kept, values, leave);
  return (
    <Page title={words.editTitle(definition.name)} kind={words.kind} product={text.product}>
      <DraftNote draft={draft} />
      {isStale && wasTouched ? (
        <Conflict
          kept={kept}
          values={values}
          onTake={(merged) => {
            draft.change(merged);
            save.reset();
          }}
          onDiscard={() => {
            discard();
            save.reset();
          }}
        />
      ) : null}
      <InterfaceForm
        label={words.editTitle(definition.name)}
        values={values}
        change={draft.change}
        error={isStale || isConflict(save.error) ? null : save.error}
        isBusy={save.isPending || isStale}
        onSave={() => save.mutate()}
        onCancel={leave}
      />
    </Page>
  );
}

const isConflict = (error: unknown) =>
  error instanceof ApiFailure && error.status === 409 && error.errors.some(({ field }) => field === 'version');

function useSave({ id }: Kept, values: InterfaceValues, leave: () => void) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: async () =>
      await api.call('PUT', '/interfaces/:id', {
        params: { id: String(id) },
        body: { definition: definitionOf(values), version: values.version },
      }),
    onSuccess: async (saved) => {
      tell(words.saved(saved.definition.name, saved.version));
      leave();
      await invalidate();
    },
    onError: async (error) => {
      if (isConflict(error)) await queries.invalidateQueries({ queryKey: ['/interfaces/:id'] });
    },
  });

  async function invalidate() {
    for (const key of ['/interfaces', '/interfaces/:id', '/interfaces/:id/versions', '/interfaces/:id/difference'])
      await queries.invalidateQueries({ queryKey: [key] });
  }
}
