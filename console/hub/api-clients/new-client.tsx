/** New: the id and the secret of the client are shown once. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { ClientForm, clientFields, clientOf, newClientValues } from './client-form.tsx';
import { ClientSecret } from './client-secret.tsx';

const words = text.apiClients;

export function NewClient() {
  const [, navigate] = useLocation();
  const draft = useDraft('new API client', newClientValues);
  const create = useAct({
    act: async () => api.call('POST', '/api-clients', { body: clientOf(draft.values) }),
    done: draft.discard,
  });
  const leave = (to: string) => {
    draft.discard();
    navigate(to);
  };
  const { data: made } = create;
  return (
    <Page title={words.newTitle} kind={text.pages.apiClients} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={words.newTitle}
        fields={clientFields}
        errors={errorsOf(create.error)}
        onSubmit={() => create.mutate()}
      >
        <ClientForm values={draft.values} change={draft.change} isExisting={false} />
        <FormFoot submit={text.save} isBusy={create.isPending} onCancel={() => leave('/api-clients')} />
      </Form>
      {made === undefined ? null : <ClientSecret made={made} onClose={() => leave(`/api-clients/${made.id}`)} />}
    </Page>
  );
}
