/** Advanced: what an interface seldom needs said, out of the way until it is asked for, set or refused. */
import { useEffect, useId, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { useFieldErrors } from '../../ui/form.tsx';
import { OfferField } from '../../ui/offer-field.tsx';
import { Card } from '../../ui/page.tsx';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { writtenAdvanced } from './advanced-values.ts';
import { ColumnTypes } from './column-types.tsx';
import type { EditProps, InterfaceValues } from './interface-values.ts';
import { zones } from './schedule-fields.tsx';

const words = text.interfaces;
const { fields, help, advanced } = words;

export function AdvancedFields(props: EditProps) {
  const { values, change } = props;
  const isOutbound = values.type === 'outbound';
  const id = useId();
  const [isOpen, setOpened] = useState(() => isSet(values));
  const isRefused = useIsRefused();
  // It stays open while what was refused is mended.
  useEffect(() => {
    if (isRefused) setOpened(true);
  }, [isRefused]);
  return (
    <Card
      title={words.sections.advanced}
      actions={
        <Button label={advanced.ofButton(isOpen)} aria-expanded={isOpen} onPress={() => setOpened(!isOpen)}>
          {isOpen ? advanced.hide : advanced.show}
        </Button>
      }
    >
      <p className="soft" id={id}>
        {isOutbound ? advanced.leadOutbound : advanced.lead}
      </p>
      {isOpen ? (
        <>
          {isOutbound ? <ReadingFields {...props} /> : <SendingFields {...props} />}
          <OfferField
            name="timeZone"
            label={fields.dataTimeZone}
            help={isOutbound ? help.formulaTimeZone : help.dataTimeZone}
            value={values.dataTimeZone}
            offers={zones}
            onChange={(dataTimeZone) => change({ dataTimeZone })}
          />
          <ColumnTypes types={values.types} isOutbound={isOutbound} onChange={(types) => change({ types })} />
        </>
      ) : null}
    </Card>
  );
}

/** Whether anything in it is not as usual. */
function isSet(values: InterfaceValues): boolean {
  try {
    const isKeySet = values.operation !== 'insert' && values.key !== '';
    return isKeySet || Object.keys(writtenAdvanced(values, values.type === 'outbound')).length > 0;
  } catch {
    return true;
  }
}

function useIsRefused(): boolean {
  const refused = [
    ...useFieldErrors('check'),
    ...useFieldErrors('allowRejects'),
    ...useFieldErrors('chunk'),
    ...useFieldErrors('timeZone'),
    ...useFieldErrors('lookBackMinutes'),
    ...useFieldErrors('columns'),
    ...useFieldErrors('fieldTypes'),
  ];
  return refused.length > 0;
}

function SendingFields({ values, change }: EditProps) {
  const field = fieldsOf(words, values, change);
  return (
    <>
      <SelectField
        name="check"
        label={fields.check}
        help={help.check}
        value={values.check || 'on'}
        choices={choicesOf<string>(advanced.checks)}
        onChange={(check) => change({ check })}
      />
      <TextField {...field('allowRejects')} />
      <TextField
        name="chunk.maxRows"
        label={fields.maxRows}
        help={help.maxRows}
        value={values.maxRows}
        onChange={(maxRows) => change({ maxRows })}
      />
      <TextField
        name="chunk.maxBytes"
        label={fields.maxBytes}
        help={help.maxBytes}
        value={values.maxBytes}
        onChange={(maxBytes) => change({ maxBytes })}
      />
      {values.operation === 'insert' ? null : <TextField {...field('key')} help={help.ledgerKey} />}
    </>
  );
}

function ReadingFields({ values, change }: EditProps) {
  const field = fieldsOf(words, values, change);
  return <TextField {...field('lookBackMinutes')} />;
}
