/** Deletes a permission set, or a profile of the org's own, after a question. */
import { api } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import type { Holder } from './holder.ts';

const words = text.rights;

export function DeleteHolder({ holder: { kind, id, label } }: { holder: Holder }) {
  const list = `/${kind}`;
  return (
    <DeleteButton
      name={label}
      title={words.deleteTitle(label)}
      message={words.deleteText[kind]}
      act={() => api.call('DELETE', `/${kind}/:id`, { params: { id } })}
      list={list}
      path={list}
      id={id}
    />
  );
}
