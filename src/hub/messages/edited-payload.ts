/** Holds the edited values of a message against what its interface takes, and finds its key anew. */
import { findNearestName } from '../../base/index.ts';
import { createRowKey, keyFieldOf, planMapping } from '../../mapping/index.ts';
import { refuseField } from '../../web/index.ts';
import type { KeptInbound, MessageDetails } from '../store/index.ts';

export type Payload = Readonly<Record<string, string | null>>;

type Edited = { definition: KeptInbound; original: Pick<MessageDetails, 'form' | 'payload'>; payload: Payload };

/**
 * `key`: of a message as it is sent; null where the record is still to be mapped, and the hub finds it then.
 *
 * @throws ApiRefused 400 that names the value.
 */
export function checkEdited(edited: Edited): { payload: string; key: string | null } {
  const { definition, original, payload } = edited;
  if (Object.keys(payload).length === 0)
    throw refuseField('payload', 'There is no value left.', 'Give the values of the record.');
  const known = [...new Set([...Object.keys(original.payload ?? {}), ...namesOf(definition, original.form)])];
  for (const name of Object.keys(payload)) if (!known.includes(name)) throw unknownName(name, known);
  const key = original.form === 'target' ? keyOf(edited) : null;
  return { payload: JSON.stringify(payload), key };
}

function unknownName(name: string, known: readonly string[]) {
  const near = findNearestName(name, known);
  const next = near === undefined ? `What can stand here: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return refuseField(`payload.${name}`, `The interface of this message takes no ${name}.`, next);
}

function namesOf(definition: KeptInbound, form: MessageDetails['form']): readonly string[] {
  return form === 'target' ? headerOf(definition) : columnsOf(definition);
}

function headerOf({ mapping, operation, externalId, nulls = 'clear' }: KeptInbound): readonly string[] {
  return planMapping(mapping, { operation, externalId, defaultNulls: nulls }).header;
}

/** Columns that the mapping copies, and all words of its formulas: a record may have more than is read. */
function columnsOf({ mapping, columns = {} }: KeptInbound): readonly string[] {
  const read = Object.values(mapping).flatMap((source) => {
    if (typeof source === 'string') return [source];
    return [...(source.column === undefined ? [] : [source.column]), ...(source.formula?.match(/[A-Za-z_]\w*/g) ?? [])];
  });
  return [...read, ...Object.keys(columns)];
}

/** Of an interface without a key field it is the digest of all that is sent. */
function keyOf({ definition, original, payload }: Edited): string {
  const header = Object.keys(original.payload ?? payload);
  const keyField = keyFieldOf(definition) ?? null;
  if (keyField === null) return createRowKey(header, null).of(header.map((name) => payload[name] ?? ''));
  const name = Object.keys(payload).find((one) => one.toLowerCase() === keyField.toLowerCase());
  const key = name === undefined ? '' : (payload[name] ?? '');
  if (key !== '') return key;
  throw refuseField(
    `payload.${name ?? keyField}`,
    `${keyField} is required: records are told apart by it.`,
    'Enter a value.',
  );
}
