/** An interface as it is now: what it moves, when it runs next, and its versions. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { type Kept, valuesOf } from './interface-values.ts';
import { operationOf, StatusBadge, typeOf } from './interfaces.tsx';
import { Times } from './schedule-fields.tsx';
import { Versions } from './versions.tsx';

const words = text.interfaces;
const { fields, sections, view } = words;

export function ViewInterface({ id }: { id: string }) {
  const found = useAnswer('/interfaces/:id', { params: { id } });
  return <Loaded of={found}>{(kept) => <Shown kept={kept} />}</Loaded>;
}

function Shown({ kept }: { kept: Kept }) {
  const { id, definition } = kept;
  const actions = (
    <>
      <LinkButton to={`/interfaces/${id}/edit`}>{words.edit}</LinkButton>
      <DeleteButton kept={kept} />
    </>
  );
  return (
    <Page title={definition.name} kind={words.kind} product={text.product} actions={actions}>
      <General kept={kept} />
      <Card title={sections.schedule}>
        <h3>{view.nextRuns}</h3>
        <Times of={kept.nextRuns} />
      </Card>
      <Versions kept={kept} />
    </Page>
  );
}

function General({ kept }: { kept: Kept }) {
  const { definition } = kept;
  const values = valuesOf(definition, kept.version);
  const { lines, tests } = values;
  return (
    <Card title={sections.general}>
      <Details
        of={[
          { label: fields.integration, value: definition.integration ?? '' },
          { label: fields.type, value: typeOf(kept) },
          { label: fields.object, value: definition.object },
          { label: fields.operation, value: operationOf(kept) },
          { label: values.type === 'outbound' ? view.target : view.source, value: values.place },
          { label: fields.connection, value: definition.connection },
          { label: fields.sequence, value: values.sequence },
          { label: fields.externalId, value: values.externalId },
          { label: fields.mode, value: (words.modes as Readonly<Record<string, string>>)[values.mode] ?? '' },
          { label: fields.maxRetries, value: values.maxRetries },
          { label: fields.status, value: <StatusBadge definition={definition} /> },
          { label: view.mapped, value: lines.map(({ target }) => target).join(', ') },
          { label: view.tests, value: String(tests.length) },
          { label: words.columns.changed, value: <Moment at={kept.changedAt} /> },
        ]}
      />
    </Card>
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
