/** Change My Password: who is logged in, everywhere, is logged out by it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiFailure } from '../../ui/api.ts';
import { RequiredNote, TextField } from '../../ui/fields.tsx';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { sessionKey } from '../../ui/start.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.people.own;

const nothing = { currentPassword: '', newPassword: '', repeated: '' };

async function change({ repeated, ...body }: typeof nothing): Promise<void> {
  if (body.newPassword !== repeated) throw new ApiFailure(400, [{ field: 'repeated', ...words.different }]);
  await api.call('POST', '/session/password', { body });
}

export function OwnPassword() {
  const [values, setValues] = useState(nothing);
  const queries = useQueryClient();
  const tell = useTell();
  const save = useMutation({
    mutationFn: () => change(values),
    gcTime: 0,
    onSuccess: () => {
      tell(words.changed);
      queries.setQueryData(sessionKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
  const field = (name: keyof typeof nothing, autoComplete: string, help?: string) => (
    <TextField
      name={name}
      label={words[name]}
      help={help}
      isRequired
      type="password"
      autoComplete={autoComplete}
      value={values[name]}
      onChange={(value) => setValues({ ...values, [name]: value })}
    />
  );
  const title = text.pages.ownPassword;
  return (
    <Page title={title} product={text.product}>
      <Form label={title} fields={Object.keys(nothing)} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <Card title={title}>
          <p className="soft">{words.lead}</p>
          <RequiredNote />
          {field('currentPassword', 'current-password')}
          {field('newPassword', 'new-password', words.help)}
          {field('repeated', 'new-password')}
        </Card>
        <FormFoot submit={words.change} isBusy={save.isPending} />
      </Form>
    </Page>
  );
}
