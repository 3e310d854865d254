/** Deletes a permission set, after a question. */
import { api } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import type { Holder } from './holder.ts';

const words = text.rights;

export function DeleteSet({ holder: { id, label } }: { holder: Holder }) {
  return (
    <DeleteButton
      name={label}
      title={words.deleteTitle(label)}
      message={words.deleteText}
      act={() => api.call('DELETE', '/permission-sets/:id', { params: { id } })}
      list="/permission-sets"
      path="/permission-sets"
      id={id}
    />
  );
}
