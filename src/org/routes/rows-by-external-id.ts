/** One record by an external id, `/sobjects/X/<field>/<value>`, or by the way from a child, `/sobjects/X/<id>/<relationship>`. */
import { type Field, type SObject, toId18 } from '../schema/index.ts';
import { type Answer, type Call, isTrue, type OrgParts, param, type Resource } from './call.ts';
import { getLookupField, getObject } from './named-object.ts';
import { resourceNotFound } from './refusals.ts';
import { answerRow, created, deleteRow, readRow, rowErrors, saveOne } from './rows.ts';

/** From this version on, an upsert that updates answers 200 with a body, and every upsert says whether it created. */
const upsertAnswersFrom = 46;

/** The row error of an external id that more than one record carries. */
const severalMatch = 'DUPLICATE_EXTERNAL_ID';

type Named = { object: SObject; field: Field; value: string };

function getNamed(call: Call): Named {
  const object = getObject(call);
  return { object, field: getLookupField(call, object, param(call, 'field')), value: param(call, 'value') };
}

async function findIds(call: Call, org: OrgParts, { object, field, value }: Named): Promise<readonly string[]> {
  const { userId } = call.session;
  return org.records.findByExternalId({ userId, object: object.name, field: field.name, value });
}

/** Runs `act` with the one record of this name; 300 with all addresses when there are several, 404 when there is none. */
async function withOne(call: Call, org: OrgParts, act: typeof answerRow): Promise<Answer> {
  const related = await findRelated(call, org);
  if (related !== undefined) return act(call, org, related.object, related.id);
  const named = getNamed(call);
  const ids = await findIds(call, org, named);
  const [id] = ids;
  if (id === undefined) throw resourceNotFound();
  return ids.length > 1 ? multipleChoices(call, named.object, ids) : act(call, org, named.object, id);
}

function multipleChoices(call: Call, object: SObject, ids: readonly string[]): Answer {
  return { status: 300, json: ids.map((id) => `${call.base}/sobjects/${object.name}/${id}`) };
}

/** The record at the end of `/sobjects/Contact/<id>/Account`; undefined when the path is not of that form. */
async function findRelated(call: Call, org: OrgParts): Promise<{ object: SObject; id: string } | undefined> {
  const child = getObject(call);
  const childId = toId18(param(call, 'field'));
  const field = call.access.schema.findParent(child, param(call, 'value'));
  if (childId === undefined || field === undefined) return undefined;
  const request = { userId: call.session.userId, object: child.name, id: childId, fields: [field.name] };
  const record = await org.records.read({ ...request, apiVersion: call.apiVersion });
  const id = record?.[field.name];
  const object = typeof id === 'string' ? call.access.schema.findByKeyPrefix(id.slice(0, 3)) : undefined;
  if (typeof id !== 'string' || object === undefined) throw resourceNotFound();
  return { object, id };
}

async function upsert(call: Call, org: OrgParts): Promise<Answer> {
  const named = getNamed(call);
  const { object, field, value } = named;
  const updateOnly = isTrue(call.query.get('updateOnly'));
  const row = { ...(await readRow(call, field.name)), [field.name]: value };
  const what = { operation: 'upsert', object: object.name, row, externalIdField: field.name, updateOnly } as const;
  const result = await saveOne(call, org, what);
  if (result.success) return upserted(call, object, result);
  const code = result.errors[0]?.statusCode;
  if (code === severalMatch) return multipleChoices(call, object, await findIds(call, org, named));
  if (updateOnly && code === 'NOT_FOUND') throw resourceNotFound();
  return rowErrors(result.errors, field.type === 'id' ? 'of the row itself' : undefined);
}

function upserted(call: Call, object: SObject, result: { id: string; created: boolean }): Answer {
  const says = call.apiVersion >= upsertAnswersFrom ? { created: result.created } : {};
  if (result.created) return created(call, object, result, says);
  if (call.apiVersion < upsertAnswersFrom) return { status: 204 };
  return { status: 200, json: { id: result.id, success: true, errors: [], ...says } };
}

export const externalIdResources: readonly Resource[] = [
  {
    path: '/sobjects/:object/:field/:value',
    methods: {
      GET: (call, org) => withOne(call, org, answerRow),
      PATCH: upsert,
      DELETE: (call, org) => withOne(call, org, deleteRow),
    },
  },
];
