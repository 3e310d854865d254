/** The password of a person, shown this once. */
import { ShownOnce } from '../../ui/shown-once.tsx';
import { text } from '../text.ts';

type Props = { username: string; password: string; onClose: () => void };

export function PersonPassword({ username, password, onClose }: Props) {
  const { passwordOf, password: label } = text.people;
  return (
    <ShownOnce title={passwordOf(username)} values={[{ label, value: password }]} onClose={onClose}>
      <p>{text.shownOnce}</p>
    </ShownOnce>
  );
}
