/** Manage Profiles and Manage Permission Sets: whose users may use an app that wants an administrator's approval. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DualList } from '../../ui/dual-list.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type App, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { addressesOf } from './app-address.ts';

type ListName = 'profiles' | 'permissionSets';

export function PreAuthorized({ id, list }: { id: string; list: ListName }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app} isAnew>
      {(found) => <Choosing key={`${list} ${found.version}`} app={found} list={list} />}
    </Loaded>
  );
}

function useNames(list: ListName) {
  const profiles = useAnswer('/profiles', { query: { pageSize: 200 }, wanted: list === 'profiles' });
  const sets = useAnswer('/permission-sets', { query: { pageSize: 200 }, wanted: list === 'permissionSets' });
  const rows: readonly { name: string; label?: string }[] | undefined =
    list === 'profiles' ? profiles.data?.rows : sets.data?.rows;
  return (rows ?? []).map(({ name, label = name }) => ({ value: name, label }));
}

function Choosing({ app, list }: { app: App; list: ListName }) {
  const { id, name, version } = app;
  const words = text.preAuthorized[list];
  const draft = useDraft<{ chosen: readonly string[] }>(`${list} of ${id}`, { chosen: app[list] }, version);
  const { chosen } = draft.values;
  const items = useNames(list);
  const [, navigate] = useLocation();
  const leave = () => {
    draft.discard();
    navigate(addressesOf(app).manage);
  };
  const save = useSave({
    save: () => api.call('PATCH', '/apps/:id/policies', { params: { id }, body: { version, [list]: [...chosen] } }),
    name,
    leave,
  });
  return (
    <Page title={words.title} kind={name} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={words.title} fields={[list]} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <Card title={words.title}>
          <DualList
            name={list}
            label={words.items}
            help={text.preAuthorized.help}
            items={items}
            value={chosen}
            onChange={(names) => draft.change({ chosen: names })}
          />
        </Card>
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
