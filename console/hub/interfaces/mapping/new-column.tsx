/** A column that the table has not yet, or whose name is not offered. */
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/fields.tsx';
import { OfferField } from '../../../ui/offer-field.tsx';
import { text } from '../../text.ts';
import { columnOfPath } from '../lines.ts';
import type { Source } from './rows.ts';

const { mapping: words } = text.interfaces;

type NewColumnProps = { sources: readonly Source[]; onAdd: (target: string, column: string) => void };

export function NewColumn({ sources, onAdd }: NewColumnProps) {
  const [column, setColumn] = useState('');
  const [target, setTarget] = useState('');
  const add = () => {
    onAdd(target.trim() || columnOfPath(column.trim()), column.trim());
    setColumn('');
    setTarget('');
  };
  return (
    <>
      <OfferField
        name="new.field"
        label={words.addSource}
        value={column}
        offers={sources.map(({ name, label }) => ({ value: name, label }))}
        onChange={setColumn}
      />
      <TextField name="new.column" label={words.addField} value={target} onChange={setTarget} />
      <div className="buttons">
        <Button isDisabled={column.trim() === ''} onPress={add}>
          {words.add}
        </Button>
      </div>
    </>
  );
}
