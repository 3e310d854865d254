/** New: a permission set, for a licence or for none. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { apiNameOf } from '../apps/app-values.ts';
import { text } from '../text.ts';

const words = text.rights;
const empty = { label: '', name: '', nameIsOwn: false, description: '', license: '' };
const fieldNames = ['label', 'name', 'description', 'license'];

type Values = typeof empty;

export function NewPermissionSet() {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const draft = useDraft<Values>('new permission set', empty);
  const leave = (to: string) => {
    draft.discard();
    navigate(to);
  };
  const save = useMutation({
    mutationFn: () => createSet(draft.values),
    onSuccess: async ({ id, label }) => {
      tell(text.saved(label));
      leave(`/permission-sets/${id}`);
      await queries.invalidateQueries({ queryKey: ['/permission-sets'] });
    },
  });
  return (
    <Page title={words.newSetTitle} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={words.newSetTitle} fields={fieldNames} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <SetFields values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={() => leave('/permission-sets')} />
      </Form>
    </Page>
  );
}

async function createSet({ label, name, description, license }: Values) {
  const orNull = (value: string) => (value.trim() === '' ? null : value);
  const body = { label, name, description: orNull(description), license: orNull(license) };
  return await api.call('POST', '/permission-sets', { body });
}

type FieldsProps = { values: Values; change: (part: Partial<Values>) => void };

function SetFields({ values, change }: FieldsProps) {
  const licenses = useAnswer('/licenses', { query: { pageSize: 200 } });
  const choices = (licenses.data?.rows ?? []).map(({ name }) => ({ value: name, label: name }));
  const nameIt = (label: string) => change({ label, ...(values.nameIsOwn ? {} : { name: apiNameOf(label) }) });
  return (
    <Card title={words.newSetTitle}>
      <RequiredNote />
      <TextField name="label" label={words.fields.label} isRequired value={values.label} onChange={nameIt} />
      <TextField
        name="name"
        label={words.fields.name}
        help={text.app.help.apiName}
        isRequired
        value={values.name}
        onChange={(name) => change({ name, nameIsOwn: name !== '' })}
      />
      <TextArea
        name="description"
        label={words.fields.description}
        value={values.description}
        onChange={(description) => change({ description })}
      />
      <SelectField
        name="license"
        label={words.fields.license}
        help={words.licenseHelp}
        value={values.license}
        choices={[{ value: '', label: words.noLicense }, ...choices]}
        onChange={(license) => change({ license })}
      />
    </Card>
  );
}
