/** Back Up Objects: chosen objects of an org into CSV files beside an agent. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DualList } from '../../ui/dual-list.tsx';
import { RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { BeginWith } from '../begin-with.tsx';
import { useObjects } from '../interfaces/offers.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { type BackupValues, startBackup } from './start-backup.ts';

const words = text.backup;
const { fields } = words;
const fieldNames = Object.keys(fields);

const start: BackupValues = { name: 'Backup', integration: '', connection: '', objects: [] };

export function Backup() {
  return (
    <Page title={text.pages.backup} product={text.product}>
      <p className="soft">{words.lead}</p>
      <BeginWith words={words} fits={({ type }) => type === 'agentFile'}>
        {({ connections, integrations }) => <BackupForm folders={connections} integrations={integrations} />}
      </BeginWith>
    </Page>
  );
}

type Named = { id: number; name: string };

type FormProps = { folders: readonly Named[]; integrations: readonly Named[] };

function BackupForm({ folders, integrations }: FormProps) {
  const [, navigate] = useLocation();
  const draft = useDraft('backup', start);
  const { values, change } = draft;
  const backUp = useAct({
    act: () => startBackup(values, folders),
    tells: ({ runs }) => words.started(runs.length),
    done: ({ runs }) => {
      draft.discard();
      navigate(`/control-board?agent=${runs[0]?.agent.id ?? ''}`);
    },
  });
  const field = fieldsOf(words, values, change);
  return (
    <>
      <DraftNote draft={draft} />
      <Form
        label={text.pages.backup}
        fields={fieldNames}
        errors={errorsOf(backUp.error)}
        onSubmit={() => backUp.mutate()}
      >
        <Card title={words.detail}>
          <RequiredNote />
          <TextField {...field('name')} isRequired />
          <SelectField {...field('integration')} isRequired choices={named(integrations)} />
          <SelectField
            {...field('connection')}
            isRequired
            choices={named(folders)}
            onChange={(connection) => change({ connection, objects: [] })}
          />
          {values.connection === '' ? null : <Objects values={values} change={change} />}
        </Card>
        <FormFoot submit={words.start} isBusy={backUp.isPending} />
      </Form>
    </>
  );
}

const named = (rows: readonly Named[]) => [
  { value: '', label: words.choose },
  ...rows.map(({ name }) => ({ value: name, label: name })),
];

type ObjectsProps = { values: BackupValues; change: (part: Partial<BackupValues>) => void };

function Objects({ values, change }: ObjectsProps) {
  const objects = useObjects(values.connection);
  const field = fieldsOf(words, values, change);
  return (
    <Loaded of={objects}>
      {(all) => (
        <DualList
          {...field('objects')}
          isRequired
          items={all.map(({ name, label }) => ({ value: name, label: label === name ? name : `${label} (${name})` }))}
          onChange={(chosen) => change({ objects: chosen })}
        />
      )}
    </Loaded>
  );
}
