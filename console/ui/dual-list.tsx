/** Two lists side by side, what can be chosen and what is; moved across by buttons, by Enter or by a double click. */
import { useId, useState } from 'react';
import { ListBox, ListBoxItem, type Selection } from 'react-aria-components/ListBox';
import { Button } from './button.tsx';
import { FieldErrors, Star } from './fields.tsx';
import { useFieldChanged } from './form.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

type Item = { value: string; label: string };

type DualListProps = {
  name: string;
  /** Of the things, e.g. `OAuth Scopes`: the lists are called `Available …` and `Selected …`. */
  label: string;
  help?: string | undefined;
  isRequired?: boolean;
  items: readonly Item[];
  value: readonly string[];
  onChange: (value: readonly string[]) => void;
};

export function DualList({ name, label, help, isRequired = false, items, value, onChange }: DualListProps) {
  const id = useId();
  const [toAdd, setToAdd] = useState<ReadonlySet<string>>(new Set());
  const [toRemove, setToRemove] = useState<ReadonlySet<string>>(new Set());
  const chosen = value.map((each) => items.find((item) => item.value === each) ?? { value: each, label: each });
  const left = items.filter((item) => !value.includes(item.value));
  const isChanged = useFieldChanged();
  const add = (which: Iterable<string>) => {
    isChanged(name);
    onChange([...value, ...which]);
    setToAdd(new Set());
  };
  const remove = (which: ReadonlySet<string>) => {
    isChanged(name);
    onChange(value.filter((each) => !which.has(each)));
    setToRemove(new Set());
  };
  return (
    <div className="field">
      <span className="label" id={id}>
        {isRequired ? <Star /> : null}
        {label}
      </span>
      <div className="control">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in the grid of the form */}
        <div className="duallist" role="group" aria-labelledby={id} data-field={name} tabIndex={-1}>
          <List title={text.dualList.available(label)} items={left} marked={toAdd} mark={setToAdd} move={add} />
          <div className="moves">
            <Button isDisabled={toAdd.size === 0} onPress={() => add(toAdd)}>
              {text.dualList.add} <Icon name="right" />
            </Button>
            <Button isDisabled={toRemove.size === 0} onPress={() => remove(toRemove)}>
              <Icon name="left" /> {text.dualList.remove}
            </Button>
          </div>
          <List
            title={text.dualList.selected(label)}
            items={chosen}
            marked={toRemove}
            mark={setToRemove}
            move={remove}
          />
        </div>
        <FieldErrors id={`${id}-wrong`} name={name} />
        {help === undefined ? null : <p className="help">{help}</p>}
      </div>
    </div>
  );
}

type ListProps = {
  title: string;
  items: readonly Item[];
  marked: ReadonlySet<string>;
  mark: (which: ReadonlySet<string>) => void;
  move: (which: ReadonlySet<string>) => void;
};

function List({ title, items, marked, mark, move }: ListProps) {
  const onMarked = (keys: Selection) => mark(keys === 'all' ? new Set(items.map(({ value }) => value)) : asTexts(keys));
  return (
    <div>
      <p className="head" aria-hidden="true">
        {title}
      </p>
      <ListBox
        className="listbox"
        aria-label={title}
        items={items.map(({ value, label }) => ({ id: value, label }))}
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={marked}
        onSelectionChange={onMarked}
        renderEmptyState={() => <span className="none">{text.dualList.none}</span>}
      >
        {({ id, label }) => (
          <ListBoxItem id={id} textValue={label} onDoubleClick={() => move(new Set([id]))}>
            {label}
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
}

function asTexts(keys: Iterable<string | number>): ReadonlySet<string> {
  return new Set([...keys].map(String));
}
