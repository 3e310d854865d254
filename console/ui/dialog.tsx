/** Dialogs: they keep the focus until they are answered, and give it back. */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button, type ButtonLook } from './button.tsx';
import { text } from './text.ts';

type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** A question that a click beside it does not answer. */
  isQuestion?: boolean;
  children: ReactNode;
};

export function Dialog({ title, isOpen, onClose, isQuestion = false, children }: DialogProps) {
  return (
    <ModalOverlay
      className="sheet"
      isOpen={isOpen}
      isDismissable={!isQuestion}
      onOpenChange={(open) => open || onClose()}
    >
      <Modal className="dialog">
        <AriaDialog role={isQuestion ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type QuestionProps = {
  title: string;
  children: ReactNode;
  isOpen: boolean;
  yes?: string;
  look?: ButtonLook;
  isBusy?: boolean;
  onYes: () => void;
  onNo: () => void;
};

export function Question({
  title,
  children,
  isOpen,
  yes = text.ok,
  look = 'primary',
  isBusy,
  onYes,
  onNo,
}: QuestionProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onNo} isQuestion>
      {children}
      <div className="buttons">
        <Button onPress={onNo}>{text.cancel}</Button>
        <Button look={look} isDisabled={isBusy} onPress={onYes}>
          {yes}
        </Button>
      </div>
    </Dialog>
  );
}
