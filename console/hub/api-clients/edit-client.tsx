/** Edit an API client. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type ApiClient, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { ClientForm, clientFields, clientOf, clientValuesOf } from './client-form.tsx';

export function EditClient({ id }: { id: string }) {
  const client = useAnswer('/api-clients/:id', { params: { id } });
  return (
    <Loaded of={client} isAnew>
      {(found) => <EditForm key={found.version} client={found} />}
    </Loaded>
  );
}

function EditForm({ client }: { client: ApiClient }) {
  const { id, name, version } = client;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit API client ${id}`, clientValuesOf(client), String(version));
  const leave = () => {
    draft.discard();
    navigate(`/api-clients/${id}`);
  };
  const save = useAct({
    act: async () => {
      const body = { ...clientOf(draft.values), active: draft.values.active, version };
      return await api.call('PUT', '/api-clients/:id', { params: { id: String(id) }, body });
    },
    tells: (saved) => text.saved(saved.name),
    done: leave,
  });
  return (
    <Page title={text.editOf(name)} kind={text.pages.apiClients} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={text.editOf(name)}
        fields={clientFields}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        <ClientForm values={draft.values} change={draft.change} isExisting />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
