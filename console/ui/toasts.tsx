/** Short news that stand above the page for a while, such as that something was saved. */
import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** `warn`: nothing was done. */
type Tone = 'good' | 'warn';

type Toast = { id: number; message: string; tone: Tone };

type TellIt = (message: string, tone?: Tone) => void;

const shownMs = 6_000;

const Tell = createContext<TellIt>(() => undefined);

/** Gives the function that tells something. */
export function useTell(): TellIt {
  return use(Tell);
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const last = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback(
    (message: string, tone: Tone = 'good') => {
      last.current += 1;
      const id = last.current;
      setToasts((all) => [...all, { id, message, tone }]);
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
      {toasts.map(({ id, message, tone }) => (
        <div className={`note ${tone}`} key={id}>
          <span>{message}</span>
          <Button look="quiet icon" label={text.close} onPress={() => drop(id)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
    </div>
  );
}
