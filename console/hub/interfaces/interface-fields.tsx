/** The fields of an interface besides its mapping. */

import { CheckBox, RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
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
  const field = fieldsOf(words, values, change);
  const integrations = useAnswer('/integrations', { query: { pageSize: 200 } });
  const connections = useConnections();
  return (
    <>
      <RequiredNote />
      <TextField {...field('name')} isRequired />
      <SelectField
        {...field('integration')}
        isRequired
        choices={named(integrations.data?.rows.map(({ name }) => name) ?? [])}
      />
      <SelectField
        {...field('type')}
        isRequired
        choices={choicesOf(words.types)}
        onChange={(type) => change(turned(type))}
      />
      <SelectField
        {...field('connection')}
        isRequired
        choices={named(connections.data?.rows.map(({ name }) => name) ?? [])}
        onChange={(connection) => change({ connection, ...kindFor(connections.data?.rows, connection) })}
      />
      <TextField {...field('sequence')} />
      <TextField {...field('maxRetries')} />
      <SelectField {...field('status')} choices={choicesOf<string>(words.statuses)} />
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
  const field = fieldsOf(words, values, change);
  const objects = useObjects(values.connection);
  const isOutbound = values.type === 'outbound';
  const known: readonly string[] = modes[values.type];
  return (
    <>
      <Unreadable of={objects.error} />
      <OfferField
        {...field('object')}
        isRequired
        offers={objects.data?.map(({ name, label }) => ({ value: name, label })) ?? []}
      />
      <SelectField
        {...field('operation')}
        isRequired
        choices={choicesOf<string>(words.operations, operations[values.type])}
      />
      {isOutbound ? <OutboundFields values={values} change={change} /> : <KeyFields values={values} change={change} />}
      <SelectField
        {...field('mode')}
        choices={choicesOf<string>(words.modes, known.includes(values.mode) ? known : [...known, values.mode])}
      />
    </>
  );
}

function KeyFields({ values, change }: EditProps) {
  const field = fieldsOf(words, values, change);
  const described = useDescribe(values.connection, values.object);
  const keys = described.data?.fields.filter(isKeyField) ?? [];
  const offers = keys.map(({ name, label }) => ({ value: name, label }));
  return (
    <>
      {values.operation === 'upsert' ? <OfferField {...field('externalId')} isRequired offers={offers} /> : null}
      {values.operation === 'insert' ? <OfferField {...field('key')} offers={offers} /> : null}
      <SelectField {...field('nulls')} choices={choicesOf<string>(words.nulls)} />
    </>
  );
}

function OutboundFields({ values, change }: EditProps) {
  const field = fieldsOf(words, values, change);
  return (
    <>
      <TextField {...field('where')} />
      <SelectField {...field('changes')} choices={choicesOf<string>(words.changes)} />
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
  const field = fieldsOf(words, values, change);
  return (
    <>
      <CheckBox {...field('create')} />
      <SelectField {...field('deleted')} choices={choicesOf<string>(words.deletions)} />
      {isMarking(values) ? (
        <TextField
          name="target.deletedColumn"
          label={fields.deletedColumn}
          help={help.deletedColumn}
          value={values.deletedColumn}
          onChange={(deletedColumn) => change({ deletedColumn })}
        />
      ) : null}
      <TextField {...field('targetKey')} />
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
