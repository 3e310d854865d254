/** The filter of a long list: what is chosen holds at once, what is typed with Find. */
import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { localTimeOf, millisecondsOf } from '../../ui/local-time.ts';
import { text } from '../text.ts';
import type { FilterField, UsedFilter } from './history-filter.ts';

const words = text.history.filter;

type Typed = Readonly<Record<string, string>>;
type BarProps = { fields: readonly FilterField[]; used: UsedFilter };

export function FilterBar({ fields, used: { filter, change, clear, isEmpty } }: BarProps) {
  const asked = JSON.stringify(typedOf(fields, filter));
  const [typed, setTyped] = useState<Typed>(() => JSON.parse(asked) as Typed);
  useEffect(() => setTyped(JSON.parse(asked) as Typed), [asked]);
  const find = (event: FormEvent) => {
    event.preventDefault();
    const times = fields.filter(({ kind }) => kind === 'time').map(({ name }) => name);
    const entries = Object.entries(typed);
    change(
      Object.fromEntries(entries.map(([name, value]) => [name, times.includes(name) ? millisecondsOf(value) : value])),
    );
  };
  return (
    <search aria-label={words.label}>
      <form className="filterbar" onSubmit={find}>
        {fields.map((field) =>
          field.kind === 'choice' ? (
            <Choosing key={field.name} field={field} value={String(filter[field.name] ?? '')} change={change} />
          ) : (
            <TextField
              key={field.name}
              name={field.name}
              label={field.label}
              type={field.kind === 'time' ? 'datetime-local' : 'text'}
              value={typed[field.name] ?? ''}
              onChange={(value) => setTyped((before) => ({ ...before, [field.name]: value }))}
            />
          ),
        )}
        <div className="buttons">
          <Button type="submit">{words.find}</Button>
          {isEmpty ? null : (
            <Button look="quiet" onPress={clear}>
              {words.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  );
}

function typedOf(fields: readonly FilterField[], filter: UsedFilter['filter']): Typed {
  const typed = fields.filter(({ kind }) => kind !== 'choice');
  return Object.fromEntries(
    typed.map(({ name, kind }) => [name, kind === 'time' ? localTimeOf(filter[name]) : String(filter[name] ?? '')]),
  );
}

type ChoosingProps = {
  field: Extract<FilterField, { kind: 'choice' }>;
  value: string;
  change: UsedFilter['change'];
};

/** What stands in the address is offered in any case. */
function Choosing({ field: { name, label, any, choices }, value, change }: ChoosingProps) {
  const offered = [...new Set([...choices, ...(value === '' ? [] : [value])])];
  return (
    <SelectField
      name={name}
      label={label}
      value={value}
      choices={[{ value: '', label: any }, ...offered.map((each) => ({ value: each, label: each }))]}
      onChange={(chosen) => change({ [name]: chosen })}
    />
  );
}
