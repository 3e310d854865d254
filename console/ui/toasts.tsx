/** Short news that stand above the page for a while, such as that something was saved. */
import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

type Toast = { id: number; message: string };

const shownMs = 6_000;

const Tell = createContext<(message: string) => void>(() => undefined);

/** Gives the function that tells something. */
export function useTell(): (message: string) => void {
  return use(Tell);
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const last = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback(
    (message: string) => {
      last.current += 1;
      const id = last.current;
      setToasts((all) => [...all, { id, message }]);
      setTimeout(() => drop(id), shownMs);
    },
    [drop],
  );
  const shown = useMemo(() => <Shown toasts={toasts} drop={drop} />, [toasts, drop]);
  return (
    <Tell value={tell}>
      {children}
      {shown}
    </Tell>
  );
}

function Shown({ toasts, drop }: { toasts: readonly Toast[]; drop: (id: number) => void }) {
  return (
    // Read out also while a dialog hides all else.
    <div className="toasts" role="status" data-react-aria-top-layer>
      {toasts.map(({ id, message }) => (
        <div className="note good" key={id}>
          <span>{message}</span>
          <Button look="quiet icon" label={text.close} onPress={() => drop(id)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
    </div>
  );
}
