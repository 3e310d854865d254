/** Edit a user. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, type User, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { UserForm, type UserValues, userFields, userOf } from './user-form.tsx';

export function EditUser({ id }: { id: string }) {
  const user = useAnswer('/users/:id', { params: { id } });
  return (
    <Loaded of={user} isAnew>
      {(found) => <EditForm key={found.version} user={found} />}
    </Loaded>
  );
}

function valuesOf({ firstName, lastName, alias, email, username, license, profile, active, frozen }: User): UserValues {
  return { firstName: firstName ?? '', lastName, alias, email, username, license, profile, active, frozen };
}

function EditForm({ user }: { user: User }) {
  const { id, name, version } = user;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit user ${id}`, valuesOf(user), version);
  const leave = () => {
    draft.discard();
    navigate(`/users/${id}`);
  };
  const body = () => ({ version, ...userOf(draft.values) });
  const save = useSave({
    save: () => api.call('PATCH', '/users/:id', { params: { id }, body: body() }),
    name,
    leave,
  });
  return (
    <Page title={text.users.edit(name)} kind={text.pages.users} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={text.users.edit(name)}
        fields={userFields}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        <UserForm values={draft.values} change={draft.change} isExisting />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
