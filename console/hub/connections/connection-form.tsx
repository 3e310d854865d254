/** The form of a connection: general, agent and database with their ping, Salesforce with its own, Save and Save Without Ping. */
import { type ReactNode, useMemo, useState } from 'react';
import type { ApiError } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { Form } from '../../ui/form.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf, Note } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { AgentFields } from './agent-fields.tsx';
import { noSecrets, type Secrets, type Values } from './connection-values.ts';
import { DatabaseFields } from './database-fields.tsx';
import { PingSteps } from './ping-steps.tsx';
import { SalesforceFields } from './salesforce-fields.tsx';
import { type SaveConnection, useDraftPings, useSaveConnection } from './save-connection.ts';

const words = text.connections;
const { sections } = words;

export type FieldsProps = {
  values: Values;
  change: (part: Partial<Values>) => void;
  secrets: Secrets;
  changeSecrets: (part: Partial<Secrets>) => void;
  /** Which secrets are kept already. */
  kept: { agent: boolean; database: boolean; salesforce: boolean };
};

type FormProps = Omit<FieldsProps, 'secrets' | 'changeSecrets'> &
  Omit<SaveConnection, 'values' | 'secrets'> & { label: string; onCancel: () => void };

const fieldNames = ['name', 'description', 'type', 'agent', 'database', 'salesforce'];

export function ConnectionForm({ label, values, change, kept, edited, onSaved, onCancel }: FormProps) {
  const [secrets, setSecrets] = useState(noSecrets);
  const changeSecrets = (part: Partial<Secrets>) => setSecrets((before) => ({ ...before, ...part }));
  const save = useSaveConnection({ edited, values, secrets, onSaved });
  const pings = useDraftPings({ edited, values, secrets, change });
  const props = { values, change, secrets, changeSecrets, kept };
  const { error } = [save, pings.agent, pings.salesforce].find((one) => one.error !== null) ?? save;
  const errors = useMemo(() => errorsOf(error).map(asShown), [error]);
  const isBusy = save.isPending || pings.agent.isPending || pings.salesforce.isPending;
  return (
    <Form label={label} fields={fieldNames} errors={errors} onSubmit={() => save.mutate({ withoutPing: false })}>
      <GeneralFields {...props} />
      <Card title={sections.agent}>
        <AgentFields {...props} />
      </Card>
      <Card title={values.type === 'agentFile' ? sections.folder : sections.database}>
        <DatabaseFields {...props} />
        <Ping label={words.pingAgent} of={pings.agent} isBusy={isBusy} siteUrl={siteOf(values)} />
      </Card>
      <Card title={sections.salesforce}>
        <SalesforceFields {...props} />
        <Ping label={words.pingSalesforce} of={pings.salesforce} isBusy={isBusy} siteUrl={siteOf(values)} />
      </Card>
      <Foot isBusy={isBusy} isSaving={save.isPending} onCancel={onCancel}>
        <Button isDisabled={isBusy} onPress={() => save.mutate({ withoutPing: true })}>
          {words.saveWithoutPing}
        </Button>
      </Foot>
    </Form>
  );
}

/** The first cross of a ping belongs to no one field, and stands above the form. */
function asShown({ field, ...rest }: ApiError): ApiError {
  return { field: field === 'agent' || field === 'salesforce' ? null : field, ...rest };
}

function siteOf({ hostUrl, portForward }: Values): string {
  return `${hostUrl.trim()}:${portForward.trim() || '9055'}`;
}

/** What comes first of all: `Continue` of a new connection asks for the rest. */
export function GeneralFields({ values, change }: Pick<FieldsProps, 'values' | 'change'>) {
  const field = fieldsOf(words, values, change);
  return (
    <Card title={sections.general}>
      <RequiredNote />
      <TextField {...field('name')} isRequired />
      <TextField {...field('description')} />
      <SelectField {...field('type')} choices={choicesOf(words.types)} />
    </Card>
  );
}

type PingProps = {
  label: string;
  of: ReturnType<typeof useDraftPings>['agent'];
  isBusy: boolean;
  siteUrl: string;
};

function Ping({ label, of, isBusy, siteUrl }: PingProps) {
  return (
    <>
      <div className="buttons">
        <Button isDisabled={isBusy} onPress={() => of.mutate()}>
          {label}
        </Button>
        {of.isPending ? <span role="status">{words.pinging}</span> : null}
      </div>
      {of.data === undefined || of.isPending ? null : <PingSteps label={label} report={of.data} siteUrl={siteUrl} />}
    </>
  );
}

type FootProps = { isBusy: boolean; isSaving: boolean; onCancel: () => void; children: ReactNode };

function Foot({ isBusy, isSaving, onCancel, children }: FootProps) {
  return (
    <>
      {isSaving ? <Note>{words.saving}</Note> : null}
      <div className="foot buttons">
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {text.save}
        </Button>
        {children}
        <Button onPress={onCancel}>{ui.cancel}</Button>
      </div>
    </>
  );
}
