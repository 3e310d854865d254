/** Edit: the settings of an app. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type App, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { addressesOf } from './app-address.ts';
import { settingsFields, settingsOf, valuesOf } from './app-values.ts';
import { SettingsForm } from './settings-form.tsx';

export function EditApp({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app} isAnew>
      {(found) => <EditForm key={found.version} app={found} />}
    </Loaded>
  );
}

function EditForm({ app }: { app: App }) {
  const { id, name, version } = app;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit app ${id}`, valuesOf(app), version);
  const leave = () => {
    draft.discard();
    navigate(addressesOf(app).settings);
  };
  const body = () => ({ version, ...settingsOf(draft.values) });
  const save = useSave({
    save: () => api.call('PATCH', '/apps/:id/settings', { params: { id }, body: body() }),
    name: draft.values.name,
    leave,
  });
  return (
    <Page title={text.app.editTitle(name)} kind={text.kinds[app.kind]} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={text.app.editTitle(name)}
        fields={settingsFields}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        <SettingsForm kind={app.kind} values={draft.values} change={draft.change} isExisting />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
