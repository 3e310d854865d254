/** The form of an interface: what it moves, from where to where, its mapping with its test, and when it runs. */
import { type ReactNode, useState } from 'react';
import type { ApiError } from '../../ui/api.ts';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { text } from '../text.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { advancedNames } from './advanced-values.ts';
import { GeneralFields, PlaceFields, SalesforceFields } from './interface-fields.tsx';
import type { EditProps, InterfaceValues } from './interface-values.ts';
import { MappingEditor } from './mapping/mapping-editor.tsx';
import { type Described, findField, isKeyField, useDescribe } from './offers.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { TestMapping } from './test-mapping.tsx';

const words = text.interfaces;
const { sections } = words;

const fieldNames = [
  ...['integration', 'name', 'type', 'object', 'operation', 'sequence', 'externalId', 'key', 'mode', 'maxRetries'],
  ...['connection', 'status', 'source', 'target', 'where', 'changes', 'nulls', 'schedule', 'mapping', 'fields'],
  ...advancedNames,
];

type FormProps = EditProps & {
  label: string;
  error: unknown;
  isBusy: boolean;
  onSave: () => void;
  onCancel: () => void;
};

export function InterfaceForm({ label, values, change, error, isBusy, onSave, onCancel }: FormProps) {
  const described = useDescribe(values.connection, values.object);
  const [refused, setRefused] = useState<readonly ApiError[]>([]);
  const submit = () => {
    const wrong = keyProblems(values, described.data);
    setRefused(wrong);
    if (wrong.length === 0) onSave();
  };
  const errors = refused.length > 0 ? refused : errorsOf(error).map(inForm);
  return (
    <Form label={label} fields={fieldNames} errors={errors} onSubmit={submit}>
      <Sections values={values} change={change} />
      <FormFoot submit={words.save} isBusy={isBusy} onCancel={onCancel} />
    </Form>
  );
}

/** Fields of the definition are those of the form. */
export function inForm({ field, ...rest }: ApiError): ApiError {
  return { ...rest, field: field?.replace(/^definition\./, '') ?? null };
}

/** The hub knows no org: whether a field is a key is seen here, where the agent has described the object. */
function keyProblems({ type, operation, externalId, object }: InterfaceValues, described: Described | undefined) {
  const field = findField(described, externalId.trim());
  const isAsked = type === 'inbound' && operation === 'upsert' && externalId.trim() !== '' && described !== undefined;
  if (!isAsked || (field !== undefined && isKeyField(field))) return [];
  return [{ field: 'externalId', ...words.notAKey(externalId, object) }];
}

function Sections(props: EditProps) {
  const isOutbound = props.values.type === 'outbound';
  const place = (
    <Card title={isOutbound ? sections.target : sections.source}>
      <PlaceFields {...props} />
    </Card>
  );
  return (
    <>
      <Card title={sections.general}>
        <GeneralFields {...props} />
      </Card>
      <Ordered first={place} second={<SalesforceCard {...props} />} isTurned={isOutbound} />
      <MappingEditor {...props} />
      <TestMapping {...props} />
      <Card title={sections.schedule}>
        <ScheduleFields {...props} />
      </Card>
      <AdvancedFields {...props} />
    </>
  );
}

function SalesforceCard(props: EditProps) {
  return (
    <Card title={sections.salesforce}>
      <SalesforceFields {...props} />
    </Card>
  );
}

/** Where rows come from stands above where they go. */
function Ordered({ first, second, isTurned }: { first: ReactNode; second: ReactNode; isTurned: boolean }) {
  return isTurned ? (
    <>
      {second}
      {first}
    </>
  ) : (
    <>
      {first}
      {second}
    </>
  );
}
