/** Client ID and Client Secret, shown this once, with the lines that use them. */
import { ShownOnce } from '../../ui/shown-once.tsx';
import { text } from '../text.ts';

const words = text.apiClients;

type Made = { clientId: string; clientSecret: string };

export function ClientSecret({ made, onClose }: { made: Made; onClose: () => void }) {
  return (
    <ShownOnce
      title={words.secretTitle}
      values={[
        { label: words.fields.clientId, value: made.clientId },
        { label: words.fields.clientSecret, value: made.clientSecret },
      ]}
      onClose={onClose}
    >
      <p>{text.shownOnce}</p>
    </ShownOnce>
  );
}
