/** Ranges of IP addresses as rows of a form: start, end and what it is, with Add and Remove. */
import { useId } from 'react';
import { Button } from '../../ui/button.tsx';
import { FieldErrors } from '../../ui/fields.tsx';
import { useFieldChanged, useFieldErrors } from '../../ui/form.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { App } from '../api.ts';
import { text } from '../text.ts';

const words = text.ipRanges;

export type IpRange = App['trustedIpRanges'][number];

type RangesProps = {
  name: string;
  label: string;
  help: string;
  value: readonly IpRange[];
  onChange: (value: IpRange[]) => void;
};

const empty: IpRange = { start: '', end: '', description: '' };

export function IpRanges({ name, label, help, value, onChange }: RangesProps) {
  const id = useId();
  const isChanged = useFieldChanged();
  const remove = (at: number) => {
    isChanged(name);
    onChange(value.filter((_, index) => index !== at));
  };
  const change = (at: number, part: Partial<IpRange>) =>
    onChange(value.map((range, index) => (index === at ? { ...range, ...part } : range)));
  return (
    <div className="field">
      <span className="label" id={id}>
        {label}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in the grid of the form */}
      <div className="control" role="group" aria-labelledby={id} data-field={name} tabIndex={-1}>
        {value.map((range, at) => (
          <Range
            // biome-ignore lint/suspicious/noArrayIndexKey: a range has nothing else to be known by
            key={at}
            name={`${name}.${at}`}
            number={at + 1}
            range={range}
            change={(part) => change(at, part)}
            remove={() => remove(at)}
          />
        ))}
        <div className="buttons">
          <Button onPress={() => onChange([...value, empty])}>{words.add}</Button>
        </div>
        <p className="help">{help}</p>
      </div>
    </div>
  );
}

type RangeProps = {
  name: string;
  number: number;
  range: IpRange;
  change: (part: Partial<IpRange>) => void;
  remove: () => void;
};

const parts = ['start', 'end', 'description'] as const;

function Range({ name, number, range, change, remove }: RangeProps) {
  const id = useId();
  const isWrong = useFieldErrors(name).length > 0;
  const described = isWrong ? { 'aria-describedby': id, 'aria-invalid': true } : {};
  return (
    <div className="ipranges">
      {parts.map((part) => (
        <input
          key={part}
          className="input"
          name={part === 'start' ? name : `${name}.${part}`}
          aria-label={words.labelOf(words.parts[part], number)}
          placeholder={words.parts[part]}
          value={range[part] ?? ''}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => change({ [part]: target.value })}
          {...(part === 'description' ? {} : described)}
        />
      ))}
      <Button look="quiet icon" label={words.removeOf(number)} onPress={remove}>
        <Icon name="close" />
      </Button>
      <FieldErrors id={id} name={name} />
    </div>
  );
}

/** What the API is sent: rows that were left empty are none; one address alone is a range of its own. */
export function rangesOf(entered: readonly IpRange[]): IpRange[] {
  return entered.flatMap(({ start, end, description = '' }) => {
    const [first, last, what] = [start.trim(), end.trim(), description.trim()];
    if (first === '' && last === '' && what === '') return [];
    return [{ start: first, end: last === '' ? first : last, ...(what === '' ? {} : { description: what }) }];
  });
}

export function saidRange({ start, end, description = '' }: IpRange): string {
  const range = start === end ? start : `${start} – ${end}`;
  return description === '' ? range : words.described(range, description);
}
