/** New Connected App, and New External Client App. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { ApiFailure } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { type App, api } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { type AppValues, newAppValues, settingsFields, settingsOf } from './app-values.ts';
import { SettingsForm } from './settings-form.tsx';

type Kind = App['kind'];

const wordsOf: Readonly<
  Record<Kind, { title: string; submit: string; enableOauthFirst: { message: string; next: string } }>
> = {
  connectedApp: { title: text.app.newTitle, submit: text.save, enableOauthFirst: text.app.enableOauthFirst },
  externalClientApp: { title: text.eca.newTitle, submit: text.eca.create, enableOauthFirst: text.eca.enableOauthFirst },
};

export function NewConnectedApp() {
  return <NewApp appKind="connectedApp" />;
}

export function NewExternalClientApp() {
  return <NewApp appKind="externalClientApp" />;
}

function NewApp({ appKind: kind }: { appKind: Kind }) {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const { title, submit } = wordsOf[kind];
  const draft = useDraft<AppValues>(`new ${kind}`, newAppValues);
  const save = useMutation({
    mutationFn: (values: AppValues) => createApp(kind, values),
    onSuccess: async ({ id, name }) => {
      draft.discard();
      await queries.invalidateQueries({ queryKey: ['/apps'] });
      if (kind === 'externalClientApp') tell(text.eca.created(name));
      navigate(kind === 'connectedApp' ? `/apps/${id}/saved` : addressesOf({ id, kind }).settings);
    },
  });
  const leave = () => {
    draft.discard();
    navigate(addressesOf({ id: '', kind }).list);
  };
  return (
    <Page title={title} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={title}
        fields={settingsFields}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate(draft.values)}
      >
        <SettingsForm kind={kind} values={draft.values} change={draft.change} />
        <FormFoot submit={submit} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

async function createApp(kind: Kind, values: AppValues) {
  if (!values.enableOauth) throw new ApiFailure(400, [{ field: 'enableOauth', ...wordsOf[kind].enableOauthFirst }]);
  return await api.call('POST', '/apps', { body: { kind, ...settingsOf(values) } });
}
