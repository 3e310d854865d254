/** A look-up field: filled by the id of the parent, or by an external id of it. */
import { SelectField } from '../../../ui/fields.tsx';
import { OfferField } from '../../../ui/offer-field.tsx';
import { choicesOf } from '../../choices-of.ts';
import { text } from '../../text.ts';
import { type Field, useDescribe } from '../offers.ts';
import type { LineProps } from './line-dialog.tsx';
import { keysOf } from './rows.ts';

const { mapping: words } = text.interfaces;

type ParentProps = LineProps & { field: Field; connection: string };

export function ParentFields({ line, put, field, connection }: ParentProps) {
  const { referenceTo, relationshipName } = field;
  const parentObject = line.parentType || (referenceTo[0] ?? '');
  const isByKey = line.parent !== '';
  const parent = useDescribe(connection, isByKey ? parentObject : '');
  if (relationshipName === null) return null;
  return (
    <>
      <SelectField
        name="line.parentBy"
        label={words.parentBy}
        value={isByKey ? 'externalId' : 'id'}
        choices={choicesOf(words.parentBys)}
        onChange={(by) =>
          put(
            by === 'id'
              ? { parent: '', externalId: '', parentType: '' }
              : { parent: relationshipName, parentType: referenceTo.length > 1 ? (referenceTo[0] ?? '') : '' },
          )
        }
      />
      {isByKey && referenceTo.length > 1 ? (
        <SelectField
          name="line.parentType"
          label={words.parentType}
          value={parentObject}
          choices={referenceTo.map((name) => ({ value: name, label: name }))}
          onChange={(parentType) => put({ parentType })}
        />
      ) : null}
      {isByKey ? (
        <OfferField
          name="line.externalId"
          label={words.parentExternalId}
          isRequired
          value={line.externalId}
          offers={keysOf(parent.data).map(({ name, label }) => ({ value: name, label }))}
          onChange={(externalId) => put({ externalId })}
        />
      ) : null}
    </>
  );
}
