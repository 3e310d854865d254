/** Value to value: what the source gives, and what is sent for it. */
import { Button } from '../../../ui/button.tsx';
import { SelectField, TextField } from '../../../ui/fields.tsx';
import { choicesOf } from '../../choices-of.ts';
import { text } from '../../text.ts';
import type { LineProps } from './line-dialog.tsx';

const { mapping: words } = text.interfaces;

export function ValueMapFields({ line, put }: LineProps) {
  const { map } = line;
  const change = (at: number, part: Partial<(typeof map)[number]>) =>
    put({ map: map.map((pair, place) => (place === at ? { ...pair, ...part } : pair)) });
  return (
    <fieldset className="valuemap">
      <legend>{words.valueMap}</legend>
      {map.map((pair, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair has no name but its place
        <div className="withbutton" key={place}>
          <Cell label={words.mapFrom(place + 1)} value={pair.from} onChange={(from) => change(place, { from })} />
          <Cell label={words.mapTo(place + 1)} value={pair.to} onChange={(to) => change(place, { to })} />
          <Button
            label={words.removeValue(place + 1)}
            onPress={() => put({ map: map.filter((_, other) => other !== place) })}
          >
            {words.remove}
          </Button>
        </div>
      ))}
      {map.length === 0 ? null : <p className="help">{words.mapHelp}</p>}
      <div className="buttons">
        <Button onPress={() => put({ map: [...map, { from: '', to: '' }] })}>{words.addValue}</Button>
      </div>
      {map.length === 0 ? null : <OtherValues line={line} put={put} />}
    </fieldset>
  );
}

type CellProps = { label: string; value: string; onChange: (value: string) => void };

function Cell({ label, value, onChange }: CellProps) {
  return (
    <input
      className="input"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function OtherValues({ line, put }: LineProps) {
  return (
    <>
      <SelectField
        name="line.otherwise"
        label={words.otherwise}
        value={line.otherwise}
        choices={choicesOf(words.otherwises)}
        onChange={(otherwise) => put({ otherwise })}
      />
      {line.otherwise === 'default' ? (
        <TextField
          name="line.otherwiseDefault"
          label={words.otherwiseDefault}
          value={line.otherwiseDefault}
          onChange={(otherwiseDefault) => put({ otherwiseDefault })}
        />
      ) : null}
    </>
  );
}
