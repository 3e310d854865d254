/** An interface as it is now: what it moves, when it runs next, and its versions. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { DefinitionShown } from './definition-shown.tsx';
import type { Kept } from './interface-values.ts';
import { Times } from './schedule-fields.tsx';
import { Versions } from './versions.tsx';

const words = text.interfaces;
const { sections, view } = words;

/** `?version=` shows an earlier one. */
export function ViewInterface({ id }: { id: string }) {
  const found = useAnswer('/interfaces/:id', { params: { id } });
  return <Loaded of={found}>{(kept) => <Shown kept={kept} />}</Loaded>;
}

function Shown({ kept }: { kept: Kept }) {
  const { id, definition, version } = kept;
  const [params] = useSearchParams();
  const asked = Number(params.get('version') ?? version);
  const actions = useMay('administrator') ? (
    <>
      <LinkButton to={`/interfaces/${id}/edit`}>{words.edit}</LinkButton>
      <DeleteButton kept={kept} />
    </>
  ) : null;
  return (
    <Page title={definition.name} kind={words.kind} product={text.product} actions={actions}>
      {asked === version ? <Newest kept={kept} /> : <Earlier kept={kept} asked={asked} />}
      <Versions kept={kept} />
    </Page>
  );
}

function Newest({ kept: { definition, version, changedAt, nextRuns } }: { kept: Kept }) {
  const changed = { label: words.columns.changed, value: <Moment at={changedAt} /> };
  return (
    <>
      <DefinitionShown definition={definition} version={version} more={[changed]} />
      <Card title={sections.schedule}>
        <h3>{view.nextRuns}</h3>
        <Times of={nextRuns} />
      </Card>
    </>
  );
}

function Earlier({ kept: { id, version }, asked }: { kept: Kept; asked: number }) {
  const found = useAnswer('/interfaces/:id/versions/:version', { params: { id: String(id), version: String(asked) } });
  return (
    <Loaded of={found}>
      {({ definition, savedAt, savedBy }) => (
        <>
          <Note tone="warn" title={view.earlier(asked, version)}>
            <Link href={`/interfaces/${id}`}>{view.newest}</Link>
          </Note>
          <DefinitionShown
            definition={definition}
            version={asked}
            more={[
              { label: words.versions.savedAt, value: <Moment at={savedAt} /> },
              { label: words.versions.savedBy, value: savedBy },
            ]}
          />
        </>
      )}
    </Loaded>
  );
}

function DeleteButton({ kept: { id, definition } }: { kept: Kept }) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const remove = useMutation({
    mutationFn: () => api.call('DELETE', '/interfaces/:id', { params: { id: String(id) } }),
    onSuccess: async () => {
      tell(words.deleted(definition.name));
      navigate('/interfaces');
      queries.removeQueries({ queryKey: ['/interfaces/:id', { id: String(id) }] });
      await queries.invalidateQueries({ queryKey: ['/interfaces'] });
    },
  });
  return (
    <>
      <Button look="danger" onPress={() => setAsking(true)}>
        {words.delete}
      </Button>
      <Question
        title={words.deleteTitle(definition.name)}
        isOpen={isAsking}
        yes={words.delete}
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
