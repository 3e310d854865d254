/** Data: SOQL with its result as a table, and single records looked at and edited, in the name of the administrator. */
import { type Static, Type } from 'typebox';
import { ApiRefused, changedByAnother, notThere, requireVersion, version, versionOf } from '../../web/index.ts';
import { changedMeanwhile, type OutputRecord, type RowError } from '../records/index.ts';
import { type Field, type SObject, toId18 } from '../schema/index.ts';
import { tableOf, textOf } from './data-view.ts';
import { operation, type SetupApi, type SetupCaller } from './operation.ts';

const page = 'Data';
const closed = { additionalProperties: false } as const;
const cell = Type.Union([Type.String(), Type.Null()]);

/** Of the API that is asked behind it. */
const apiVersion = 68;
const rowsAtOnce = 200;

const result = Type.Object(
  {
    totalSize: Type.Integer(),
    columns: Type.Array(Type.String()),
    rows: Type.Array(
      Type.Object(
        { object: cell, id: cell, cells: Type.Array(cell, { description: 'In the order of the columns.' }) },
        closed,
      ),
    ),
    next: Type.Union([Type.String(), Type.Null()], { description: 'For the next rows; null at the end.' }),
  },
  closed,
);

const recordField = Type.Object(
  {
    name: Type.String(),
    label: Type.String(),
    type: Type.String(),
    value: cell,
    editable: Type.Boolean(),
    required: Type.Boolean(),
    choices: Type.Array(Type.String(), { description: 'Of a picklist.' }),
  },
  closed,
);

const record = Type.Object(
  {
    object: Type.String(),
    label: Type.String(),
    id: Type.String(),
    version,
    title: Type.String({ description: 'What the record is called.' }),
    fields: Type.Array(recordField),
  },
  closed,
);

export const dataOperations = [
  operation({
    method: 'POST',
    path: '/query',
    id: 'query',
    summary: 'Runs a SOQL query, or goes on with one by the `next` of the answer before.',
    page,
    body: Type.Object(
      {
        soql: Type.String({ title: 'SOQL', minLength: 1, maxLength: 100_000 }),
        next: Type.Optional(Type.String({ maxLength: 100 })),
      },
      closed,
    ),
    answer: result,
    async run({ body: { soql, next }, administrator: { userId } }, { org: { records } }) {
      const found =
        next === undefined
          ? await records.query({ userId, soql, all: false, batchSize: rowsAtOnce, apiVersion })
          : await records.queryMore({ userId, locator: next, apiVersion });
      return { json: { totalSize: found.totalSize, ...tableOf(found.records), next: found.nextLocator ?? null } };
    },
  }),
  operation({
    method: 'GET',
    path: '/objects/:object/records/:id',
    id: 'getRecord',
    summary: 'One record with all its fields.',
    page,
    answer: record,
    run: async ({ params, administrator }, api) => ({ json: await readRecord(params, administrator, api) }),
  }),
  operation({
    method: 'PATCH',
    path: '/objects/:object/records/:id',
    id: 'editRecord',
    summary: 'Edit: the fields that are given, as texts; null empties one. What is left out stays as it is.',
    page,
    refusals: [409],
    body: Type.Object(
      {
        version,
        values: Type.Record(
          Type.String({ maxLength: 80 }),
          Type.Union([Type.String({ maxLength: 131_072 }), Type.Null()]),
        ),
      },
      closed,
    ),
    answer: record,
    async run({ params, body, administrator }, api) {
      const before = await findRecord(params, administrator, api);
      requireVersion(body.version, versionOf(before.found));
      await saveRecord(before, body.values, { administrator, api });
      return { json: await readRecord(params, administrator, api) };
    },
  }),
];

type Found = { object: SObject; id: string; found: OutputRecord };
type Values = Readonly<Record<string, string | null>>;
type By = Pick<SetupCaller, 'administrator'> & { api: SetupApi };

async function saveRecord({ object, id, found }: Found, values: Values, { administrator, api }: By): Promise<void> {
  const row = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, jsonOf(object, name, text)]));
  const [saved] = await api.org.records.save({
    operation: 'update',
    object: object.name,
    rows: [{ ...row, Id: id }],
    asRead: found,
    userId: administrator.userId,
    allOrNone: true,
    apiVersion,
  });
  if (saved?.success === false) throw refuseRow(saved.errors);
}

function getObject(name: string | undefined, { org }: SetupApi): SObject {
  const object = org.setup.schema.findObject(name ?? '');
  if (object === undefined) throw notThere('object');
  return object;
}

type Params = Readonly<Record<string, string>>;

async function findRecord(
  { object: name, id: given = '' }: Params,
  { userId }: SetupCaller['administrator'],
  api: SetupApi,
): Promise<Found> {
  const object = getObject(name, api);
  const id = toId18(given) ?? '';
  if (!id.startsWith(object.keyPrefix)) throw notThere('record');
  const found = await api.org.records.read({ userId, object: object.name, id, apiVersion });
  if (found === undefined) throw notThere('record');
  return { object, id, found };
}

async function readRecord(
  params: Params,
  administrator: SetupCaller['administrator'],
  api: SetupApi,
): Promise<Static<typeof record>> {
  const { object, id, found } = await findRecord(params, administrator, api);
  const fields = object.fields.filter((field) => Object.hasOwn(found, field.name));
  const titled = object.fields.find(({ nameField }) => nameField);
  return {
    object: object.name,
    label: object.label,
    id,
    version: versionOf(found),
    title: textOf(titled === undefined ? undefined : found[titled.name]) ?? id,
    fields: fields.map((field) => viewOfField(field, found[field.name])),
  };
}

function viewOfField(field: Field, value: unknown): Static<typeof recordField> {
  const { name, label, type, updateable, nillable, defaultedOnCreate, picklistValues } = field;
  return {
    ...{ name, label, type, editable: updateable },
    value: textOf(value),
    required: updateable && !nillable && !defaultedOnCreate,
    choices: picklistValues.filter(({ active }) => active).map((choice) => choice.value),
  };
}

const numbers: ReadonlySet<string> = new Set(['int', 'double', 'currency', 'percent']);

/** What JSON has another form for than text. */
function jsonOf(object: SObject, name: string, text: string | null): unknown {
  const type = object.fields.find((field) => field.name === name)?.type ?? '';
  if (text === null || (text === '' && type !== 'boolean')) return null;
  if (type === 'boolean') return text === 'true';
  const number = Number(text);
  return numbers.has(type) && text.trim() !== '' && Number.isFinite(number) ? number : text;
}

/** Salesforce's own words, each at its field. */
function refuseRow(errors: readonly RowError[]): ApiRefused {
  if (errors.some(({ statusCode }) => statusCode === changedMeanwhile)) return changedByAnother();
  const next = 'Correct it and save again.';
  return new ApiRefused({
    status: 400,
    errors: errors.map(({ statusCode, message, fields: [field = null] }) => ({
      field,
      message: `${statusCode}: ${message}`,
      next,
    })),
  });
}
