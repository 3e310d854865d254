/** Object Settings: each object with what may be done with its records, and one of them with its fields. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, EmptyState, Page } from '../../ui/page.tsx';
import { text as ui } from '../../ui/text.ts';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { addressOf, type Holder, type HolderKind, type ObjectRights, useHolder } from './holder.ts';

const words = text.rights;
export const rightNames = ['read', 'create', 'edit', 'delete', 'viewAll', 'modifyAll'] as const;

export function ObjectSettings({ kind, id }: { kind: HolderKind; id: string }) {
  const holder = useHolder(kind, id);
  return <Loaded of={holder}>{(found) => <Objects holder={found} />}</Loaded>;
}

function rightsText(rights: ObjectRights | undefined): string {
  const given = rightNames.filter((name) => rights?.[name] === true).map((name) => words.rights[name]);
  return given.length === 0 ? ui.empty : given.join(', ');
}

function Objects({ holder }: { holder: Holder }) {
  const base = addressOf(holder);
  return (
    <Page
      title={words.objectSettings}
      kind={holder.label}
      product={text.product}
      actions={<LinkButton to={base}>{text.done}</LinkButton>}
    >
      <DataTable
        label={words.objectSettings}
        queryKey={['/objects', holder.id, holder.version]}
        read={(query, signal) => api.call('GET', '/objects', { query, signal })}
        rowKey={({ name }) => name}
        columns={[
          {
            label: words.columns.object,
            sort: 'labelPlural',
            cell: ({ name, labelPlural }) => <Link href={`${base}/objects/${name}`}>{labelPlural}</Link>,
            text: ({ labelPlural }) => labelPlural,
          },
          { label: words.columns.apiName, sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
          {
            label: words.columns.rights,
            cell: ({ name }) => rightsText(holder.objects[name]),
            text: ({ name }) => rightsText(holder.objects[name]),
          },
        ]}
        empty={<EmptyState title={words.none}>{words.objectSettingsText}</EmptyState>}
      />
    </Page>
  );
}

type ObjectProps = { kind: HolderKind; id: string; object: string };

export function useObjectLabel(object: string): string {
  const objects = useAnswer('/objects', { query: { pageSize: 200 } });
  return objects.data?.rows.find(({ name }) => name === object)?.labelPlural ?? object;
}

export function ViewObjectSettings({ kind, id, object }: ObjectProps) {
  const holder = useHolder(kind, id);
  return <Loaded of={holder}>{(found) => <OneObject holder={found} object={object} />}</Loaded>;
}

function OneObject({ holder, object }: { holder: Holder; object: string }) {
  const base = `${addressOf(holder)}/objects`;
  const rights = holder.objects[object];
  const yesNo = (value: boolean | undefined) => (value ? ui.yes : ui.no);
  const actions = (
    <>
      <LinkButton to={`${base}/${object}/edit`} look="primary">
        {text.edit}
      </LinkButton>
      <LinkButton to={base}>{text.done}</LinkButton>
    </>
  );
  return (
    <Page title={useObjectLabel(object)} kind={holder.label} product={text.product} actions={actions}>
      <Card title={words.objectPermissions}>
        <Details of={rightNames.map((name) => ({ label: words.rights[name], value: yesNo(rights?.[name]) }))} />
      </Card>
      <Card title={words.fieldPermissions}>
        <FieldsShown holder={holder} object={object} />
      </Card>
    </Page>
  );
}

function FieldsShown({ holder, object }: { holder: Holder; object: string }) {
  const fields = useAnswer('/objects/:object/fields', { params: { object }, query: { pageSize: 200 } });
  const given = holder.fields[object] ?? {};
  const access = (name: string) => {
    const { read = false, edit = false } = given[name] ?? {};
    return edit ? words.editAccess : read ? words.readAccess : words.none;
  };
  return (
    <Loaded of={fields}>
      {({ rows }) => (
        <>
          <p className="soft">{words.fieldsNote}</p>
          <Details
            of={rows
              .filter(({ permissionable }) => permissionable)
              .map(({ name, label }) => ({ label: `${label} (${name})`, value: access(name) }))}
          />
        </>
      )}
    </Loaded>
  );
}
