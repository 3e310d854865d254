/** Edit of an object's rights, and of the access to each of its fields. */
import { Button } from '../../ui/button.tsx';
import { useDraft } from '../../ui/draft.ts';
import { CheckBox, FieldErrors } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { EditGrants } from './edit-grants.tsx';
import { addressOf, type FieldRights, type Holder, type HolderKind, type ObjectRights, useHolder } from './holder.ts';
import { rightNames, useObjectLabel } from './object-settings.tsx';

const words = text.rights;
const noRights: ObjectRights = {
  ...{ read: false, create: false, edit: false, delete: false, viewAll: false, modifyAll: false },
};

/** What a right does not go without; ticked and cleared with it. */
const needs: Readonly<Record<keyof ObjectRights, readonly (keyof ObjectRights)[]>> = {
  read: [],
  create: ['read'],
  edit: ['read'],
  delete: ['read', 'edit'],
  viewAll: ['read'],
  modifyAll: ['read', 'edit', 'delete', 'viewAll'],
};

function withRight(rights: ObjectRights, name: keyof ObjectRights, ticked: boolean): ObjectRights {
  const touched = ticked ? needs[name] : rightNames.filter((other) => needs[other].includes(name));
  return { ...rights, ...Object.fromEntries([name, ...touched].map((each) => [each, ticked])) };
}

type Values = { rights: ObjectRights; fields: FieldRights };

type ObjectProps = { kind: HolderKind; id: string; object: string };

export function EditObjectSettings({ kind, id, object }: ObjectProps) {
  const holder = useHolder(kind, id);
  return (
    <Loaded of={holder} isAnew>
      {(found) => <Editing key={found.version} holder={found} object={object} />}
    </Loaded>
  );
}

function Editing({ holder, object }: { holder: Holder; object: string }) {
  const stored = { rights: holder.objects[object] ?? noRights, fields: holder.fields[object] ?? {} };
  const draft = useDraft<Values>(`object settings ${holder.id} ${object}`, stored, holder.version);
  const { rights, fields } = draft.values;
  return (
    <EditGrants
      holder={holder}
      draft={draft}
      title={words.editOf(useObjectLabel(object))}
      back={`${addressOf(holder)}/objects/${object}`}
      fields={['objects', 'fields']}
      change={() => ({
        objects: { ...holder.objects, [object]: rights },
        fields: { ...holder.fields, [object]: fields },
      })}
    >
      <Card title={words.objectPermissions}>
        <div data-field="objects" tabIndex={-1}>
          {rightNames.map((name) => (
            <CheckBox
              key={name}
              name={name}
              label={words.rights[name]}
              value={rights[name]}
              onChange={(ticked) => draft.change({ rights: withRight(rights, name, ticked) })}
            />
          ))}
        </div>
        <FieldErrors id="objects-wrong" name="objects" />
      </Card>
      <Card title={words.fieldPermissions}>
        <FieldErrors id="fields-wrong" name="fields" />
        <div data-field="fields" tabIndex={-1}>
          <FieldTable object={object} value={fields} onChange={(entered) => draft.change({ fields: entered })} />
        </div>
      </Card>
    </EditGrants>
  );
}

type TableProps = { object: string; value: FieldRights; onChange: (value: FieldRights) => void };

function FieldTable({ object, value, onChange }: TableProps) {
  const fields = useAnswer('/objects/:object/fields', { params: { object }, query: { pageSize: 200 } });
  const all = (rows: readonly { name: string }[], edit: boolean) =>
    onChange(
      Object.fromEntries(rows.map(({ name }) => [name, { read: true, edit: edit || value[name]?.edit === true }])),
    );
  return (
    <Loaded of={fields}>
      {({ rows }) => {
        const listed = rows.filter(({ permissionable }) => permissionable);
        return (
          <>
            <p className="soft">{words.fieldsNote}</p>
            <div className="buttons">
              <Button onPress={() => all(listed, false)}>{words.allRead}</Button>
              <Button onPress={() => all(listed, true)}>{words.allEdit}</Button>
            </div>
            <table className="table" aria-label={words.fieldPermissions}>
              <thead>
                <tr>
                  <th scope="col">{words.columns.field}</th>
                  <th scope="col">{words.readAccess}</th>
                  <th scope="col">{words.editAccess}</th>
                </tr>
              </thead>
              <tbody>
                {listed.map((field) => (
                  <FieldRow key={field.name} {...field} value={value} onChange={onChange} />
                ))}
              </tbody>
            </table>
          </>
        );
      }}
    </Loaded>
  );
}

type RowProps = { name: string; label: string } & Omit<TableProps, 'object'>;

/** Edit goes with read. */
function FieldRow({ name, label, value, onChange }: RowProps) {
  const { read, edit } = value[name] ?? { read: false, edit: false };
  const set = (access: FieldRights[string]) => onChange({ ...value, [name]: access });
  const box = (access: string, ticked: boolean, change: (on: boolean) => void) => (
    <td data-label={access}>
      <input
        className="checkbox"
        type="checkbox"
        aria-label={words.accessOf(access, label)}
        checked={ticked}
        onChange={(event) => change(event.target.checked)}
      />
    </td>
  );
  return (
    <tr>
      <td data-label={words.columns.field}>
        <div>
          {label} <span className="soft code">{name}</span>
        </div>
      </td>
      {box(words.readAccess, read, (on) => set({ read: on, edit: on && edit }))}
      {box(words.editAccess, edit, (on) => set({ read: read || on, edit: on }))}
    </tr>
  );
}
