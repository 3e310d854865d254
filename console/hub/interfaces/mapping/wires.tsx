/** The lines between sources and targets; whoever cannot see them reads the source in the row of its target. */
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';

type Tie = { from: string; to: string };

export function Wires({ box, ties }: { box: RefObject<HTMLDivElement | null>; ties: readonly Tie[] }) {
  const [paths, setPaths] = useState<readonly string[]>([]);
  const draw = () => setPaths((before) => unlessSame(before, pathsIn(box.current, ties)));
  useLayoutEffect(draw);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again whenever something moves
  useEffect(() => {
    const held = box.current;
    if (held === null) return;
    const watching = new ResizeObserver(draw);
    watching.observe(held);
    held.addEventListener('scroll', draw, { capture: true });
    return () => {
      watching.disconnect();
      held.removeEventListener('scroll', draw, { capture: true });
    };
  }, [ties]);
  return (
    <svg className="wires" aria-hidden="true" focusable="false">
      {paths.map((d) => (
        <path key={d} d={d} fill="none" stroke="currentColor" strokeWidth="1.5" />
      ))}
    </svg>
  );
}

const unlessSame = (before: readonly string[], after: readonly string[]) =>
  before.join() === after.join() ? before : after;

function pathsIn(box: HTMLElement | null, ties: readonly Tie[]): string[] {
  const field = box?.querySelector('.wires')?.getBoundingClientRect();
  if (!box || !field || field.width === 0) return [];
  return ties.flatMap(({ from, to }) => {
    const start = heightOf(box, `[data-source="${CSS.escape(from)}"]`, field);
    const end = heightOf(box, `[data-target="${CSS.escape(to)}"]`, field);
    if (start === null || end === null) return [];
    const middle = Math.round(field.width / 2);
    return [`M0 ${start} C${middle} ${start} ${middle} ${end} ${Math.round(field.width)} ${end}`];
  });
}

/** The middle of a row in the field of the lines; at its edge when the row is scrolled away. */
function heightOf(box: HTMLElement, selector: string, field: DOMRect): number | null {
  const row = box.querySelector(selector);
  const pane = row?.parentElement?.getBoundingClientRect();
  if (!row || !pane) return null;
  const { top, height } = row.getBoundingClientRect();
  const middle = Math.min(Math.max(top + height / 2, pane.top), pane.bottom);
  return Math.round(middle - field.top);
}
