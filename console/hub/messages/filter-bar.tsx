/** The filter of the Message Monitor. */
import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { Icon } from '../../ui/icon.tsx';
import { localTimeOf, millisecondsOf } from '../../ui/local-time.ts';
import { useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { messageText as words } from '../text/messages.ts';
import type { FilterName, UsedFilter } from './message-filter.ts';

const { filters } = words;

/** Fields that are typed into; what they hold is asked for with Find. */
type Typed = { keyPrefix: string; text: string; from: string; before: string };

export function FilterBar({ used }: { used: UsedFilter }) {
  const { filter, change, clear, isEmpty } = used;
  const [typed, setTyped] = useState<Typed>(() => typedOf(filter));
  const asked = JSON.stringify(typedOf(filter));
  useEffect(() => setTyped(JSON.parse(asked) as Typed), [asked]);
  const find = (event: FormEvent) => {
    event.preventDefault();
    change({ ...typed, from: millisecondsOf(typed.from), before: millisecondsOf(typed.before) });
  };
  const field = (name: keyof Typed) => ({
    name,
    value: typed[name],
    onChange: (value: string) => setTyped((before) => ({ ...before, [name]: value })),
  });
  return (
    <search aria-label={filters.label}>
      <form className="filterbar" onSubmit={find}>
        <InterfaceChoice used={used} />
        <SelectField
          name="outcome"
          label={filters.outcome}
          value={String(filter.outcome ?? '')}
          choices={[{ value: '', label: filters.anyOutcome }, ...choicesOf(words.outcomes)]}
          onChange={(outcome) => change({ outcome })}
        />
        <TextField label={filters.key} {...field('keyPrefix')} />
        <TextField label={filters.text} {...field('text')} />
        <TextField label={filters.from} type="datetime-local" {...field('from')} />
        <TextField label={filters.before} type="datetime-local" {...field('before')} />
        <div className="buttons">
          <Button type="submit">{filters.find}</Button>
          {isEmpty ? null : (
            <Button look="quiet" onPress={clear}>
              {filters.clear}
            </Button>
          )}
        </div>
      </form>
      <Others used={used} />
    </search>
  );
}

function typedOf({ keyPrefix = '', text = '', from, before }: UsedFilter['filter']): Typed {
  return { keyPrefix: String(keyPrefix), text: String(text), from: localTimeOf(from), before: localTimeOf(before) };
}

/** The most that a list gives at once; the one in the address is offered in any case. */
const offered = { query: { pageSize: 200, sort: 'name' } };

function InterfaceChoice({ used: { filter, change } }: { used: UsedFilter }) {
  const interfaces = useAnswer('/interfaces', offered);
  const chosen = String(filter.interface ?? '');
  const names = new Set((interfaces.data?.rows ?? []).map(({ definition }) => definition.name));
  if (chosen !== '') names.add(chosen);
  return (
    <SelectField
      name="interface"
      label={filters.interface}
      value={chosen}
      choices={[
        { value: '', label: filters.anyInterface },
        ...[...names].map((name) => ({ value: name, label: name })),
      ]}
      onChange={(name) => change({ interface: name })}
    />
  );
}

const saidBy: Partial<Record<FilterName, (value: string) => string>> = {
  run: filters.run,
  parent: filters.parent,
  salesforceId: filters.salesforceId,
  attempt: filters.attempt,
  rejectedBy: (by) => filters.rejectedBy(by === 'salesforce' ? words.rejectedBy.salesforce : words.rejectedBy.sluice),
  integration: filters.integration,
};

/** What a link filtered by, and has no field here. */
function Others({ used: { filter, change } }: { used: UsedFilter }) {
  const said = Object.entries(saidBy).flatMap(([name, say]) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, what: say(String(value)) }];
  });
  if (said.length === 0) return null;
  return (
    <p className="filterbar others">
      <span>{filters.only}</span>
      {said.map(({ name, what }) => (
        <span key={name} className="badge">
          {what}{' '}
          <Button look="quiet icon" label={filters.without(what)} onPress={() => change({ [name]: '' })}>
            <Icon name="close" />
          </Button>
        </span>
      ))}
    </p>
  );
}
