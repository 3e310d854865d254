/** A table of labels as the choices of a field: all of it, or those named. */
import type { Choice } from '../ui/fields.tsx';

export function choicesOf<Value extends string>(
  labels: Readonly<Record<Value, string>>,
  names: readonly Value[] = Object.keys(labels) as Value[],
): Choice<Value>[] {
  return names.map((value) => ({ value, label: labels[value] }));
}
