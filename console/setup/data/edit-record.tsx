/** A record: the fields that can be edited as a form, and those the org writes. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { CheckBox, RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.data.record;

type Found = AnswerOf<SetupOperation, 'GET', '/objects/:object/records/:id'>;
type Field = Found['fields'][number];
type Values = Readonly<Record<string, string>>;

export function EditRecord({ object, id }: { object: string; id: string }) {
  const found = useAnswer('/objects/:object/records/:id', { params: { object, id } });
  return <Loaded of={found}>{(record) => <Editing record={record} />}</Loaded>;
}

function Editing({ record }: { record: Found }) {
  const { object, id, title, fields } = record;
  const [changed, setChanged] = useState<Values>({});
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const back = `/data?object=${encodeURIComponent(object)}`;
  const save = useMutation({
    mutationFn: () =>
      api.call('PATCH', '/objects/:object/records/:id', { params: { object, id }, body: { values: { ...changed } } }),
    onSuccess: async () => {
      tell(text.saved(title));
      await queries.invalidateQueries();
      navigate(back);
    },
  });
  const editable = fields.filter((field) => field.editable);
  return (
    <Page title={words.editTitle(title)} kind={record.label} product={text.product}>
      <Form
        label={words.editTitle(title)}
        fields={editable.map(({ name }) => name)}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        <Card title={words.fields}>
          <RequiredNote />
          {editable.map((field) => (
            <FieldOfRecord
              key={field.name}
              field={field}
              value={changed[field.name] ?? field.value ?? ''}
              onChange={(value) => setChanged((before) => ({ ...before, [field.name]: value }))}
            />
          ))}
        </Card>
        <Card title={words.readOnly}>
          <Details of={fields.filter((field) => !field.editable).map(({ label, value }) => ({ label, value }))} />
        </Card>
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={() => navigate(back)} />
      </Form>
    </Page>
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
