/** One line on standard error that says how far a run is; nothing at all where nobody is watching. */
import type { Progress } from '../agent/index.ts';
import type { Terminal } from './terminal.ts';
import { widthOf } from './text-table.ts';

export type ProgressBar = Disposable & { show(name: string, progress: Progress): void };

const redrawEveryMs = 100;
const barWidth = 24;
const clearLine = '\r\u001b[K';

/** Draws at most ten times a second; disposing of it clears the line. */
export function openProgressBar(terminal: Terminal, now: () => number = () => performance.now()): ProgressBar {
  let drawnAt = Number.NEGATIVE_INFINITY;
  const startedAt = new Map<string, number>();
  return {
    show(name, progress) {
      const time = now();
      if (!startedAt.has(name)) startedAt.set(name, time);
      if (!terminal.watched || time - drawnAt < redrawEveryMs) return;
      drawnAt = time;
      const seconds = (time - (startedAt.get(name) ?? time)) / 1_000;
      terminal.err(clearLine + fit(progressLine(name, progress, seconds), terminal.columns - 1));
    },
    [Symbol.dispose]() {
      if (terminal.watched && drawnAt > Number.NEGATIVE_INFINITY) terminal.err(clearLine);
    },
  };
}

/** `cities  [######······]  50,000 of 135,233 rows, 3 rejected, 12,500 rows/s`; before the total is known, what was read. */
export function progressLine(
  name: string,
  { phase, rows: { read, processed, succeeded, rejected, unknown } }: Progress,
  seconds: number,
): string {
  const done = Math.max(processed, succeeded + rejected + unknown);
  const total = phase === 'checking' || phase === 'reading' ? undefined : read;
  const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'·'.repeat(barWidth - filled)}]`;
  const rows =
    total === undefined ? `${count(read)} rows read, ${count(done)} done` : `${count(done)} of ${count(total)} rows`;
  const rate = seconds >= 1 ? `, ${count(Math.round(done / seconds))} rows/s` : '';
  return `${name}  ${bar}  ${rows}${rejected > 0 ? `, ${count(rejected)} rejected` : ''}${rate}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function fit(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  let fitted = line;
  while (fitted !== '' && widthOf(fitted) > width) fitted = fitted.slice(0, -1);
  return fitted;
}
