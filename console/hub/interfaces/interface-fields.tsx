/** The fields of an interface besides its mapping. */
import { CheckBox, RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { OfferField } from '../../ui/offer-field.tsx';
import { errorsOf, Note } from '../../ui/problems.tsx';
import { useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { type EditProps, type InterfaceValues, isMarking } from './interface-values.ts';
import { isKeyField, useConnection, useConnections, useDescribe, useObjects, useTables } from './offers.ts';

const words = text.interfaces;
const { fields, help } = words;

const operations = { inbound: ['insert', 'update', 'upsert', 'delete'], outbound: ['query', 'queryAll'] } as const;
const modes = { inbound: ['auto', 'synchronous', 'batch', 'bulk'], outbound: ['auto', 'query', 'bulk'] } as const;

const named = (names: readonly string[]) => [
  { value: '', label: words.choose },
  ...names.map((name) => ({ value: name, label: name })),
];

export function GeneralFields({ values, change }: EditProps) {
  const integrations = useAnswer('/integrations', { query: { pageSize: 200 } });
  const connections = useConnections();
  return (
    <>
      <RequiredNote />
      <TextField name="name" label={fields.name} isRequired value={values.name} onChange={(name) => change({ name })} />
      <SelectField
        name="integration"
        label={fields.integration}
        isRequired
        value={values.integration}
        choices={named(integrations.data?.rows.map(({ name }) => name) ?? [])}
        onChange={(integration) => change({ integration })}
      />
      <SelectField
        name="type"
        label={fields.type}
        isRequired
        value={values.type}
        choices={choicesOf(words.types)}
        onChange={(type) => change(turned(type))}
      />
      <SelectField
        name="connection"
        label={fields.connection}
        isRequired
        value={values.connection}
        choices={named(connections.data?.rows.map(({ name }) => name) ?? [])}
        onChange={(connection) => change({ connection, ...kindFor(connections.data?.rows, connection) })}
      />
      <TextField
        name="sequence"
        label={fields.sequence}
        help={help.sequence}
        value={values.sequence}
        onChange={(sequence) => change({ sequence })}
      />
      <TextField
        name="maxRetries"
        label={fields.maxRetries}
        help={help.maxRetries}
        value={values.maxRetries}
        onChange={(maxRetries) => change({ maxRetries })}
      />
      <SelectField
        name="status"
        label={fields.status}
        help={help.status}
        value={values.status}
        choices={choicesOf<string>(words.statuses)}
        onChange={(status) => change({ status })}
      />
    </>
  );
}

/** What fits the other direction. */
function turned(type: InterfaceValues['type']): Partial<InterfaceValues> {
  return {
    type,
    operation: type === 'outbound' ? 'queryAll' : 'upsert',
    mode: 'auto',
    placeKind: 'table',
    lines: [],
    types: [],
  };
}

function kindFor(rows: readonly { name: string; type: string }[] | undefined, name: string) {
  const found = rows?.find((one) => one.name === name);
  return found === undefined ? {} : { placeKind: found.type === 'agentFile' ? ('file' as const) : ('table' as const) };
}

export function SalesforceFields({ values, change }: EditProps) {
  const objects = useObjects(values.connection);
  const isOutbound = values.type === 'outbound';
  const known: readonly string[] = modes[values.type];
  return (
    <>
      <Unreadable of={objects.error} />
      <OfferField
        name="object"
        label={fields.object}
        help={help.object}
        isRequired
        value={values.object}
        offers={objects.data?.map(({ name, label }) => ({ value: name, label })) ?? []}
        onChange={(object) => change({ object })}
      />
      <SelectField
        name="operation"
        label={fields.operation}
        isRequired
        value={values.operation}
        choices={choicesOf<string>(words.operations, operations[values.type])}
        onChange={(operation) => change({ operation })}
      />
      {isOutbound ? <OutboundFields values={values} change={change} /> : <KeyFields values={values} change={change} />}
      <SelectField
        name="mode"
        label={fields.mode}
        value={values.mode}
        choices={choicesOf<string>(words.modes, known.includes(values.mode) ? known : [...known, values.mode])}
        onChange={(mode) => change({ mode })}
      />
    </>
  );
}

function KeyFields({ values, change }: EditProps) {
  const described = useDescribe(values.connection, values.object);
  const keys = described.data?.fields.filter(isKeyField) ?? [];
  const offers = keys.map(({ name, label }) => ({ value: name, label }));
  return (
    <>
      {values.operation === 'upsert' ? (
        <OfferField
          name="externalId"
          label={fields.externalId}
          help={help.externalId}
          isRequired
          value={values.externalId}
          offers={offers}
          onChange={(externalId) => change({ externalId })}
        />
      ) : null}
      {values.operation === 'insert' ? (
        <OfferField
          name="key"
          label={fields.key}
          help={help.key}
          value={values.key}
          offers={offers}
          onChange={(key) => change({ key })}
        />
      ) : null}
      <SelectField
        name="nulls"
        label={fields.nulls}
        help={help.nulls}
        value={values.nulls}
        choices={choicesOf<string>(words.nulls)}
        onChange={(nulls) => change({ nulls })}
      />
    </>
  );
}

function OutboundFields({ values, change }: EditProps) {
  return (
    <>
      <TextField
        name="where"
        label={fields.where}
        help={help.where}
        value={values.where}
        onChange={(where) => change({ where })}
      />
      <SelectField
        name="changes"
        label={fields.changes}
        value={values.changes}
        choices={choicesOf<string>(words.changes)}
        onChange={(changes) => change({ changes })}
      />
    </>
  );
}

/** The table, query or file; of a connection with a folder files alone. */
export function PlaceFields({ values, change }: EditProps) {
  const tables = useTables(values.connection);
  const isFolder = useConnection(values.connection)?.type === 'agentFile';
  const isOutbound = values.type === 'outbound';
  const kinds = isFolder ? (['file'] as const) : isOutbound ? (['table'] as const) : (['table', 'query'] as const);
  const shownKinds: readonly InterfaceValues['placeKind'][] = kinds.some((kind) => kind === values.placeKind)
    ? kinds
    : [...kinds, values.placeKind];
  const name = isOutbound ? 'target' : 'source';
  return (
    <>
      <Unreadable of={tables.error} />
      <SelectField
        name="placeKind"
        label={isOutbound ? fields.targetKind : fields.sourceKind}
        value={values.placeKind}
        choices={choicesOf(words.places, shownKinds)}
        onChange={(placeKind) => change({ placeKind })}
      />
      {values.placeKind === 'query' ? (
        <TextArea
          name={name}
          label={fields.query}
          isRequired
          value={values.place}
          onChange={(place) => change({ place })}
        />
      ) : (
        <OfferField
          name={name}
          label={fields[values.placeKind]}
          isRequired
          value={values.place}
          offers={tables.data?.map((value) => ({ value })) ?? []}
          onChange={(place) => change({ place })}
        />
      )}
      {isOutbound ? <TargetFields values={values} change={change} /> : null}
    </>
  );
}

function TargetFields({ values, change }: EditProps) {
  return (
    <>
      <CheckBox
        name="create"
        label={fields.create}
        help={help.create}
        value={values.create}
        onChange={(create) => change({ create })}
      />
      <SelectField
        name="deleted"
        label={fields.deleted}
        value={values.deleted}
        choices={choicesOf<string>(words.deletions)}
        onChange={(deleted) => change({ deleted })}
      />
      {isMarking(values) ? (
        <TextField
          name="target.deletedColumn"
          label={fields.deletedColumn}
          help={help.deletedColumn}
          value={values.deletedColumn}
          onChange={(deletedColumn) => change({ deletedColumn })}
        />
      ) : null}
      <TextField
        name="targetKey"
        label={fields.targetKey}
        help={help.targetKey}
        value={values.targetKey}
        onChange={(targetKey) => change({ targetKey })}
      />
    </>
  );
}

/** Names can still be typed. */
export function Unreadable({ of }: { of: unknown }) {
  const errors = errorsOf(of);
  if (errors.length === 0) return null;
  return (
    <Note tone="warn" title={words.offersMissing}>
      {errors.map(({ message, next }) => `${message} ${next}`).join(' ')}
    </Note>
  );
}
