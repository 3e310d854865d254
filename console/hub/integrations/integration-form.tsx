/** An integration: New and Edit. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, type Integration, useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';

const words = text.integrations;
const fieldNames = ['name', 'description', 'sequence', 'state'];

type Values = { name: string; description: string; sequence: string; state: Integration['state'] };

const newValues: Values = { name: '', description: '', sequence: '', state: 'active' };

export function NewIntegration() {
  return <IntegrationForm edited={undefined} start={newValues} />;
}

export function EditIntegration({ id }: { id: string }) {
  const integration = useAnswer('/integrations/:id', { params: { id } });
  return (
    <Loaded of={integration} isAnew>
      {(found) => <IntegrationForm key={found.version} edited={found} start={valuesOf(found)} />}
    </Loaded>
  );
}

function valuesOf({ name, description, sequence, state }: Integration): Values {
  return { name, description: description ?? '', sequence: String(sequence), state };
}

async function saveIntegration(edited: Integration | undefined, { name, description, sequence, state }: Values) {
  const place = numberEntered(sequence, 'sequence', words.numberWanted);
  const body = {
    ...{ name: name.trim(), state, description: description.trim() === '' ? null : description.trim() },
    ...(place === undefined ? {} : { sequence: place }),
  };
  if (edited === undefined) return await api.call('POST', '/integrations', { body });
  const { id, version } = edited;
  return await api.call('PUT', '/integrations/:id', { params: { id: String(id) }, body: { ...body, version } });
}

function IntegrationForm({ edited, start }: { edited: Integration | undefined; start: Values }) {
  const [, navigate] = useLocation();
  const title = edited === undefined ? words.newTitle : text.editOf(edited.name);
  const draft = useDraft(`integration ${edited?.id ?? 'new'}`, start, String(edited?.version ?? ''));
  const leave = (id = edited?.id) => {
    draft.discard();
    navigate(id === undefined ? '/integrations' : `/integrations/${id}`);
  };
  const save = useAct({
    act: () => saveIntegration(edited, draft.values),
    tells: ({ name }) => text.saved(name),
    done: ({ id }) => leave(id),
  });
  return (
    <Page title={title} kind={text.pages.integrations} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={title} fields={fieldNames} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <IntegrationFields values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={() => leave()} />
      </Form>
    </Page>
  );
}

function IntegrationFields({ values, change }: { values: Values; change: (part: Partial<Values>) => void }) {
  const field = fieldsOf(words, values, change);
  return (
    <Card title={words.detail}>
      <RequiredNote />
      <TextField {...field('name')} isRequired />
      <TextField {...field('description')} />
      <TextField {...field('sequence')} />
      <SelectField {...field('state')} choices={choicesOf(words.states)} />
    </Card>
  );
}
