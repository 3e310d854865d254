/** A ping as a person reads it: a tick or a cross a line, and under the cross what to do. */
import { notTried, type PingReport, type PingStep } from '../protocol/index.ts';

const marks: Readonly<Record<PingStep['status'], string>> = { passed: '✓', noted: '!', failed: '✗', skipped: '·' };

export function pingText(what: string, { steps }: PingReport): string {
  const width = Math.max(...steps.map(({ label }) => label.length));
  const untried = steps.filter(({ status, detail }) => status === 'skipped' && detail.startsWith(notTried));
  const lines = steps.flatMap((step) => {
    if (untried.includes(step)) return [];
    const { status, label, detail, next, code } = step;
    const line = `  ${marks[status]} ${label.padEnd(width)}  ${printable(detail)}`;
    const indent = ' '.repeat(width + 6);
    return next === null ? [line] : [line, `${indent}${printable(next)}${code === null ? '' : ` (${code})`}`];
  });
  if (untried.length > 0) lines.push(`  ${marks.skipped} Not tried: ${untried.map(({ label }) => label).join(', ')}`);
  return `${printable(what)}\n${lines.join('\n')}\n\n`;
}

/** Words of others may hold control characters; a terminal must not obey them. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
