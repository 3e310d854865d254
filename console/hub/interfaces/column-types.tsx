/** What columns hold as formulas see them, where the source does not say it. */
import { useId } from 'react';
import { Button } from '../../ui/button.tsx';
import { FieldErrors } from '../../ui/fields.tsx';
import { useFieldChanged } from '../../ui/form.tsx';
import { text } from '../text.ts';
import type { ColumnType } from './advanced-values.ts';

const { columnTypes: words } = text.interfaces;

type ColumnTypesProps = {
  types: readonly ColumnType[];
  isOutbound: boolean;
  onChange: (types: readonly ColumnType[]) => void;
};

export function ColumnTypes({ types, isOutbound, onChange }: ColumnTypesProps) {
  const id = useId();
  const isChanged = useFieldChanged();
  const member = isOutbound ? 'fieldTypes' : 'columns';
  const remove = (at: number) => {
    isChanged(member);
    onChange(types.filter((_, place) => place !== at));
  };
  const change = (at: number, part: Partial<ColumnType>) =>
    onChange(types.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <fieldset className="valuemap" data-field={member} tabIndex={-1}>
      <legend>{isOutbound ? words.fields : words.columns}</legend>
      <p className="help">{isOutbound ? words.fieldsHelp : words.columnsHelp}</p>
      {types.map((one, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one is known by its place alone while its name is typed
        <div className="withbutton" key={place}>
          <input
            className="input"
            aria-label={words.name(place + 1)}
            placeholder={words.name(place + 1)}
            value={one.name}
            onChange={(event) => change(place, { name: event.target.value })}
          />
          <select
            className="input"
            aria-label={words.holds(place + 1)}
            value={one.holds}
            onChange={(event) => change(place, { holds: event.target.value })}
          >
            {words.types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
          <Button label={words.removeOf(place + 1)} onPress={() => remove(place)}>
            {words.remove}
          </Button>
        </div>
      ))}
      <FieldErrors id={id} name={member} />
      <div className="buttons">
        <Button onPress={() => onChange([...types, { name: '', holds: 'Number' }])}>{words.add}</Button>
      </div>
    </fieldset>
  );
}
