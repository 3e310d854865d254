/** Values that are shown this once, in a dialog that no click beside it closes; they are forgotten when it is. */
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Secret } from './secret.tsx';
import { text } from './text.ts';

type ShownOnceProps = {
  title: string;
  values: readonly { label: string; value: string }[];
  children?: ReactNode;
  onClose: () => void;
};

export function ShownOnce({ title, values, children, onClose }: ShownOnceProps) {
  return (
    <Dialog title={title} isOpen onClose={onClose} isQuestion>
      {values.map(({ label, value }) => (
        <Secret key={label} label={label} value={value} />
      ))}
      {children}
      <div className="buttons">
        <Button look="primary" onPress={onClose}>
          {text.close}
        </Button>
      </div>
    </Dialog>
  );
}
