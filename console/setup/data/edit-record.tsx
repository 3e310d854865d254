/** A record: the fields that can be edited as a form, and those the org writes. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import { type AnswerOf, ApiFailure } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { CheckBox, RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Note } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.data.record;

type Found = AnswerOf<SetupOperation, 'GET', '/objects/:object/records/:id'>;
type Field = Found['fields'][number];
type Values = Readonly<Record<string, string>>;

/** What was entered, with what stood there before; `version` of the record it was entered into. */
type Entered = { version: string; changed: Values; seen: Values };

export function EditRecord({ object, id }: { object: string; id: string }) {
  const found = useAnswer('/objects/:object/records/:id', { params: { object, id } });
  return (
    <Loaded of={found} isAnew>
      {(record) => <Editing record={record} />}
    </Loaded>
  );
}

function Editing({ record }: { record: Found }) {
  const { object, id, title, version, fields } = record;
  const draft = useDraft<Entered>(`record ${id}`, { version: '', changed: {}, seen: {} });
  const { changed, seen } = draft.values;
  const [, navigate] = useLocation();
  const leave = () => {
    draft.discard();
    navigate(`/data?object=${encodeURIComponent(object)}`);
  };
  const save = useSave(record, changed, leave);
  const enter = ({ name, value: before }: Field, value: string) =>
    draft.change({
      version: draft.values.version || version,
      changed: { ...changed, [name]: value },
      seen: { [name]: before ?? '', ...seen },
    });
  const editable = fields.filter((field) => field.editable);
  const isOther = Object.keys(changed).length > 0 && draft.values.version !== version;
  return (
    <Page title={words.editTitle(title)} kind={record.label} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={words.editTitle(title)}
        fields={editable.map(({ name }) => name)}
        errors={isOther ? errorsOf(save.error).filter(({ field }) => field !== 'version') : errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        {isOther ? <ChangedMeanwhile fields={editable} entered={draft.values} /> : null}
        <Card title={words.fields}>
          <RequiredNote />
          {editable.map((field) => (
            <FieldOfRecord
              key={field.name}
              field={field}
              value={changed[field.name] ?? field.value ?? ''}
              onChange={(value) => enter(field, value)}
            />
          ))}
        </Card>
        <Card title={words.readOnly}>
          <Details of={fields.filter((field) => !field.editable).map(({ label, value }) => ({ label, value }))} />
        </Card>
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

/** Saves into the record that is shown; when it is another by now, that one is read and shown. */
function useSave({ object, id, title, version }: Found, changed: Values, leave: () => void) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: () =>
      api.call('PATCH', '/objects/:object/records/:id', {
        params: { object, id },
        body: { version, values: { ...changed } },
      }),
    onSuccess: async () => {
      tell(text.saved(title));
      leave();
      await queries.invalidateQueries();
    },
    onError: async (error) => {
      if (error instanceof ApiFailure && error.status === 409)
        await queries.invalidateQueries({ queryKey: ['/objects/:object/records/:id'] });
    },
  });
}

/** Fields that both changed, each with both values. */
function ChangedMeanwhile({ fields, entered: { changed, seen } }: { fields: readonly Field[]; entered: Entered }) {
  const both = fields.filter(
    ({ name, value }) => changed[name] !== undefined && (value ?? '') !== seen[name] && (value ?? '') !== changed[name],
  );
  return (
    <Note tone="warn" title={words.changedMeanwhile}>
      {both.length === 0 ? null : (
        <ul>
          {both.map(({ name, label, value }) => (
            <li key={name}>{words.bothChanged(label, value ?? '', changed[name] ?? '')}</li>
          ))}
        </ul>
      )}
      <p>{words.changedNext}</p>
    </Note>
  );
}

type FieldProps = { field: Field; value: string; onChange: (value: string) => void };

function FieldOfRecord({ field: { name, label, type, required, choices }, value, onChange }: FieldProps) {
  const shared = { name, label, isRequired: required };
  if (type === 'boolean')
    return <CheckBox {...shared} value={value === 'true'} onChange={(on) => onChange(String(on))} />;
  if (type === 'picklist') {
    const known = choices.includes(value) || value === '' ? choices : [value, ...choices];
    const all = [{ value: '', label: words.nothing }, ...known.map((each) => ({ value: each, label: each }))];
    return <SelectField {...shared} value={value} choices={all} onChange={onChange} />;
  }
  if (type === 'textarea') return <TextArea {...shared} value={value} onChange={onChange} />;
  return <TextField {...shared} value={value} onChange={onChange} />;
}
