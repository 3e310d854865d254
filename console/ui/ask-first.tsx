/** A button whose act is asked about before it is done. */
import { useState } from 'react';
import { Button, type ButtonLook } from './button.tsx';
import { Question } from './dialog.tsx';

type AskFirstProps = {
  /** On the button, and on the one that says yes. */
  label: string;
  title: string;
  message: string;
  look?: ButtonLook;
  isBusy?: boolean;
  onYes: () => void;
};

export function AskFirst({ label, title, message, look = 'danger', isBusy = false, onYes }: AskFirstProps) {
  const [isAsked, setAsked] = useState(false);
  const yes = () => {
    setAsked(false);
    onYes();
  };
  return (
    <>
      <Button look={look} isDisabled={isBusy} onPress={() => setAsked(true)}>
        {label}
      </Button>
      <Question title={title} isOpen={isAsked} yes={label} look={look} onNo={() => setAsked(false)} onYes={yes}>
        <p>{message}</p>
      </Question>
    </>
  );
}
