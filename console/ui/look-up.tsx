/** A field for a name that exists, with a magnifying glass that finds it. */
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './fields.tsx';
import { useFieldChanged } from './form.tsx';
import { Icon } from './icon.tsx';
import { Loaded } from './loaded.tsx';
import { text } from './text.ts';

export type Found = { id: string; name: string; username: string };

export type FindPeople = (search: string, signal: AbortSignal) => Promise<readonly Found[]>;

type LookUpProps = {
  name: string;
  label: string;
  help?: string;
  value: string;
  onChange: (username: string) => void;
  find: FindPeople;
};

export function LookUp({ value, onChange, find, ...field }: LookUpProps) {
  const [isOpen, setOpen] = useState(false);
  const isChanged = useFieldChanged();
  const open = (
    <Button look="icon" label={text.lookUp.button(field.label)} onPress={() => setOpen(true)}>
      <Icon name="search" />
    </Button>
  );
  return (
    <>
      <TextField {...field} value={value} onChange={onChange} beside={open} />
      <Dialog title={text.lookUp.title(field.label)} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Finder
          start={value}
          find={find}
          onFound={(username) => {
            isChanged(field.name);
            onChange(username);
            setOpen(false);
          }}
        />
        <div className="buttons">
          <Button onPress={() => setOpen(false)}>{text.cancel}</Button>
        </div>
      </Dialog>
    </>
  );
}

/** The dialog was opened to search. */
function focusAtOnce(box: HTMLInputElement | null): void {
  box?.focus();
}

type FinderProps = { start: string; find: FindPeople; onFound: (username: string) => void };

function Finder({ start, find, onFound }: FinderProps) {
  const id = useId();
  const [search, setSearch] = useState(start);
  const found = useQuery({ queryKey: ['look-up', search], queryFn: ({ signal }) => find(search, signal) });
  return (
    <>
      <div>
        <label htmlFor={id}>{text.lookUp.search}</label>
        <input
          id={id}
          className="input"
          type="search"
          value={search}
          ref={focusAtOnce}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <Loaded of={found}>
        {(people) =>
          people.length === 0 ? <p>{text.lookUp.nothing}</p> : <People people={people} onFound={onFound} />
        }
      </Loaded>
    </>
  );
}

function People({ people, onFound }: { people: readonly Found[]; onFound: (username: string) => void }) {
  const { name, username } = text.lookUp.columns;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">{username}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((one) => (
          <tr key={one.id}>
            <td data-label={name}>
              <Button look="quiet" label={text.lookUp.choose(one.name)} onPress={() => onFound(one.username)}>
                {one.name}
              </Button>
            </td>
            <td data-label={username}>{one.username}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
