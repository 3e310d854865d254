/** New User. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import { newUserValues, UserForm, userFields, userOf } from './user-form.tsx';

export function NewUser() {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const draft = useDraft('new user', newUserValues);
  const save = useMutation({
    mutationFn: () => api.call('POST', '/users', { body: userOf(draft.values) }),
    onSuccess: async ({ id, name }) => {
      draft.discard();
      tell(text.saved(name));
      navigate(`/users/${id}`);
      await queries.invalidateQueries({ queryKey: ['/users'] });
    },
  });
  const leave = () => {
    draft.discard();
    navigate('/users');
  };
  return (
    <Page title={text.users.new} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={text.users.new} fields={userFields} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <UserForm values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
