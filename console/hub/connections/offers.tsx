/** What a connection has to offer, as its agent sees it: tables with their first rows, objects with their fields. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';

const { offers: words } = text.connections;

type Kind = 'tables' | 'objects';

export function Offers({ id }: { id: string }) {
  const [shown, setShown] = useState<Kind>();
  return (
    <Card title={words.title}>
      <p className="soft">{words.lead}</p>
      <div className="buttons">
        <Button onPress={() => setShown('tables')}>{words.tables}</Button>
        <Button onPress={() => setShown('objects')}>{words.objects}</Button>
      </div>
      {shown === 'tables' ? <Tables id={id} /> : null}
      {shown === 'objects' ? <Objects id={id} /> : null}
    </Card>
  );
}

type Choice = { value: string; label: string };
type ChooseProps = { label: string; value: string; choices: readonly Choice[]; onChange: (value: string) => void };

function Choose({ label, value, choices, onChange }: ChooseProps) {
  return (
    <SelectField
      name="offer"
      label={label}
      value={value}
      choices={[{ value: '', label: words.choose }, ...choices]}
      onChange={onChange}
    />
  );
}

function Tables({ id }: { id: string }) {
  const tables = useAnswer('/connections/:id/tables', { params: { id } });
  const [table, setTable] = useState('');
  const sample = useAct({
    act: (chosen: string) => {
      const body = { source: { table: chosen }, rows: 10 };
      return api.call('POST', '/connections/:id/sample-rows', { params: { id }, body });
    },
  });
  const choose = (chosen: string) => {
    setTable(chosen);
    if (chosen !== '') sample.mutate(chosen);
  };
  const asChoice = (name: string) => ({ value: name, label: name });
  return (
    <Loaded of={tables}>
      {(names) => (
        <>
          <Choose label={words.table} value={table} choices={names.map(asChoice)} onChange={choose} />
          <Problems errors={errorsOf(sample.error)} />
          {sample.data === undefined ? null : <SampleRows table={table} {...sample.data} />}
        </>
      )}
    </Loaded>
  );
}

type SampleProps = { table: string; columns: readonly string[]; rows: readonly (readonly (string | null)[])[] };

function SampleRows({ table, columns, rows }: SampleProps) {
  if (rows.length === 0) return <p>{words.noRows}</p>;
  const cells = rows.map((row) => row.map((value) => value ?? ui.empty));
  return <SimpleTable label={words.sample(table)} columns={columns} rows={cells} />;
}

function Objects({ id }: { id: string }) {
  const objects = useAnswer('/connections/:id/objects', { params: { id } });
  const [object, setObject] = useState('');
  return (
    <Loaded of={objects}>
      {(all) => {
        const choices = all.map(({ name, label }) => ({ value: name, label: `${label} (${name})` }));
        return (
          <>
            <Choose label={words.object} value={object} choices={choices} onChange={setObject} />
            {object === '' ? null : <FieldsOf id={id} object={object} />}
          </>
        );
      }}
    </Loaded>
  );
}

function FieldsOf({ id, object }: { id: string; object: string }) {
  const described = useAnswer('/connections/:id/objects/:object', { params: { id, object } });
  const { name, label, type } = words.column;
  return (
    <Loaded of={described}>
      {({ fields }) => (
        <SimpleTable
          label={words.fields(object)}
          columns={[name, label, type]}
          rows={fields.map((field) => [field.name, field.label, field.type])}
        />
      )}
    </Loaded>
  );
}
