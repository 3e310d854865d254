/** A table of labels as the choices of a field. */
import type { Choice } from '../ui/fields.tsx';

export function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>): Choice<Value>[] {
  return (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));
}
