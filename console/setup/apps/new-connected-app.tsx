/** New Connected App. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { ApiFailure } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import { type AppValues, newAppValues, settingsFields, settingsOf } from './app-values.ts';
import { SettingsForm } from './settings-form.tsx';

const words = text.app;

export function NewConnectedApp() {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const draft = useDraft<AppValues>('new connected app', newAppValues);
  const save = useMutation({
    mutationFn: createApp,
    onSuccess: async ({ id }) => {
      draft.discard();
      await queries.invalidateQueries({ queryKey: ['/apps'] });
      navigate(`/apps/${id}/saved`);
    },
  });
  const leave = () => {
    draft.discard();
    navigate('/apps');
  };
  return (
    <Page title={words.newTitle} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={words.newTitle}
        fields={settingsFields}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate(draft.values)}
      >
        <SettingsForm values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

async function createApp(values: AppValues) {
  if (!values.enableOauth) throw new ApiFailure(400, [{ field: 'enableOauth', ...words.enableOauthFirst }]);
  return await api.call('POST', '/apps', { body: { kind: 'connectedApp', ...settingsOf(values) } });
}
