/** A person: New, with a password that is shown once, and Edit. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { CheckBox, RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, type Person, useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { PersonPassword } from './person-password.tsx';

const words = text.people;
const fieldNames = ['username', 'name', 'email', 'role', 'active'];

type Values = Pick<Person, 'username' | 'name' | 'role' | 'active'> & { email: string };

const newPerson: Values = { username: '', name: '', email: '', role: 'viewer', active: true };

const emailOf = (typed: string) => (typed.trim() === '' ? null : typed.trim());

export function NewPerson() {
  const [, navigate] = useLocation();
  const draft = useDraft('new person', newPerson);
  const create = useAct({
    act: () => {
      const { active: _, email, ...rest } = draft.values;
      return api.call('POST', '/people', { body: { ...rest, email: emailOf(email) } });
    },
    done: draft.discard,
  });
  const leave = (to: string) => {
    draft.discard();
    navigate(to);
  };
  const { data: made } = create;
  return (
    <Page title={words.newTitle} kind={text.pages.people} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={words.newTitle} fields={fieldNames} errors={errorsOf(create.error)} onSubmit={() => create.mutate()}>
        <PersonFields values={draft.values} change={draft.change} isExisting={false} />
        <FormFoot submit={text.save} isBusy={create.isPending} onCancel={() => leave('/people')} />
      </Form>
      {made === undefined ? null : <PersonPassword {...made} onClose={() => leave(`/people/${made.id}`)} />}
    </Page>
  );
}

export function EditPerson({ id }: { id: string }) {
  const person = useAnswer('/people/:id', { params: { id } });
  return (
    <Loaded of={person} isAnew>
      {(found) => <EditForm key={found.version} person={found} />}
    </Loaded>
  );
}

function EditForm({ person }: { person: Person }) {
  const { id, username, name, email, role, active, version } = person;
  const [, navigate] = useLocation();
  const start = { username, name, email: email ?? '', role, active };
  const draft = useDraft(`edit person ${id}`, start, String(version));
  const leave = () => {
    draft.discard();
    navigate(`/people/${id}`);
  };
  const save = useAct({
    act: () => {
      const { username: _, email: typed, ...rest } = draft.values;
      const body = { ...rest, email: emailOf(typed), version };
      return api.call('PATCH', '/people/:id', { params: { id: String(id) }, body });
    },
    tells: (saved) => text.saved(saved.name),
    done: leave,
  });
  return (
    <Page title={text.editOf(name)} kind={text.pages.people} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={text.editOf(name)} fields={fieldNames} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <PersonFields values={draft.values} change={draft.change} isExisting />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

type FieldsProps = { values: Values; change: (part: Partial<Values>) => void; isExisting: boolean };

function PersonFields({ values, change, isExisting }: FieldsProps) {
  const field = fieldsOf(words, values, change);
  return (
    <Card title={words.detail}>
      <RequiredNote />
      {isExisting ? null : <TextField {...field('username')} isRequired />}
      <TextField {...field('name')} isRequired />
      <TextField {...field('email')} />
      <SelectField {...field('role')} help={words.lead} choices={choicesOf(text.roles)} />
      {isExisting ? <CheckBox {...field('active')} /> : null}
    </Card>
  );
}
