/** A person, and Reset Password. */
import { AskFirst } from '../../ui/ask-first.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { api, type Person, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import { PersonState } from './people.tsx';
import { PersonPassword } from './person-password.tsx';

const words = text.people;
const { fields } = words;

export function ViewPerson({ id }: { id: string }) {
  const person = useAnswer('/people/:id', { params: { id } });
  return <Loaded of={person}>{(found) => <Shown person={found} />}</Loaded>;
}

function Shown({ person }: { person: Person }) {
  const { name, username, email, role, createdAt, lastLoginAt } = person;
  return (
    <Page
      title={name}
      kind={text.pages.people}
      product={text.product}
      actions={useMay('administrator') ? <Actions person={person} /> : null}
    >
      <Card title={words.detail}>
        <Details
          of={[
            { label: fields.name, value: name },
            { label: fields.username, value: username },
            { label: fields.email, value: email },
            { label: fields.role, value: text.roles[role] },
            { label: fields.active, value: <PersonState {...person} /> },
            { label: fields.createdAt, value: <Moment at={createdAt} /> },
            { label: fields.lastLoginAt, value: <Moment at={lastLoginAt} /> },
          ]}
        />
      </Card>
    </Page>
  );
}

function Actions({ person: { id, name, username } }: { person: Person }) {
  const reset = useAct({ act: () => api.call('POST', '/people/:id/password', { params: { id: String(id) } }) });
  return (
    <>
      <Problems errors={errorsOf(reset.error)} />
      <LinkButton to={`/people/${id}/edit`}>{text.edit}</LinkButton>
      <AskFirst
        label={words.resetPassword}
        title={words.resetTitle(name)}
        message={words.resetText}
        isBusy={reset.isPending}
        onYes={() => reset.mutate()}
      />
      {reset.data === undefined ? null : (
        <PersonPassword username={username} password={reset.data.password} onClose={() => reset.reset()} />
      )}
    </>
  );
}
