/** Add Assignment: users are ticked, looked over, and assigned. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { type ApiError, ApiFailure } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Card, EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, type UserRow } from '../api.ts';
import { text } from '../text.ts';
import { type AssignableKind, assign, useAssignableLabel } from './assignable.ts';

const words = text.rights;

type Chosen = Readonly<Record<string, UserRow>>;

export function AddAssignment({ kind, id }: { kind: AssignableKind; id: string }) {
  const label = useAssignableLabel(kind, id);
  const [chosen, setChosen] = useState<Chosen>({});
  const [isReview, setReview] = useState(false);
  const title = isReview ? words.reviewUsers : words.selectUsers;
  return (
    <Page title={words.addAssignment} kind={label} product={text.product}>
      {isReview ? (
        <Card title={title}>
          <Review kind={kind} id={id} users={Object.values(chosen)} back={() => setReview(false)} />
        </Card>
      ) : (
        <SelectUsers kind={kind} id={id} chosen={chosen} choose={setChosen} next={() => setReview(true)} />
      )}
    </Page>
  );
}

type SelectProps = {
  kind: AssignableKind;
  id: string;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
  next: () => void;
};

function SelectUsers({ kind, id, chosen, choose, next }: SelectProps) {
  const [errors, setErrors] = useState<readonly ApiError[]>([]);
  const [, navigate] = useLocation();
  const toggle = (user: UserRow, on: boolean) => {
    const { [user.id]: _, ...others } = chosen;
    choose(on ? { ...others, [user.id]: user } : others);
  };
  const goOn = () => {
    if (Object.keys(chosen).length > 0) next();
    else setErrors([{ field: null, ...words.nobodyChosen }]);
  };
  return (
    <>
      <Problems errors={errors} />
      <DataTable
        label={words.selectUsers}
        queryKey={['/users', 'to assign']}
        read={(query, signal) => api.call('GET', '/users', { query: { ...query, active: true }, signal })}
        rowKey={(user) => user.id}
        columns={columnsOf(chosen, toggle)}
        empty={<EmptyState title={text.users.empty}>{text.users.emptyNext}</EmptyState>}
      />
      <div className="buttons">
        <Button look="primary" onPress={goOn}>
          {words.next}
        </Button>
        <Button onPress={() => navigate(`/${kind}/${id}/assignments`)}>{words.back}</Button>
      </div>
    </>
  );
}

function columnsOf(chosen: Chosen, toggle: (user: UserRow, on: boolean) => void) {
  const { name, username, profile, license } = text.users.columns;
  return [
    {
      label: name,
      sort: 'name',
      cell: (user: UserRow) => (
        <label className="tick">
          <input
            className="checkbox"
            type="checkbox"
            aria-label={words.chooseUser(user.name)}
            checked={user.id in chosen}
            onChange={(event) => toggle(user, event.target.checked)}
          />
          {user.name}
        </label>
      ),
      text: (user: UserRow) => user.name,
    },
    {
      label: username,
      sort: 'username',
      cell: (user: UserRow) => user.username,
      text: (user: UserRow) => user.username,
    },
    { label: profile, sort: 'profile', cell: (user: UserRow) => user.profile, text: (user: UserRow) => user.profile },
    { label: license, sort: 'license', cell: (user: UserRow) => user.license, text: (user: UserRow) => user.license },
  ];
}

type ReviewProps = { kind: AssignableKind; id: string; users: readonly UserRow[]; back: () => void };

function Review({ kind, id, users, back }: ReviewProps) {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const act = useMutation({
    mutationFn: () => assignAll({ kind, id, users }),
    onSuccess: async () => {
      tell(words.assigned(users.length));
      await queries.invalidateQueries();
      navigate(`/${kind}/${id}/assignments`);
    },
  });
  return (
    <>
      <Problems errors={errorsOf(act.error)} />
      <ul>
        {users.map(({ id: userId, name, username }) => (
          <li key={userId}>
            {name} <span className="soft">{username}</span>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <Button look="primary" isDisabled={act.isPending} onPress={() => act.mutate()}>
          {words.assign}
        </Button>
        <Button onPress={back}>{words.back}</Button>
      </div>
    </>
  );
}

/** Each on its own: what is refused of one does not keep it from the others. */
async function assignAll({ kind, id, users }: Omit<ReviewProps, 'back'>): Promise<void> {
  const refused: ApiError[] = [];
  for (const user of users)
    await assign({ kind, id, userId: user.id }).catch((error: unknown) => {
      for (const { message, next } of errorsOf(error))
        refused.push({ field: null, message: words.notAssigned(user.username, message), next });
    });
  if (refused.length > 0) throw new ApiFailure(400, refused);
}
