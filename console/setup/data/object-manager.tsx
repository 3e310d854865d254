/** Object Manager: the objects of this org, and the fields of each. */
import { Link } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.data.objects;

type ObjectRow = AnswerOf<SetupOperation, 'GET', '/objects'>['rows'][number];
type FieldRow = AnswerOf<SetupOperation, 'GET', '/objects/:object/fields'>['rows'][number];

const typeOfObject = (custom: boolean) => (custom ? words.custom : words.standard);

const objectColumns: readonly Column<ObjectRow>[] = [
  {
    label: words.columns.label,
    sort: 'label',
    cell: ({ name, label }) => <Link href={`/objects/${name}`}>{label}</Link>,
    text: ({ label }) => label,
  },
  { label: words.columns.name, sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  {
    label: words.columns.type,
    sort: 'custom',
    cell: ({ custom }) => typeOfObject(custom),
    text: ({ custom }) => typeOfObject(custom),
  },
];

export function ObjectManager() {
  return (
    <Page title={text.data.objectManager} product={text.product}>
      <DataTable
        label={text.data.objectManager}
        queryKey={['/objects']}
        read={(query, signal) => api.call('GET', '/objects', { query, signal })}
        rowKey={({ name }) => name}
        columns={objectColumns}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

function typeOfField({ type, length, referenceTo }: FieldRow): string {
  return words.typeOf(type, referenceTo.length > 0 ? referenceTo.join(', ') : length > 0 ? String(length) : '');
}

function marksOf(field: FieldRow): string {
  const names = ['externalId', 'unique', 'required'] as const;
  return names
    .filter((name) => field[name])
    .map((name) => words.marks[name])
    .join(', ');
}

const of = words.fieldColumns;

const fieldColumns: readonly Column<FieldRow>[] = [
  { label: of.label, sort: 'label', cell: ({ label }) => label, text: ({ label }) => label },
  { label: of.name, sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  { label: of.type, sort: 'type', cell: typeOfField, text: typeOfField },
  { label: of.marks, cell: marksOf, text: marksOf },
];

export function ViewObject({ object }: { object: string }) {
  const objects = useAnswer('/objects', { query: { pageSize: 200 } });
  const label = objects.data?.rows.find(({ name }) => name === object)?.label ?? object;
  const browse = (
    <LinkButton to={`/data?object=${encodeURIComponent(object)}`} look="primary">
      {words.browse}
    </LinkButton>
  );
  return (
    <Page title={label} kind={text.data.objectManager} product={text.product} actions={browse}>
      <p className="soft">{words.fieldsNote}</p>
      <DataTable
        label={words.fields}
        queryKey={['/objects/:object/fields', object]}
        read={(query, signal) => api.call('GET', '/objects/:object/fields', { params: { object }, query, signal })}
        rowKey={({ name }) => name}
        columns={fieldColumns}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
