/** Delete, asked about first; what the hub refuses stands beside it. */
import type { ReactNode } from 'react';
import { AskFirst } from '../ui/ask-first.tsx';
import { errorsOf, Problems } from '../ui/problems.tsx';
import { text } from './text.ts';
import { useAct } from './use-act.ts';

type DeleteButtonProps = {
  /** What else can be done, before it. */
  children?: ReactNode;
  name: string;
  /** What goes with it. */
  message: string;
  act: () => Promise<unknown>;
  onDeleted: () => void;
};

export function DeleteButton({ children, name, message, act, onDeleted }: DeleteButtonProps) {
  const remove = useAct({ act, tells: () => text.deleted(name), done: onDeleted });
  return (
    <>
      <Problems errors={errorsOf(remove.error)} />
      {children}
      <AskFirst
        label={text.delete}
        title={text.deleteOf(name)}
        message={message}
        isBusy={remove.isPending}
        onYes={() => remove.mutate()}
      />
    </>
  );
}
