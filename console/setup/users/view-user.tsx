/** User Detail, with Freeze and Reset Password. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { api, type User, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { UserState } from './users.tsx';

const words = text.users;

export function ViewUser({ id }: { id: string }) {
  const user = useAnswer('/users/:id', { params: { id } });
  return <Loaded of={user}>{(found) => <Shown user={found} />}</Loaded>;
}

function Shown({ user }: { user: User }) {
  const { id, name, version, frozen } = user;
  const queries = useQueryClient();
  const freeze = useMutation({
    mutationFn: () => api.call('PATCH', '/users/:id', { params: { id }, body: { version, frozen: !frozen } }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const reset = useMutation({
    mutationFn: () => api.call('POST', '/users/:id/password', { params: { id } }),
    gcTime: 0,
  });
  const actions = (
    <>
      <LinkButton to={`/users/${id}/edit`}>{text.edit}</LinkButton>
      <Button isDisabled={freeze.isPending} onPress={() => freeze.mutate()}>
        {frozen ? words.unfreeze : words.freeze}
      </Button>
      <Button isDisabled={reset.isPending} onPress={() => reset.mutate()}>
        {words.resetPassword}
      </Button>
    </>
  );
  return (
    <Page title={name} kind={words.detail} product={text.product} actions={actions}>
      <Problems errors={[...errorsOf(freeze.error), ...errorsOf(reset.error)]} />
      <Card title={words.detail}>
        <UserDetails user={user} />
      </Card>
      <NewPassword made={reset.data} onClose={reset.reset} />
    </Page>
  );
}

function UserDetails({ user }: { user: User }) {
  const { fields } = words;
  const listed = (names: readonly string[]) => (names.length === 0 ? null : names.join(', '));
  return (
    <Details
      of={[
        { label: words.columns.name, value: user.name },
        { label: fields.username, value: user.username },
        { label: fields.email, value: user.email },
        { label: fields.alias, value: user.alias },
        { label: fields.profile, value: user.profile },
        { label: fields.license, value: user.license },
        { label: fields.active, value: <UserState {...user} /> },
        { label: fields.lastLoginAt, value: <Moment at={user.lastLoginAt} /> },
        { label: fields.permissionSets, value: listed(user.permissionSets) },
        { label: fields.permissionSetLicenses, value: listed(user.permissionSetLicenses) },
      ]}
    />
  );
}

type Made = { username: string; password: string };

/** Forgotten when it is closed. */
function NewPassword({ made, onClose }: { made: Made | undefined; onClose: () => void }) {
  if (made === undefined) return null;
  return (
    <Dialog title={words.newPassword} isOpen onClose={onClose} isQuestion>
      <p>{words.newPasswordText(made.username)}</p>
      <div className="withbutton">
        <output className="code" aria-label={words.newPassword}>
          {made.password}
        </output>
        <CopyButton what={words.newPassword} value={made.password} />
      </div>
      <div className="buttons">
        <Button onPress={onClose}>{ui.close}</Button>
      </div>
    </Dialog>
  );
}
