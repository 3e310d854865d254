/** Manage Assignments: the users who have a permission set or a permission set licence. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { text } from '../text.ts';
import { type AssignableKind, listAssignments, unassign, useAssignableLabel } from './assignable.ts';

const words = text.rights;

export function Assignments({ kind, id }: { kind: AssignableKind; id: string }) {
  const label = useAssignableLabel(kind, id);
  const queries = useQueryClient();
  const tell = useTell();
  const remove = useMutation({
    mutationFn: async (user: { id: string; name: string }) => {
      await unassign({ kind, id, userId: user.id });
      return user.name;
    },
    onSuccess: async (name) => {
      tell(words.removed(name));
      await queries.invalidateQueries();
    },
  });
  const actions = (
    <>
      <LinkButton to={`/${kind}/${id}/assignments/add`} look="primary">
        {words.addAssignment}
      </LinkButton>
      <LinkButton to={kind === 'permission-sets' ? `/${kind}/${id}` : `/${kind}`}>{text.done}</LinkButton>
    </>
  );
  return (
    <Page title={words.manageAssignments} kind={label} product={text.product} actions={actions}>
      <Problems errors={errorsOf(remove.error)} />
      <DataTable
        label={words.manageAssignments}
        queryKey={[`/${kind}/:id/assignments`, id]}
        read={(query, signal) => listAssignments(kind, id, query, signal)}
        rowKey={(user) => user.id}
        columns={[
          {
            label: text.users.columns.name,
            sort: 'name',
            cell: (user) => <Link href={`/users/${user.id}`}>{user.name}</Link>,
            text: ({ name }) => name,
          },
          {
            label: words.columns.username,
            sort: 'username',
            cell: ({ username }) => username,
            text: ({ username }) => username,
          },
        ]}
        actions={(user) => (
          <Button label={words.removeOf(user.name)} isDisabled={remove.isPending} onPress={() => remove.mutate(user)}>
            {words.removeAssignment}
          </Button>
        )}
        empty={<EmptyState title={words.noAssignments}>{words.noAssignmentsNext}</EmptyState>}
      />
    </Page>
  );
}
