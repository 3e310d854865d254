/** Copies a text, and says that it did. */
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';
import { useTell } from './toasts.tsx';

/** `what` it is, e.g. `Consumer Key`: part of the button's name. */
export function CopyButton({ what, value }: { what: string; value: string }) {
  const tell = useTell();
  const copy = async () => {
    await copyText(value);
    tell(text.copiedWhat(what));
  };
  return (
    <Button label={text.copyOf(what)} onPress={() => void copy()}>
      <Icon name="copy" /> {text.copy}
    </Button>
  );
}

/** The clipboard is there on https and on this machine, unless the browser refuses it; else the old way, by a selection. */
async function copyText(value: string): Promise<void> {
  const isCopied = await navigator.clipboard?.writeText(value).then(
    () => true,
    () => false,
  );
  if (!isCopied) copySelection(value);
}

function copySelection(value: string): void {
  const area = document.createElement('textarea');
  area.value = value;
  area.className = 'hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
